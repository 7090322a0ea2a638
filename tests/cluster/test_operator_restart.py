"""An operator that is killed and started again goes on where it was, and writes nothing that stands already."""

import asyncio

import pytest

from headwater.operator.resource_types import EXTERNAL_SECRETS
from tests.support.canary import secret
from tests.support.operator_cluster import ClusterDesk, OperatorProcess
from tests.support.operator_manifests import external_secret, fake_store, kube_secret

pytestmark = pytest.mark.needs("controlplane")

VALUES = {"DATABASE_URL": secret("url"), "JWT_SECRET": secret("jwt")}
MANY = 20


async def restart(operator: OperatorProcess) -> None:
    await asyncio.to_thread(operator.kill)
    await asyncio.to_thread(operator.start)


async def proof_of_work(desk: ClusterDesk, name: str) -> None:
    """Return once the operator has done something that it was asked for after everything else."""
    await desk.apply(external_secret(desk, VALUES, name=name))
    await desk.until_holds(name, VALUES)
    await desk.until_event(name, "Created")


async def test_a_killed_operator_writes_nothing_when_it_starts_again(
    desk: ClusterDesk, operator: OperatorProcess
) -> None:
    names = [f"app-{number}" for number in range(MANY)]
    await desk.apply(fake_store(desk, VALUES), kube_secret(desk, "merged", {"OTHER": "x"}))
    await desk.apply(*(external_secret(desk, VALUES, name=name) for name in names))
    await desk.apply(external_secret(desk, VALUES, name="merging", target="merged", creation="Merge"))
    await desk.apply(external_secret(desk, VALUES, name="failing", store="missing"))
    for name in names:
        await desk.until_holds(name, VALUES)
        await desk.until_event(name, "Created")
    await desk.until_reported("merging", "True")
    await desk.until_event("failing", "UpdateFailed")
    desk.audit_log.restart()
    await restart(operator)
    await proof_of_work(desk, "after")
    assert await desk.writes() == ["create secrets", "patch externalsecrets/status", "create events"]


async def test_a_first_sync_takes_at_most_three_writes_for_each(desk: ClusterDesk) -> None:
    names = [f"app-{number}" for number in range(MANY)]
    await desk.apply(fake_store(desk, VALUES))
    await desk.until_event("store", "Valid")
    desk.audit_log.restart()
    await desk.apply(*(external_secret(desk, VALUES, name=name) for name in names))
    for name in names:
        await desk.until_holds(name, VALUES)
        await desk.until_event(name, "Created")
    assert len(await desk.writes()) == 3 * MANY


async def test_what_changed_while_it_was_away_is_put_right(desk: ClusterDesk, operator: OperatorProcess) -> None:
    await desk.apply(
        fake_store(desk, VALUES), external_secret(desk, VALUES), external_secret(desk, VALUES, name="gone")
    )
    await desk.until_holds("app", VALUES)
    await desk.until_holds("gone", VALUES)
    await desk.until_reported("gone", "True")
    await asyncio.to_thread(operator.kill)
    try:
        await desk.patch("secret", "app", {"stringData": {"JWT_SECRET": "by hand"}})
        await desk.delete("secret", "gone")
        await desk.apply(external_secret(desk, VALUES, name="new"))
    finally:
        await asyncio.to_thread(operator.start)
    for name in ("app", "gone", "new"):
        await desk.until_holds(name, VALUES)
    found = await desk.client.get(EXTERNAL_SECRETS, desk.key("new"))
    assert found.metadata.finalizers == ()
