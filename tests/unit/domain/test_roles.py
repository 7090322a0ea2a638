"""Who may do what, where: one table."""

import itertools

import pytest

from headwater.domain.ids import ConfigId, EnvironmentId, PrincipalId, ProjectId
from headwater.domain.roles import WORKPLACE, Access, Action, Grant, Principal, Reach, Role, ServiceToken, User, may

SHOP, OTHER = ProjectId("shop"), ProjectId("other")
DEV, PRD = EnvironmentId("shop-dev"), EnvironmentId("shop-prd")

AT_SHOP = Reach(project=SHOP)
AT_DEV = Reach(project=SHOP, environment=DEV)
IN_DEV = Reach(project=SHOP, environment=DEV, config=ConfigId("dev"))
IN_DEV_BRANCH = Reach(project=SHOP, environment=DEV, config=ConfigId("dev_x"))
IN_PRD = Reach(project=SHOP, environment=PRD, config=ConfigId("prd"))
AT_OTHER = Reach(project=OTHER)
IN_OTHER = Reach(project=OTHER, environment=EnvironmentId("other-dev"), config=ConfigId("other-dev"))


def user(*grants: Grant) -> User:
    return User(id=PrincipalId("u"), name="u", grants=grants)


def token(access: Access) -> ServiceToken:
    return ServiceToken(
        id=PrincipalId("t"), name="t", access=access, project=SHOP, environment=DEV, config=ConfigId("dev")
    )


OWNER = user(Grant(role=Role.OWNER))
NOBODY = user()
SHOP_ADMIN = user(Grant(role=Role.ADMIN, project=SHOP))
SHOP_VIEWER = user(Grant(role=Role.VIEWER, project=SHOP))
DEV_COLLABORATOR = user(Grant(role=Role.COLLABORATOR, project=SHOP, environments=frozenset({DEV})))
SHUT_OUT = user(Grant(role=Role.NO_ACCESS, project=SHOP))
VIEWER_THAT_WORKS_IN_DEV = user(
    Grant(role=Role.VIEWER), Grant(role=Role.COLLABORATOR, project=SHOP, environments=frozenset({DEV}))
)
NO_ENVIRONMENT_LEFT = user(Grant(role=Role.COLLABORATOR, project=SHOP, environments=frozenset()))
READS, WRITES = token(Access.READ), token(Access.READ_WRITE)

A = Action
MATRIX: list[tuple[Principal, Action, Reach, bool]] = [
    (OWNER, A.PROJECTS_CREATE, WORKPLACE, True),
    (OWNER, A.PROJECTS_DELETE, AT_SHOP, True),
    (OWNER, A.SECRETS_WRITE, IN_OTHER, True),
    (NOBODY, A.WORKPLACE_READ, WORKPLACE, False),
    (NOBODY, A.PROJECTS_READ, AT_SHOP, False),
    (NOBODY, A.SECRETS_READ, IN_DEV, False),
    (SHOP_ADMIN, A.WORKPLACE_READ, WORKPLACE, True),
    (SHOP_ADMIN, A.PROJECTS_CREATE, WORKPLACE, False),
    (SHOP_ADMIN, A.PROJECTS_DELETE, AT_SHOP, True),
    (SHOP_ADMIN, A.SERVICE_TOKENS_CREATE, IN_DEV, True),
    (SHOP_ADMIN, A.PROJECTS_READ, AT_OTHER, False),
    (SHOP_ADMIN, A.SECRETS_READ, IN_OTHER, False),
    (SHOP_VIEWER, A.SECRETS_READ, IN_PRD, True),
    (SHOP_VIEWER, A.SECRETS_WRITE, IN_PRD, False),
    (SHOP_VIEWER, A.CONFIGS_CREATE, AT_DEV, False),
    (DEV_COLLABORATOR, A.PROJECTS_READ, AT_SHOP, True),
    (DEV_COLLABORATOR, A.PROJECTS_READ, AT_OTHER, False),
    (DEV_COLLABORATOR, A.ENVIRONMENTS_READ, AT_DEV, True),
    (DEV_COLLABORATOR, A.SECRETS_WRITE, IN_DEV_BRANCH, True),
    (DEV_COLLABORATOR, A.SECRETS_READ, IN_PRD, False),
    (DEV_COLLABORATOR, A.CONFIGS_READ, IN_PRD, False),
    (DEV_COLLABORATOR, A.SERVICE_TOKENS_CREATE, IN_DEV, False),
    (DEV_COLLABORATOR, A.ENVIRONMENTS_CREATE, AT_SHOP, False),
    (SHUT_OUT, A.PROJECTS_READ, AT_SHOP, False),
    (SHUT_OUT, A.SECRETS_READ, IN_DEV, False),
    (VIEWER_THAT_WORKS_IN_DEV, A.SECRETS_WRITE, IN_DEV, True),
    (VIEWER_THAT_WORKS_IN_DEV, A.SECRETS_WRITE, IN_PRD, False),
    (VIEWER_THAT_WORKS_IN_DEV, A.SECRETS_READ, IN_OTHER, True),
    (NO_ENVIRONMENT_LEFT, A.SECRETS_READ, IN_DEV, False),
    (READS, A.WORKPLACE_READ, WORKPLACE, True),
    (READS, A.PROJECTS_READ, AT_SHOP, True),
    (READS, A.PROJECTS_READ, AT_OTHER, False),
    (READS, A.ENVIRONMENTS_READ, AT_DEV, True),
    (READS, A.CONFIGS_READ, IN_DEV, True),
    (READS, A.CONFIGS_READ, IN_DEV_BRANCH, False),
    (READS, A.SECRETS_READ, IN_DEV, True),
    (READS, A.SECRETS_READ, IN_DEV_BRANCH, False),
    (READS, A.SECRETS_READ, AT_SHOP, False),
    (READS, A.SECRETS_READ, WORKPLACE, False),
    (READS, A.SECRETS_WRITE, IN_DEV, False),
    (READS, A.SERVICE_TOKENS_READ, IN_DEV, False),
    (WRITES, A.SECRETS_WRITE, IN_DEV, True),
    (WRITES, A.SECRETS_WRITE, IN_PRD, False),
    (WRITES, A.CONFIGS_UPDATE, IN_DEV, False),
    (WRITES, A.SERVICE_TOKENS_CREATE, IN_DEV, False),
    (WRITES, A.PROJECTS_CREATE, WORKPLACE, False),
]


@pytest.mark.parametrize("row", range(len(MATRIX)))
def test_may(row: int) -> None:
    principal, action, on, expected = MATRIX[row]

    assert may(principal, action, on) is expected


def test_roles_are_ordered_by_what_they_give() -> None:
    roles = [Role.NO_ACCESS, Role.VIEWER, Role.COLLABORATOR, Role.ADMIN, Role.OWNER]

    assert all(less.actions <= more.actions for less, more in itertools.pairwise(roles))
