"""Which views a write alters: a table of cases, and a proof against computing everything anew."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.domain.hidden import Hidden
from headwater.domain.ids import ConfigId
from headwater.domain.names import SecretName
from headwater.domain.references import (
    Node,
    Reference,
    ReferenceLoopError,
    Resolver,
    UnresolvableReferenceError,
    references_in,
)
from headwater.domain.views import Edge, altered_nodes, altered_views, overlay


@dataclass
class Workplace:
    """Two projects `pp` and `qq`, each with a root `rt`, and branches `rt_a` and `rt_b` of it; ids are `pp/rt_a`."""

    values: dict[tuple[str, str], str] = field(default_factory=dict)

    CONFIGS = tuple(f"{project}/{config}" for project in ("pp", "qq") for config in ("rt", "rt_a", "rt_b"))

    def branches(self, config: ConfigId) -> Collection[ConfigId]:
        return [ConfigId(f"{config}_{one}") for one in "ab"] if config.endswith("/rt") else []

    def sets(self, config: ConfigId, name: SecretName) -> bool:
        return (config, name) in self.values

    def edges_to(self, node: Node) -> Iterable[Edge]:
        """As the product's: whatever may mean the node, by the letters of the reference."""
        for (owner, name), text in self.values.items():
            for reference in references_in(Hidden(text)):
                if self._may_mean(owner, reference, node):
                    yield Edge(owner=ConfigId(owner), name=SecretName(name), reference=reference)

    def _may_mean(self, owner: str, reference: Reference, node: Node) -> bool:
        project, config = node.config.split("/")
        if reference.name != node.name:
            return False
        if reference.config is None:
            return owner in (node.config, self.root(node.config))
        return reference.config == config and (reference.project or owner.partition("/")[0]) == project

    def root(self, config: str) -> str:
        return config.removesuffix("_a").removesuffix("_b")

    def raw(self, node: Node) -> Hidden[str] | None:
        own = self._set_in(node.config)
        root = self._set_in(self.root(node.config))
        text = overlay(root, own).get(node.name)
        return None if text is None else Hidden(text)

    def _set_in(self, config: str) -> dict[SecretName, str]:
        return {SecretName(name): text for (owner, name), text in self.values.items() if owner == config}

    def target(self, seen_from: ConfigId, reference: Reference) -> Node | None:
        if reference.config is None:
            return Node(seen_from, reference.name)
        found = f"{reference.project or seen_from.split('/')[0]}/{reference.config}"
        return Node(ConfigId(found), reference.name) if found in self.CONFIGS else None

    def read(self, node: Node) -> str | None:
        """What a reader sees, whatever it is."""
        try:
            found = Resolver(self.raw, self.target).find(node)
        except (ReferenceLoopError, UnresolvableReferenceError) as error:
            return f"broken: {type(error).__name__}"
        return None if found is None else found.reveal()


ROOT = {"pp/rt", "pp/rt_a", "pp/rt_b"}
Values = dict[tuple[str, str], str]
Case = tuple[Values, tuple[str, str], set[str]]
CASES: dict[str, Case] = {
    "a root's secret shows in its branches": ({}, ("pp/rt", "A"), ROOT),
    "but not where a branch has its own": ({("pp/rt_a", "A"): "1"}, ("pp/rt", "A"), {"pp/rt", "pp/rt_b"}),
    "a branch's secret shows in itself": ({}, ("pp/rt_a", "A"), {"pp/rt_a"}),
    "a reference of the root follows the branch that is viewed": (
        {("pp/rt", "B"): "${A}"},
        ("pp/rt_a", "A"),
        {"pp/rt_a"},
    ),
    "a reference to a config by name shows in whoever shows it": (
        {("pp/rt", "B"): "${rt_a.A}"},
        ("pp/rt_a", "A"),
        ROOT,
    ),
    "a reference of another project": ({("qq/rt_b", "B"): "${pp.rt.A}"}, ("pp/rt", "A"), ROOT | {"qq/rt_b"}),
    "a name without its project means one's own": ({("qq/rt_b", "B"): "${rt.A}"}, ("pp/rt", "A"), ROOT),
    "over two steps": (
        {("pp/rt_b", "B"): "${rt_a.A}", ("qq/rt_a", "C"): "x${pp.rt_b.B}"},
        ("pp/rt_a", "A"),
        {"pp/rt_a", "pp/rt_b", "qq/rt_a"},
    ),
    "an overridden referrer is out of it": (
        {("pp/rt", "B"): "${A}", ("pp/rt_a", "B"): "1"},
        ("pp/rt_a", "A"),
        {"pp/rt_a"},
    ),
    "another name is out of it": ({("qq/rt_a", "B"): "${pp.rt_a.AA}"}, ("pp/rt_a", "A"), {"pp/rt_a"}),
    "a loop ends": (
        {("qq/rt_a", "B"): "${pp.rt_a.A}", ("pp/rt_a", "A"): "${qq.rt_a.B}"},
        ("pp/rt_a", "A"),
        {"pp/rt_a", "qq/rt_a"},
    ),
    "an auto secret is each config's own": (
        {("qq/rt_a", "B"): "${pp.rt.DOPPLER_CONFIG}"},
        ("pp/rt", "DOPPLER_CONFIG"),
        {"pp/rt", "qq/rt_a"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_altered_views(case: str) -> None:
    values, (config, name), expected = CASES[case]

    nodes = altered_nodes({ConfigId(config): [SecretName(name)]}, Workplace(dict(values)))

    assert altered_views(nodes) == expected


NAMES = st.sampled_from("ABC")
PLACES = st.tuples(st.sampled_from(Workplace.CONFIGS), NAMES)
TEXTS = st.one_of(
    st.sampled_from(["1", "2"]),
    st.builds("${{{}}}".format, NAMES),
    st.builds("${{{}.{}}}".format, st.sampled_from(["rt", "rt_a", "rt_b"]), NAMES),
    st.builds("${{{}.{}.{}}}".format, st.sampled_from(["pp", "qq"]), st.sampled_from(["rt", "rt_a"]), NAMES),
)


@given(st.dictionaries(PLACES, TEXTS, max_size=14), PLACES, st.one_of(st.none(), TEXTS))
def test_whatever_reads_differently_after_a_write_is_among_the_altered(
    values: dict[tuple[str, str], str], place: tuple[str, str], written: str | None
) -> None:
    before = Workplace(dict(values))
    after = Workplace({key: text for key, text in values.items() if key != place})
    if written is not None:
        after.values[place] = written
    config, name = place

    altered = altered_nodes({ConfigId(config): [SecretName(name)]}, after)

    every = [Node(ConfigId(config), SecretName(name)) for config in Workplace.CONFIGS for name in "ABC"]
    assert {node for node in every if before.read(node) != after.read(node)} <= altered
