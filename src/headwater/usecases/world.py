"""`World`: configs and their secrets as one transaction sees them, opened one by one as somebody asks.

It answers what the pure core asks: raw values and targets for resolving, names and edges for finding what a write
alters. It remembers, so it is of no use after a write: make another.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from headwater.crypto.keyring import Sealer
from headwater.crypto.place import Column, Place
from headwater.domain.hidden import Hidden
from headwater.domain.ids import ConfigId
from headwater.domain.names import ConfigName, ProjectName, SecretName
from headwater.domain.places import Config
from headwater.domain.references import Node, Reference, Resolver
from headwater.domain.secrets import auto_secrets
from headwater.domain.views import Edge, View, ViewedSecret, overlay
from headwater.storage.repositories import Repositories
from headwater.storage.secrets import Version
from headwater.usecases.call import Call
from headwater.usecases.edges import EdgeIndex

K = TypeVar("K")
V = TypeVar("V")
Versions = Mapping[SecretName, Version]

_FEW = 8
"""Names of one config that are cheaper to read one by one than with all the others."""


class World:
    def __init__(self, repositories: Repositories, sealer: Sealer, workplace: str) -> None:
        self._repositories = repositories
        self._sealer = sealer
        self._workplace = workplace
        self._configs: dict[ConfigId, Config] = {}
        self._named: dict[tuple[ProjectName, ConfigName], Config | None] = {}
        self._branches: dict[ConfigId, list[ConfigId]] = {}
        self._whole: dict[ConfigId, Versions] = {}
        self._single: dict[Node, Version | None] = {}
        self._asked = defaultdict[ConfigId, int](int)
        self._opened: dict[Node, Hidden[str]] = {}
        self._edges = EdgeIndex(repositories, self.configs)
        self.resolver = Resolver(self.raw, self.target)

    @staticmethod
    def of(call: Call) -> "World":
        return World(call.repositories, call.sealer(), call.installation.keyring.workplace)

    def config(self, config: ConfigId) -> Config:
        return _remembered(self._configs, config, self._repositories.configs.get)

    def configs(self, ids: Collection[ConfigId]) -> Mapping[ConfigId, Config]:
        """Those and others, by id, read at once."""
        self._configs |= self._repositories.configs.get_all(set(ids) - self._configs.keys())
        return self._configs

    def view(self, config: Config) -> View:
        """All that a reader of `config` sees, opened and computed."""
        shown = overlay(None if config.root is None else self.own(config.root), self.own(config.id))
        names = sorted({*shown, *auto_secrets(config)})
        return {name: self._viewed(Node(config.id, name), shown.get(name)) for name in names}

    def own(self, config: ConfigId) -> Versions:
        """What `config` itself sets, read at once."""
        return _remembered(self._whole, config, self._repositories.secrets.current)

    def own_value(self, config: ConfigId, name: SecretName) -> Hidden[str] | None:
        """What `config` itself sets for `name`, unresolved."""
        version = self._version(config, name)
        return None if version is None else self.open(version)

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
        project = reference.project or self.config(seen_from).project.name
        found = _remembered(self._named, (project, reference.config), self._find_named)
        return None if found is None else Node(found.id, reference.name)

    def branches(self, config: ConfigId) -> Collection[ConfigId]:
        if not self.config(config).is_root:
            return ()
        return _remembered(self._branches, config, self._repositories.configs.branches)

    def sets(self, config: ConfigId, name: SecretName) -> bool:
        return self._version(config, name) is not None

    def edges_to(self, node: Node) -> Iterable[Edge]:
        return self._edges.to(node, self.config(node.config)) if self._edges.any_to(node.name) else ()

    def expect_writes(self, touched: Mapping[ConfigId, Collection[SecretName]]) -> None:
        """Read at once what finding the altered nodes is about to ask for."""
        self._edges.expect({name for names in touched.values() for name in names})
        for config, names in touched.items():
            related = {config, self.config(config).root or config, *self.branches(config)}
            if len(names) > _FEW:
                for each in related:
                    self.own(each)
            else:
                for name in names:
                    self._read(related, name)

    def referring(self, nodes: Collection[Node]) -> list[Node]:
        """Those of `nodes` that may show a value with references in it; the others show what is written, as it is."""
        found = self.configs({node.config for node in nodes})
        seen_in = {node.config: found[node.config].root or node.config for node in nodes}
        holding = self._repositories.references.holders({*seen_in, *seen_in.values()})
        return [
            node
            for node in nodes
            if (node.config, node.name) in holding or (seen_in[node.config], node.name) in holding
        ]

    def expect(self, nodes: Iterable[Node]) -> None:
        """Read at once what `raw` is about to be asked for: a query per name, not one per node."""
        seen_in = defaultdict[SecretName, set[ConfigId]](set)
        for node in nodes:
            seen_in[node.name].add(node.config)
        found = self.configs({config for configs in seen_in.values() for config in configs})
        for name, viewed in seen_in.items():
            roots = {root for config in viewed if (root := found[config].root) is not None}
            self._read(viewed | roots, name)

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
        node = Node(config, name)
        if config not in self._whole and node not in self._single:
            self._asked[config] += 1
            if self._asked[config] > _FEW:
                self.own(config)
            else:
                self._read({config}, name)
        return self._whole[config].get(name) if config in self._whole else self._single[node]

    def _read(self, configs: Collection[ConfigId], name: SecretName) -> None:
        """Remember the version of `name` in each of `configs`, also where there is none."""
        new = [config for config in configs if config not in self._whole and Node(config, name) not in self._single]
        if new:
            found = self._repositories.secrets.current_in(new, name)
            self._single |= {Node(config, name): found.get(config) for config in new}

    def _find_named(self, names: tuple[ProjectName, ConfigName]) -> Config | None:
        found = self._repositories.configs.find_named(*names)
        if found is not None:
            self._configs[found.id] = found
        return found


def _remembered(known: dict[K, V], key: K, find: Callable[[K], V]) -> V:
    if key not in known:
        known[key] = find(key)
    return known[key]
