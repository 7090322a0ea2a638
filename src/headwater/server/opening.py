"""Opening what the server keeps: the root key, then the database, migrated, then the keys in it. Blocking."""

from dataclasses import dataclass
from datetime import datetime

from headwater.crypto.root_key import read_root_key
from headwater.server.failures import explained
from headwater.server.settings import StoreSettings
from headwater.storage.storage import Storage
from headwater.usecases.call import Installation
from headwater.usecases.installation import open_installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    storage: Storage
    installation: Installation


@explained()
def open_store(settings: StoreSettings, now: datetime) -> Opened:
    """Open an installation, bring it to this release's schema, and begin this process's log.

    Raises:
        StartupError: no root key, one that others can read or that does not fit, a folder in use, a newer schema, a
            database that cannot be used.
        HeadwaterError: it holds no installation, or is damaged.
    """
    root = read_root_key(settings.root_key())
    storage = Storage.open(settings.database, settings.data)
    try:
        storage.migrate()
        with storage.read() as repositories:
            installation = open_installation(repositories, root)
        storage.start_log(now)
    except BaseException:
        storage.close()
        raise
    return Opened(storage=storage, installation=installation)
