"""`headwater server init`: the data folder, the root key, the schema and the first owner. Blocking."""

from datetime import datetime

from headwater.crypto.envelope import Key
from headwater.crypto.root_key import create_root_key, read_root_key
from headwater.domain.errors import StartupError
from headwater.domain.hidden import Hidden
from headwater.server.failures import explained
from headwater.server.settings import StoreSettings
from headwater.storage.storage import Storage
from headwater.usecases.installation import NewInstallation, check_uninitialised, create_installation


@explained()
def initialise(settings: StoreSettings, now: datetime) -> Hidden[str]:
    """Make an installation and give its owner's personal token, which is kept nowhere.

    An init that broke off may be run again: the root key that it left is used.

    Raises:
        StartupError: the folder cannot be made, the database cannot be used, or it holds an installation already.
    """
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartupError(f"cannot make the data folder {settings.data}: {error.strerror}") from error
    storage = Storage.open(settings.database, settings.data)
    try:
        storage.migrate()
        with storage.read() as repositories:
            check_uninitialised(repositories)  # before a key is written that would not be its key
        root = _root_key(settings)
        storage.start_log(now)
        with storage.write() as repositories:
            return create_installation(repositories, root, NewInstallation(now=now))
    finally:
        storage.close()


def _root_key(settings: StoreSettings) -> Key:
    file = settings.root_key()
    return read_root_key(file) if file.exists() else create_root_key(file)
