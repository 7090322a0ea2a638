"""The installation: made once, with its workplace, its keys and its first owner; opened at each start."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from headwater.crypto.envelope import Key
from headwater.crypto.keyring import Keyring, create_installation_keys
from headwater.crypto.tokens import TokenKind, create_personal_token, preview
from headwater.domain.activity import ActivityEntry, Tag
from headwater.domain.errors import StartupError
from headwater.domain.hidden import Hidden
from headwater.domain.ids import GrantId, PrincipalId, RequestId, TokenId, WorkplaceId
from headwater.domain.places import Workplace
from headwater.domain.roles import Grant, Role, User
from headwater.storage.changes import Author
from headwater.storage.installation import Installation as StoredInstallation
from headwater.storage.principals import Token
from headwater.storage.repositories import Repositories
from headwater.usecases.call import Installation
from headwater.usecases.view_cache import ViewCache

INITIALISING = RequestId("init")
"""What the first change was made in answer to: no request."""


class AlreadyInitialisedError(StartupError):
    code = "already_initialised"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstallation:
    workplace: str = "Headwater"
    owner: str = "Owner"
    now: datetime


def check_uninitialised(repositories: Repositories) -> None:
    """Raises: AlreadyInitialisedError, when the database holds an installation."""
    if repositories.installation.find() is not None:
        raise AlreadyInitialisedError("this database is initialised already", hint="run headwater server start")


def create_installation(repositories: Repositories, root: Key, new: NewInstallation) -> Hidden[str]:
    """Make the workplace, its keys under `root` and its first owner, whose personal token is given back, once.

    The log of this process must have been started.

    Raises:
        AlreadyInitialisedError: the database holds an installation.
    """
    check_uninitialised(repositories)
    owner = User(id=PrincipalId(_new_id()), name=new.owner, grants=(Grant(role=Role.OWNER),))
    repositories.changes.author = Author(principal=owner.id, request=INITIALISING, at=new.now)
    workplace = Workplace(id=WorkplaceId(_new_id()), name=new.workplace, created_at=new.now)
    keys = create_installation_keys(root, workplace.id)
    repositories.installation.create(StoredInstallation(workplace=workplace, keys=keys))
    text = _create_owner(repositories, owner, Keyring(root, workplace.id, keys), new.now)
    repositories.log.append(
        _did(repositories, Tag.INSTALLATION_CREATED, owner, new),
        _did(repositories, Tag.PERSONAL_TOKEN_CREATED, owner, new),
    )
    return text


def open_installation(repositories: Repositories, root: Key) -> Installation:
    """What every call shares, opened with the root key.

    Raises:
        NotInitialisedError, WrongRootKeyError, SealBrokenError.
    """
    stored = repositories.installation.get()
    return Installation(
        keyring=Keyring(root, stored.workplace.id, stored.keys),
        restore_epoch=stored.restore_epoch,
        views=ViewCache(),
    )


def _create_owner(repositories: Repositories, owner: User, keyring: Keyring, now: datetime) -> Hidden[str]:
    text = create_personal_token()
    repositories.principals.create(owner, now)
    for grant in owner.grants:
        repositories.principals.add_grant(GrantId(_new_id()), owner.id, grant)
    repositories.tokens.create(
        Token(
            id=TokenId(_new_id()),
            principal=owner.id,
            kind=TokenKind.PERSONAL,
            name="first",
            digest=keyring.token_digest(text),
            preview=preview(text),
            created_at=now,
        )
    )
    return text


def _did(repositories: Repositories, tag: Tag, owner: User, new: NewInstallation) -> ActivityEntry:
    change = repositories.changes.number()
    return ActivityEntry(
        tag=tag, at=new.now, principal=owner.id, request=INITIALISING, change=change, subject=owner.name
    )


def _new_id() -> str:
    return str(uuid.uuid4())
