from datetime import timedelta

from headwater.crypto.tokens import TokenKind, create_personal_token, create_service_token, preview
from headwater.domain.hidden import Hidden
from headwater.domain.ids import GrantId, PrincipalId, TokenId
from headwater.domain.places import Config
from headwater.domain.roles import Access, Grant, Role, ServiceToken, User
from headwater.storage.principals import Bearer, Token
from headwater.storage.repositories import Repositories
from headwater.storage.storage import Storage
from tests.support.storage_builders import KEYRING, NOW, create_root_config, new_id, writing

# Every token here is made on the spot and opens nothing.


def user(*grants: Grant) -> User:
    return User(id=PrincipalId(new_id()), name="Ada", grants=grants)


def token_of(principal: PrincipalId, kind: TokenKind, token: Hidden[str]) -> Token:
    return Token(
        id=TokenId(new_id()),
        principal=principal,
        kind=kind,
        name="laptop",
        digest=KEYRING.token_digest(token),
        preview=preview(token),
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


def create_user(repositories: Repositories, made: User) -> None:
    repositories.principals.create(made, NOW)
    for grant in made.grants:
        repositories.principals.add_grant(GrantId(new_id()), made.id, grant)


def create_token_for(storage: Storage, config: Config) -> tuple[Hidden[str], Bearer]:
    token = create_service_token(config.name)
    principal = ServiceToken(
        id=PrincipalId(new_id()),
        name="ci",
        access=Access.READ,
        project=config.project.id,
        environment=config.environment.id,
        config=config.id,
    )
    row = token_of(principal.id, TokenKind.SERVICE, token)
    with writing(storage) as repositories:
        repositories.principals.create(principal, NOW)
        repositories.tokens.create(row)
    return token, Bearer(token=row, principal=principal)


def test_a_user_is_read_with_every_kind_of_grant(storage: Storage) -> None:
    root = create_root_config(storage)
    made = user(
        Grant(role=Role.VIEWER),
        Grant(role=Role.ADMIN, project=root.project.id),
        Grant(role=Role.COLLABORATOR, project=root.project.id, environments=frozenset({root.environment.id})),
    )
    with writing(storage) as repositories:
        create_user(repositories, made)
    with storage.read() as repositories:
        found = repositories.principals.get(made.id)
        assert isinstance(found, User)
        assert (found.id, found.name, set(found.grants)) == (made.id, made.name, set(made.grants))
        assert repositories.principals.created_at(made.id) == NOW
        assert repositories.principals.find(PrincipalId("none")) is None


def test_a_grant_in_a_deleted_environment_does_not_grow_to_the_project(storage: Storage) -> None:
    root = create_root_config(storage)
    environments = frozenset({root.environment.id})
    made = user(Grant(role=Role.ADMIN, project=root.project.id, environments=environments))
    with writing(storage) as repositories:
        create_user(repositories, made)
        repositories.environments.delete(root.environment.id)
    with storage.read() as repositories:
        found = repositories.principals.get(made.id)
    assert isinstance(found, User)
    assert found.grants == (Grant(role=Role.ADMIN, project=root.project.id, environments=frozenset()),)


def test_a_bearer_is_found_by_the_digest_of_the_token(storage: Storage) -> None:
    made, token = user(Grant(role=Role.OWNER)), create_personal_token()
    row = token_of(made.id, TokenKind.PERSONAL, token)
    with writing(storage) as repositories:
        create_user(repositories, made)
        repositories.tokens.create(row)
    with storage.read() as repositories:
        assert repositories.tokens.find(KEYRING.token_digest(token)) == Bearer(token=row, principal=made)
        assert repositories.tokens.find(KEYRING.token_digest(create_personal_token())) is None
        assert repositories.tokens.exists(row.id)


def test_tokens_of_a_config_are_listed_and_die_with_it(storage: Storage) -> None:
    root = create_root_config(storage)
    token, bearer = create_token_for(storage, root)
    with storage.read() as repositories:
        assert repositories.tokens.list(root.id) == [bearer]
        assert repositories.tokens.find(KEYRING.token_digest(token)) == bearer
    with writing(storage) as repositories:
        repositories.configs.delete(root.id)
    with storage.read() as repositories:
        assert repositories.tokens.find(KEYRING.token_digest(token)) is None
        assert not repositories.tokens.exists(bearer.token.id)


def test_a_revoked_token_is_found_no_more_and_that_is_a_change(storage: Storage) -> None:
    root = create_root_config(storage)
    token, bearer = create_token_for(storage, root)
    with writing(storage) as repositories:
        repositories.principals.delete(bearer.principal.id)
    assert repositories.changes.taken == 3
    with storage.read() as repositories:
        assert repositories.tokens.find(KEYRING.token_digest(token)) is None
    with writing(storage) as repositories:
        repositories.tokens.delete(bearer.token.id)
    assert repositories.changes.taken is None


def test_a_revoked_personal_token_leaves_its_user(storage: Storage) -> None:
    made, token = user(Grant(role=Role.OWNER)), create_personal_token()
    row = token_of(made.id, TokenKind.PERSONAL, token)
    with writing(storage) as repositories:
        create_user(repositories, made)
        repositories.tokens.create(row)
    with writing(storage) as repositories:
        repositories.tokens.delete(row.id)
    with storage.read() as repositories:
        assert repositories.tokens.find(row.digest) is None
        assert repositories.principals.get(made.id) == made
