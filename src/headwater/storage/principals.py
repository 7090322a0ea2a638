"""Who may call: users with their grants, service tokens with their reach, and the tokens that both prove it with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection, delete, insert, select

from headwater.crypto.digests import same_digest
from headwater.crypto.tokens import TokenKind
from headwater.domain.errors import NotFoundError
from headwater.domain.ids import ConfigId, EnvironmentId, GrantId, PrincipalId, ProjectId, TokenId
from headwater.domain.roles import Access, Grant, Principal, Role, ServiceToken, User
from headwater.storage import tables as t
from headwater.storage.changes import ChangeSet

_USER = "user"
_SERVICE_TOKEN = "service_token"  # noqa: S105 - a kind of principal


class PrincipalRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def get(self, id: PrincipalId) -> Principal:  # noqa: A002 - the word of the domain
        found = self.find(id)
        if found is None:
            raise NotFoundError("there is no such principal")
        return found

    def find(self, id: PrincipalId) -> Principal | None:  # noqa: A002
        joined = t.principals.outerjoin(t.configs, t.principals.c.config_id == t.configs.c.id)
        chosen = select(t.principals, t.configs.c.project_id, t.configs.c.environment_id).select_from(joined)
        row = self._connection.execute(chosen.where(t.principals.c.id == id)).one_or_none()
        if row is None:
            return None
        if row.kind == _SERVICE_TOKEN:
            return _service_token(row)
        return User(id=PrincipalId(row.id), name=row.name, grants=tuple(self._grants(id)))

    def create(self, principal: Principal, at: datetime) -> None:
        """Keep `principal`; a user's grants are added by `add_grant`."""
        values: dict[str, object] = {"id": principal.id, "name": principal.name, "created_at": at}
        match principal:
            case User():
                values |= {"kind": _USER}
            case ServiceToken():
                values |= {"kind": _SERVICE_TOKEN, "config_id": principal.config, "access": principal.access}
            case _:
                assert_never(principal)
        self._connection.execute(insert(t.principals).values(values | {"change": self._changes.number()}))

    def created_at(self, id: PrincipalId) -> datetime:  # noqa: A002
        found: datetime = self._connection.execute(
            select(t.principals.c.created_at).where(t.principals.c.id == id)
        ).scalar_one()
        return found

    def delete(self, id: PrincipalId) -> None:  # noqa: A002
        """Take away a principal with its tokens and grants."""
        self._changes.number()
        self._connection.execute(delete(t.principals).where(t.principals.c.id == id))

    def add_grant(self, id: GrantId, principal: PrincipalId, grant: Grant) -> None:  # noqa: A002
        number = self._changes.number()
        self._connection.execute(
            insert(t.grants).values(
                id=id,
                principal_id=principal,
                role=grant.role,
                project_id=grant.project,
                some_environments=grant.environments is not None,
                change=number,
            )
        )
        named = [{"grant_id": id, "environment_id": one, "change": number} for one in grant.environments or ()]
        if named:
            self._connection.execute(insert(t.grant_environments), named)

    def delete_grant(self, id: GrantId) -> None:  # noqa: A002
        self._changes.number()
        self._connection.execute(delete(t.grants).where(t.grants.c.id == id))

    def _grants(self, principal: PrincipalId) -> Iterable[Grant]:
        joined = t.grants.outerjoin(t.grant_environments)
        chosen = select(t.grants, t.grant_environments.c.environment_id).select_from(joined)
        rows = self._connection.execute(chosen.where(t.grants.c.principal_id == principal).order_by(t.grants.c.id))
        return _grants(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as kept: its keyed digest and a preview, not the token."""

    id: TokenId
    principal: PrincipalId
    kind: TokenKind
    name: str
    digest: bytes
    preview: str
    created_at: datetime
    expires_at: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A token, and the principal that it stands for."""

    token: Token
    principal: Principal


class TokenRepository:
    """Expired tokens are found like others: whether one is too old is for the caller's clock to say."""

    def __init__(self, connection: Connection, changes: ChangeSet, principals: PrincipalRepository) -> None:
        self._connection = connection
        self._changes = changes
        self._principals = principals

    def find(self, digest: bytes) -> Bearer | None:
        """Who bears the token with that digest (see `Keyring.token_digest`)."""
        row = self._connection.execute(select(t.tokens).where(t.tokens.c.digest == digest)).one_or_none()
        # An index compares byte by byte as far as it needs to; credentials are compared in constant time.
        if row is None or not same_digest(row.digest, digest):
            return None
        token = _token(row)
        return Bearer(token=token, principal=self._principals.get(token.principal))

    def exists(self, id: TokenId) -> bool:  # noqa: A002
        """Whether it was not revoked yet, also by the deletion of its config."""
        return self._connection.execute(select(t.tokens.c.id).where(t.tokens.c.id == id)).first() is not None

    def list(self, config: ConfigId) -> list[Bearer]:
        """The service tokens of `config`, oldest first."""
        chosen = select(t.tokens).join_from(t.tokens, t.principals).where(t.principals.c.config_id == config)
        rows = self._connection.execute(chosen.order_by(t.tokens.c.created_at, t.tokens.c.id)).all()
        tokens = [_token(row) for row in rows]
        return [Bearer(token=token, principal=self._principals.get(token.principal)) for token in tokens]

    def create(self, token: Token) -> None:
        self._connection.execute(
            insert(t.tokens).values(
                id=token.id,
                principal_id=token.principal,
                kind=token.kind,
                name=token.name,
                digest=token.digest,
                preview=token.preview,
                created_at=token.created_at,
                expires_at=token.expires_at,
                change=self._changes.number(),
            )
        )

    def delete(self, id: TokenId) -> None:  # noqa: A002
        """Revoke one token; the principal of a service token is deleted instead, which takes this with it."""
        if self._connection.execute(delete(t.tokens).where(t.tokens.c.id == id)).rowcount:
            self._changes.number()


def _token(row: t.AnyRow) -> Token:
    return Token(
        id=TokenId(row.id),
        principal=PrincipalId(row.principal_id),
        kind=TokenKind(row.kind),
        name=row.name,
        digest=row.digest,
        preview=row.preview,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _service_token(row: t.AnyRow) -> ServiceToken:
    return ServiceToken(
        id=PrincipalId(row.id),
        name=row.name,
        access=Access(row.access),
        project=ProjectId(row.project_id),
        environment=EnvironmentId(row.environment_id),
        config=ConfigId(row.config_id),
    )


def _grants(rows: Iterable[t.AnyRow]) -> Iterable[Grant]:
    """A row per (grant, environment named in it), or one where none is."""
    grants: dict[str, t.AnyRow] = {}
    environments: dict[str, set[EnvironmentId]] = {}
    for row in rows:
        grants[row.id] = row
        named = environments.setdefault(row.id, set())
        if row.environment_id is not None:
            named.add(EnvironmentId(row.environment_id))
    for id_, row in grants.items():
        yield Grant(
            role=Role(row.role),
            project=None if row.project_id is None else ProjectId(row.project_id),
            environments=frozenset(environments[id_]) if row.some_environments else None,
        )
