"""References, from their grammar to what they come to."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.domain.hidden import Hidden
from headwater.domain.ids import ConfigId
from headwater.domain.names import ConfigName, ProjectName, SecretName
from headwater.domain.references import (
    Node,
    Reference,
    ReferenceLoopError,
    ReferencesTooLargeError,
    Resolver,
    UnresolvableReferenceError,
    references_in,
)
from headwater.domain.secrets import MAX_VALUE_BYTES
from tests.support.canary import secret

DEV = ConfigId("dev")


class World:
    """Values by `config.NAME`; every config is called like its id, all of them stand in one project `shop`."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values
        self._configs = {key.partition(".")[0] for key in values}

    def raw(self, node: Node) -> Hidden[str] | None:
        text = self._values.get(f"{node.config}.{node.name}")
        return None if text is None else Hidden(text)

    def target(self, seen_from: ConfigId, reference: Reference) -> Node | None:
        if reference.project not in (None, "shop"):
            return None
        config = reference.config or seen_from
        return Node(ConfigId(config), reference.name) if config in self._configs else None

    def resolve(self, name: str, config: str = "dev") -> str:
        found = Resolver(self.raw, self.target).find(Node(ConfigId(config), SecretName(name)))
        assert found is not None
        return found.reveal()


def ref(name: str, config: str | None = None, project: str | None = None) -> Reference:
    return Reference(
        name=SecretName(name),
        config=None if config is None else ConfigName(config),
        project=None if project is None else ProjectName(project),
    )


GRAMMAR = {
    "a name": ("${A}", {ref("A")}),
    "a config and a name": ("${dev_x.A_1}", {ref("A_1", "dev_x")}),
    "all three": ("${code-talk.prd.A}", {ref("A", "prd", "code-talk")}),
    "several, one twice": ("${A}:${B}@${A}", {ref("A"), ref("B")}),
    "side by side": ("${A}${B}", {ref("A"), ref("B")}),
    "behind another dollar": ("$${A}", {ref("A")}),
    "inside braces": ("{${A}}", {ref("A")}),
    "over a line break": ("x\n${A}\n", {ref("A")}),
}

NO_REFERENCE = ["$A", "${a}", "${home}", "${A", "$ {A}", "${ A }", "${A-B}", "${1A}", "${A.B}", "${a.b.c.D}", "${}",
                "${A:-default}", "${.A}", "${dev.}", "{{A}}", "$(A)", "${ÄA}", "${A\n}"]  # fmt: skip


@pytest.mark.parametrize("case", GRAMMAR)
def test_the_grammar(case: str) -> None:
    text, references = GRAMMAR[case]

    assert references_in(Hidden(text)) == references


@pytest.mark.parametrize("text", NO_REFERENCE)
def test_text_that_is_no_reference_stays_as_it_is(text: str) -> None:
    assert World({"dev.X": secret(text)}).resolve("X") == secret(text)


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{1,9}", fullmatch=True),
    st.from_regex(r"[A-Z_][A-Z0-9_]{0,9}", fullmatch=True),
)
def test_a_reference_is_read_back_as_it_is_written(project: str, name: str) -> None:
    written = ref(name, "dev", project)

    assert references_in(Hidden(f"x{written}y")) == {written}


RESOLVED = {
    "same config": {"dev.X": "<${A}>", "dev.A": "1"},
    "another config": {"dev.X": "<${prd.A}>", "prd.A": "1"},
    "another project": {"dev.X": "<${shop.prd.A}>", "prd.A": "1"},
    "nested": {"dev.X": "<${A}>", "dev.A": "${prd.B}", "prd.B": "${C}", "prd.C": "1"},
    "by two ways to one": {"dev.X": "<${A}${B}>", "dev.A": "${C}", "dev.B": "${C}", "dev.C": "1"},
    "one's own name elsewhere": {"dev.X": "<${prd.X}>", "prd.X": "1"},
}


@pytest.mark.parametrize("case", RESOLVED)
def test_references_come_to_values(case: str) -> None:
    wanted = "<11>" if case == "by two ways to one" else "<1>"

    assert World(RESOLVED[case]).resolve("X") == wanted


def test_what_a_value_pulls_in_is_not_read_for_references_again() -> None:
    """`$` from one value and `{A}` from another make no reference: values are text, not templates."""
    assert World({"dev.X": "${D}{A}", "dev.D": "$", "dev.A": "1"}).resolve("X") == "${A}"


LOOPS = {
    "itself": ({"dev.X": "${X}"}, ["X", "X"]),
    "itself by its config's name": ({"dev.X": "${dev.X}"}, ["X", "X"]),
    "two": ({"dev.X": "${A}", "dev.A": "${X}"}, ["X", "A", "X"]),
    "three, reached from outside": (
        {"dev.X": "${A}", "dev.A": "${B}", "dev.B": "${prd.C}", "prd.C": "${dev.A}"},
        ["A", "B", "C", "A"],
    ),
}


@pytest.mark.parametrize("case", LOOPS)
def test_a_loop_is_refused_and_named(case: str) -> None:
    values, names = LOOPS[case]

    with pytest.raises(ReferenceLoopError) as refused:
        World(values).resolve("X")

    assert [node.name for node in refused.value.loop] == names


@pytest.mark.parametrize("text", ["${MISSING}", "${prd.A}", "${other.dev.A}"])
def test_a_reference_to_nothing_is_refused_and_named(text: str) -> None:
    world = World({"dev.X": "${A}", "dev.A": secret("around ") + text})

    with pytest.raises(UnresolvableReferenceError) as refused:
        world.resolve("X")

    assert refused.value.referrer == Node(DEV, SecretName("A"))
    assert str(refused.value.reference) == text


def test_a_chain_longer_than_any_stack_is_followed() -> None:
    names = [f"A{number}" for number in range(20_000)]
    values = {f"dev.{one}": f"${{{other}}}" for one, other in itertools.pairwise(names)}

    assert World(values | {f"dev.{names[-1]}": "1"}).resolve(names[0]) == "1"


def test_values_that_double_at_each_step_are_refused_before_they_fill_the_memory() -> None:
    values = {f"dev.A{number}": f"${{A{number + 1}}}" * 2 for number in range(60)}

    with pytest.raises(ReferencesTooLargeError) as refused:
        World(values | {"dev.A60": "0123456789"}).resolve("A0")

    assert refused.value.referrer.name.startswith("A4")


def test_a_value_may_come_to_as_much_as_may_be_written_and_no_more() -> None:
    most = "x" * MAX_VALUE_BYTES
    world = World({"dev.A": most, "dev.SAME": "${A}", "dev.MORE": "${A}."})

    assert world.resolve("SAME") == most
    with pytest.raises(ReferencesTooLargeError):
        world.resolve("MORE")


def test_a_secret_that_is_not_there_has_no_value() -> None:
    world = World({"dev.X": "1"})

    assert Resolver(world.raw, world.target).find(Node(DEV, SecretName("Y"))) is None


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.lists(st.sampled_from([*"ABCDEFxy", "${", "}"]), max_size=6)))
def test_resolving_is_substituting_until_nothing_changes(parts: dict[str, list[str]]) -> None:
    """Against a slower and simpler definition, on configs that have neither loops nor references to nothing."""
    values = {
        name: "".join(f"${{{part}}}" if part in parts and part > name else part.lower() for part in made)
        for name, made in parts.items()
    }
    world = World({f"dev.{name}": text for name, text in values.items()})
    for name in values:
        assert world.resolve(name) == _expanded(values, name)


def _expanded(values: dict[str, str], name: str) -> str:
    text = values[name]
    for other in sorted(values):
        if other > name:
            text = text.replace(f"${{{other}}}", f"\0{other}\0")
    for other in sorted(values):
        if f"\0{other}\0" in text:
            text = text.replace(f"\0{other}\0", _expanded(values, other))
    return text
