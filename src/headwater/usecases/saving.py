"""Saving secrets: from edits to versions and edges, all of them or none."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

from headwater.domain.edits import Edit, Writes, plan_writes
from headwater.domain.ids import SecretId, VersionNumber
from headwater.domain.names import SecretName
from headwater.domain.places import Config
from headwater.domain.references import Node, Reference, UnresolvableReferenceError, references_in
from headwater.domain.roles import Action
from headwater.domain.secrets import check_config
from headwater.storage.secrets import Version
from headwater.usecases.call import Call
from headwater.usecases.settling import settle
from headwater.usecases.world import World


def save(call: Call, config: Config, edits: Iterable[Edit]) -> frozenset[SecretName]:
    """Write what `edits` come to, and say which names that altered; none, and nothing is written.

    Raises:
        InvalidInputError, TooLargeError: what cannot be; nothing may be committed then.
    """
    world = World.of(call)
    writes = plan_writes(edits, lambda name: world.own_value(config.id, name))
    if writes:
        _check_references(call, world, config, writes)
        _write(call, world, config, writes)
        _check_extents(call, world, config)
        settle(call, {config.id: writes.keys()})
    return frozenset(writes)


def _check_references(call: Call, world: World, config: Config, writes: Writes) -> None:
    """Who writes a reference may read its target now; whether it is absent or not theirs, the answer is one."""
    for name, value in writes.items():
        for reference in references_in(value) if value is not None else ():
            if not _may_follow(call, world, config, reference):
                raise UnresolvableReferenceError(Node(config.id, name), reference)


def _may_follow(call: Call, world: World, config: Config, reference: Reference) -> bool:
    target = world.target(config.id, reference)
    return target is not None and call.may(Action.SECRETS_READ, world.config(target.config))


def _write(call: Call, world: World, config: Config, writes: Writes) -> None:
    repositories, sealer = call.repositories, call.sealer()
    newest = repositories.secrets.newest(config.id, writes.keys())
    versions, pointing = [], {}
    for name, value in writes.items():
        version = _next(call, config, name, newest.get(name))
        versions.append(replace(version, sealed=None if value is None else sealer.seal(world.place(version), value)))
        pointing[name] = frozenset() if value is None else references_in(value)
    repositories.secrets.append(*versions)
    repositories.references.set(config.id, pointing)


def _check_extents(call: Call, world: World, config: Config) -> None:
    """After the write, since what a root holds its branches show too."""
    extents = call.repositories.secrets.extents(config)
    check_config("the config", extents.pop(config.id))
    for branch, extent in extents.items():
        shown = world.config(branch)
        sees = call.may(Action.SECRETS_READ, shown)
        check_config(f"the branch {shown.name}" if sees else "one of its branches", extent)


def _next(call: Call, config: Config, name: SecretName, newest: Version | None) -> Version:
    """The version after `newest`, still without a value."""
    return Version(
        secret=SecretId(str(uuid.uuid4())) if newest is None else newest.secret,
        config=config.id,
        name=name,
        version=VersionNumber(1 if newest is None else newest.version + 1),
        sealed=None,
        created_at=call.now,
    )
