"""`World`: configs and their secrets as one transaction sees them, opened one by one as somebody asks.

It answers what the pure core asks: raw values and targets for resolving, names and edges for finding what a write
alters. It remembers, so it is of no use after a write: make another.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from headwater.crypto.keyring import Sealer
from headwater.crypto.place import Column, Place
from headwater.domain.hidden import Hidden
from headwater.domain.ids import ConfigId
from headwater.domain.names import SecretName
from headwater.domain.places import Config
from headwater.domain.references import Node, Reference, Resolver
from headwater.domain.secrets import auto_secrets
from headwater.domain.views import Edge, View, ViewedSecret, overlay
from headwater.storage.repositories import Repositories
from headwater.storage.secrets import Version
from headwater.usecases.call import Call

K = TypeVar("K")
V = TypeVar("V")
Versions = Mapping[SecretName, Version]

_FEW = 8


class World:
    def __init__(self, repositories: Repositories, sealer: Sealer, workplace: str) -> None:
        self._repositories = repositories
        self._sealer = sealer
        self._workplace = workplace
        self._configs: dict[ConfigId, Config] = {}
        self._whole: dict[ConfigId, Versions] = {}
        self._single: dict[ConfigId, dict[SecretName, Version | None]] = {}
        self._branches: dict[ConfigId, list[ConfigId]] = {}
        self._opened: dict[Node, Hidden[str]] = {}
        self._edges: dict[SecretName, list[Edge]] = {}
        self.resolver = Resolver(self.raw, self.target)

    @staticmethod
    def of(call: Call) -> "World":
        return World(call.repositories, call.sealer(), call.installation.keyring.workplace)

    def config(self, config: ConfigId) -> Config:
        return _remembered(self._configs, config, self._repositories.configs.get)

    def view(self, config: Config) -> View:
        """All that a reader of `config` sees, opened and computed."""
        shown = overlay(None if config.root is None else self.own(config.root), self.own(config.id))
        names = sorted({*shown, *auto_secrets(config)})
        return {name: self._viewed(Node(config.id, name), shown.get(name)) for name in names}

    def own(self, config: ConfigId) -> Versions:
        """What `config` itself sets, read at once."""
        return _remembered(self._whole, config, self._repositories.secrets.current)

    def raw(self, node: Node) -> Hidden[str] | None:
        """What `node` shows, its own or its root's, unresolved."""
        config = self.config(node.config)
        auto = auto_secrets(config).get(node.name)
        if auto is not None:
            return Hidden(auto)
        version = self._version(config.id, node.name)
        if version is None and config.root is not None:
            version = self._version(config.root, node.name)
        return None if version is None else self.open(version)

    def target(self, seen_from: ConfigId, reference: Reference) -> Node | None:
        """The node that `reference` means in a value that is viewed in `seen_from`."""
        if reference.config is None:
            return Node(seen_from, reference.name)
        configs, own = self._repositories.configs, self.config(seen_from).project
        if reference.project is None:
            found = configs.find(own.id, reference.config)
        else:
            found = configs.find_named(reference.project, reference.config)
        return None if found is None else Node(found.id, reference.name)

    def branches(self, config: ConfigId) -> Collection[ConfigId]:
        return _remembered(self._branches, config, self._repositories.configs.branches)

    def sets(self, config: ConfigId, name: SecretName) -> bool:
        return self._version(config, name) is not None

    def expect(self, names: Collection[SecretName]) -> None:
        """Read at once what `edges_to` will be asked of."""
        self._edges |= {name: [] for name in names}
        for edge in self._repositories.references.pointing_at(*names):
            self._edges[edge.reference.name].append(edge)

    def edges_to(self, node: Node) -> Iterable[Edge]:
        if node.name not in self._edges:
            self.expect([node.name])
        return (edge for edge in self._edges[node.name] if self._may_mean(edge, node))

    def open(self, version: Version) -> Hidden[str]:
        """The plaintext of a version that is no deletion."""
        assert version.sealed is not None, "a deletion holds nothing"
        key = Node(version.config, version.name)
        if key not in self._opened:
            self._opened[key] = self._sealer.open(self.place(version), version.sealed)
        return self._opened[key]

    def place(self, version: Version) -> Place:
        """What the value of `version` is sealed to."""
        config = self.config(version.config)
        return Place(
            column=Column.VALUE,
            workplace=self._workplace,
            project=config.project.id,
            environment=config.environment.id,
            config=version.config,
            secret=version.secret,
            name=version.name,
            version=version.version,
        )

    def _viewed(self, node: Node, version: Version | None) -> ViewedSecret:
        raw, computed = self.raw(node), self.resolver.find(node)
        assert raw is not None
        assert computed is not None, "what has a raw value has a computed one"
        if version is None:
            return ViewedSecret(name=node.name, raw=raw, computed=computed, origin=node.config)
        return ViewedSecret(
            name=node.name,
            raw=raw,
            computed=computed,
            origin=version.config,
            visibility=version.visibility,
            value_type=version.value_type,
        )

    def _version(self, config: ConfigId, name: SecretName) -> Version | None:
        """One by one at first, since a reference wants one; then the whole config at once."""
        if config in self._whole or len(self._single.get(config, ())) >= _FEW:
            return self.own(config).get(name)
        return _remembered(self._single.setdefault(config, {}), name, lambda name: self._read_version(config, name))

    def _read_version(self, config: ConfigId, name: SecretName) -> Version | None:
        found = self._repositories.secrets.newest(config, {name}).get(name)
        return None if found is None or found.sealed is None else found

    def _may_mean(self, edge: Edge, node: Node) -> bool:
        """Whether the reference of `edge`, read as it is written, can lead to `node` from where somebody views it."""
        viewed, written = self.config(node.config), edge.reference
        if written.config is None:
            return edge.owner in (viewed.id, viewed.root)
        if written.config != viewed.name:
            return False
        project = written.project or self.config(edge.owner).project.name
        return project == viewed.project.name


def _remembered(known: dict[K, V], key: K, find: Callable[[K], V]) -> V:
    if key not in known:
        known[key] = find(key)
    return known[key]
