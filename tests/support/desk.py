"""`Desk`: use cases run as the server runs them, on real storage in a folder of its own."""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import event

from headwater.crypto.envelope import Key
from headwater.crypto.tokens import TokenKind, create_personal_token, preview
from headwater.domain.edits import Edit, set_all
from headwater.domain.hidden import Hidden
from headwater.domain.ids import GrantId, PrincipalId, RequestId, TokenId
from headwater.domain.names import ConfigName, ProjectName
from headwater.domain.places import Config
from headwater.domain.roles import Access, Grant, User
from headwater.storage.changes import Author
from headwater.storage.engines import DATABASE_FILE
from headwater.storage.principals import Token
from headwater.storage.repositories import Repositories
from headwater.storage.storage import Storage
from headwater.usecases.authentication import Credential, authenticate
from headwater.usecases.call import Call, Installation, Outcome
from headwater.usecases.configs import create_config
from headwater.usecases.downloads import download_secrets, parse_form
from headwater.usecases.installation import NewInstallation, create_installation, open_installation
from headwater.usecases.look_ups import LookUps, Memory
from headwater.usecases.projects import NewProject, create_project
from headwater.usecases.refs import ConfigRef, EnvironmentRef
from headwater.usecases.secrets import list_secrets, update_secrets
from headwater.usecases.service_tokens import NewServiceToken, create_service_token
from headwater.usecases.view_cache import ViewCache

T = TypeVar("T")
UseCase = Callable[[Call], Outcome[T]]
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class Desk:
    """An installation with one owner; time stands still until `now` is moved."""

    def __init__(self, folder: Path, root: Key, owner: Hidden[str] | None = None) -> None:
        """Open the installation in `folder`, whose owner has that token; without one, make it first."""
        self.now = NOW
        self.storage = Storage.open(None, folder)
        if owner is None:
            self.storage.migrate()
        self.storage.start_log(self.now)
        self.owner = owner or self._create(root)
        with self.storage.read() as repositories:
            self.installation: Installation = open_installation(repositories, root)
        self.memory: Memory = {}
        self.requests = 0

    def _create(self, root: Key) -> Hidden[str]:
        with self.storage.write() as repositories:
            return create_installation(repositories, root, NewInstallation(now=self.now))

    def close(self) -> None:
        self.storage.close()

    def read(self, use_case: UseCase[T], *, token: Hidden[str] | None = None) -> T:
        """The reply of a read on a reader, its access entry written."""
        outcome = self.outcome(use_case, token=token)
        if outcome.access is not None:
            self.storage.append_access([outcome.access])
        return outcome.reply

    def outcome(self, use_case: UseCase[T], *, token: Hidden[str] | None = None) -> Outcome[T]:
        """What came of a read, nothing written."""
        with self.storage.read() as repositories:
            return use_case(self.call(LookUps(repositories, self.memory), token))

    def on_the_loop(self, use_case: UseCase[T], *, token: Hidden[str] | None = None) -> Outcome[T]:
        """A read from memory alone."""
        return use_case(self.call(LookUps(None, self.memory), token))

    def write(self, use_case: UseCase[T], *, token: Hidden[str] | None = None) -> T:
        """The reply of a write, committed with its entries."""
        with self.storage.write() as repositories:
            outcome = use_case(self.writing(repositories, token))
            repositories.log.append(*outcome.entries())
        if repositories.changes.taken is not None:
            self.memory = {}
        return outcome.reply

    def call(self, look_up: LookUps, token: Hidden[str] | None = None) -> Call:
        self.requests += 1
        credential = Credential(
            token=self.owner if token is None else token, request=RequestId(f"r{self.requests}"), now=self.now
        )
        return authenticate(self.installation, look_up, credential)

    def writing(self, repositories: Repositories, token: Hidden[str] | None = None) -> Call:
        """A call that may write in the transaction at hand."""
        call = self.call(LookUps(repositories), token)
        repositories.changes.author = Author(principal=call.principal.id, request=call.request, at=call.now)
        return call

    def reading(self, repositories: Repositories, token: Hidden[str] | None = None) -> Call:
        return self.call(LookUps(repositories), token)

    def restored_from_backup(self) -> None:
        """A new restore epoch, as `open_installation` would find it."""
        epoch = self.installation.restore_epoch + 1
        self.installation = replace(self.installation, restore_epoch=epoch, views=ViewCache())

    def user(self, *grants: Grant) -> Hidden[str]:
        """The personal token of a new user with these grants."""
        text, principal = create_personal_token(), PrincipalId(str(uuid.uuid4()))
        with self.storage.write() as repositories:
            self.writing(repositories)
            repositories.principals.create(User(id=principal, name="somebody", grants=()), self.now)
            for grant in grants:
                repositories.principals.add_grant(GrantId(str(uuid.uuid4())), principal, grant)
            repositories.tokens.create(
                Token(
                    id=TokenId(str(uuid.uuid4())),
                    principal=principal,
                    kind=TokenKind.PERSONAL,
                    name="theirs",
                    digest=self.installation.keyring.token_digest(text),
                    preview=preview(text),
                    created_at=self.now,
                )
            )
        return text

    @contextmanager
    def rows(self) -> Iterator[Repositories]:
        with self.storage.read() as repositories:
            yield repositories

    def pass_time(self, **how_much: float) -> None:
        self.now += timedelta(**how_much)

    def on_statement(self, seen: Callable[[str], None]) -> None:
        """Call `seen` with the text of every SQL statement from now on."""
        engine = self.storage._database.engine
        event.listen(engine, "before_cursor_execute", lambda *arguments: seen(arguments[2]))

    # Short forms of what nearly every test does.

    def project(self, name: str = "shop") -> None:
        """A project with dev, stg and prd."""
        self.write(lambda call: create_project(call, NewProject(name=name)))

    def branch(self, name: str, project: str = "shop") -> None:
        environment = name.partition("_")[0]
        self.write(lambda call: create_config(call, EnvironmentRef(project, environment), name))

    def set(
        self, config: str, values: Mapping[str, str | None], *, project: str = "shop", token: Hidden[str] | None = None
    ) -> None:
        hidden = {name: None if value is None else Hidden(value) for name, value in values.items()}
        self.edit(config, set_all(hidden), project=project, token=token)

    def edit(self, config: str, edits: list[Edit], *, project: str = "shop", token: Hidden[str] | None = None) -> None:
        self.write(lambda call: update_secrets(call, ConfigRef(project, config), edits), token=token)

    def set_then(self, call: Call, config: str, values: Mapping[str, str | None], error: Exception) -> Outcome[None]:
        """A write whose transaction ends with `error` after all of it was done."""
        hidden = {name: None if value is None else Hidden(value) for name, value in values.items()}
        update_secrets(call, ConfigRef("shop", config), set_all(hidden))
        raise error

    def get(self, config: str, *, project: str = "shop", token: Hidden[str] | None = None) -> dict[str, str]:
        """Computed values by name, without the auto secrets."""
        view = self.read(lambda call: list_secrets(call, ConfigRef(project, config)), token=token)
        return {name: one.computed.reveal() for name, one in view.items() if not one.is_auto}

    def body(self, config: str, *, project: str = "shop") -> str:
        """The JSON download."""
        downloaded = self.read(lambda call: download_secrets(call, ConfigRef(project, config), parse_form("json")))
        return downloaded.content.reveal().decode()  # type: ignore[union-attr]  # no tag was sent, so no 304

    def service_token(self, config: str, access: Access = Access.READ, *, project: str = "shop") -> Hidden[str]:
        new = NewServiceToken(name=f"{config} token", access=access)
        return self.write(lambda call: create_service_token(call, ConfigRef(project, config), new)).key

    def config(self, name: str, *, project: str = "shop") -> Config:
        """The row of a config, as it is now."""
        with self.rows() as rows:
            found = rows.configs.find_named(ProjectName(project), ConfigName(name))
        assert found is not None
        return found

    def view_change(self, config: str, *, project: str = "shop") -> int:
        return self.config(config, project=project).view_change

    def newest_change(self) -> int:
        with self.rows() as rows:
            return rows.changes.newest()

    def activity(self) -> list[dict[str, object]]:
        """The entries of the activity log, in the order of their changes."""
        with self.rows() as rows:
            entries = [json.loads(entry) for entry in rows.log.list_entries("activity", newest=1000)]
        entries.reverse()
        return sorted(entries, key=lambda entry: int(entry["change"]))


@dataclass(frozen=True)
class Template:
    """A database to copy, since making one costs ten times as much."""

    folder: Path
    root: Key
    owner: Hidden[str]

    def copy_to(self, folder: Path) -> Desk:
        shutil.copy(self.folder / DATABASE_FILE, folder)
        return Desk(folder, self.root, self.owner)
