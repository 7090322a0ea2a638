"""The reference edges of the installation, found by what they may point at.

An edge keeps its target as written, so one is found by its owner (`${NAME}`: whoever views the owner) or by the names
in it (`${config.NAME}`, `${project.config.NAME}`), never by going through all edges of that name.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from headwater.domain.ids import ConfigId
from headwater.domain.names import ConfigName, ProjectName, SecretName
from headwater.domain.places import Config
from headwater.domain.references import Node
from headwater.domain.views import Edge
from headwater.storage.repositories import Repositories

FindConfigs = Callable[[Collection[ConfigId]], Mapping[ConfigId, Config]]


class _ByOwner(NamedTuple):
    name: SecretName
    owner: ConfigId


class _ByNames(NamedTuple):
    name: SecretName
    project: ProjectName
    config: ConfigName


class EdgeIndex:
    """Reads all edges of a name when first asked for it, or for many names at once by `expect`."""

    def __init__(self, repositories: Repositories, find_configs: FindConfigs) -> None:
        self._repositories = repositories
        self._find_configs = find_configs
        self._read: set[SecretName] = set()
        self._pointed_at: set[SecretName] = set()
        self._edges: defaultdict[_ByOwner | _ByNames, list[Edge]] = defaultdict(list)

    def expect(self, names: Iterable[SecretName]) -> None:
        new = set(names) - self._read
        if not new:
            return
        self._read |= new
        edges = self._repositories.references.pointing_at(*new)
        owners = self._find_configs({edge.owner for edge in edges})
        for edge in edges:
            self._edges[_key(edge, owners[edge.owner])].append(edge)
            self._pointed_at.add(edge.reference.name)

    def any_to(self, name: SecretName) -> bool:
        """Whether any edge points at that name, wherever: as a rule none does."""
        self.expect([name])
        return name in self._pointed_at

    def to(self, node: Node, viewed: Config) -> Iterator[Edge]:
        """The edges that may lead to `node`, which is seen in `viewed`, from where somebody views them."""
        self.expect([node.name])
        yield from self._edges[_ByOwner(node.name, viewed.id)]
        if viewed.root is not None:
            yield from self._edges[_ByOwner(node.name, viewed.root)]
        yield from self._edges[_ByNames(node.name, viewed.project.name, viewed.name)]


def _key(edge: Edge, owner: Config) -> _ByOwner | _ByNames:
    written = edge.reference
    if written.config is None:
        return _ByOwner(written.name, owner.id)
    return _ByNames(written.name, written.project or owner.project.name, written.config)
