"""Which functions there are, signature by signature: none reads the environ, a file or the network."""

import inspect
from pathlib import Path

import pytest

from headwater.gotemplate.functions.catalogue import FUNCTIONS
from headwater.gotemplate.functions.registry import function
from headwater.gotemplate.values.gotypes import signature
from headwater.gotemplate.values.values import GoObject
from tests.support.gotemplates import refusal

ALLOWED = Path(__file__).parent / "allowed.txt"
FORBIDDEN = ("env", "expandenv", "getHostByName", "include", "tpl", "required", "lookup", "readFile", "exec", "import")


def test_the_functions_are_those_of_the_list_and_no_others() -> None:
    declared = sorted(f"{each.name.decode()}\t{each.signature.text}" for each in FUNCTIONS.values() if not each.builtin)
    assert declared == ALLOWED.read_text().splitlines()


def test_go_s_own_functions_are_all_there() -> None:
    own = "and call eq ge gt html index js le len lt ne not or print printf println urlquery"
    assert sorted(each.name.decode() for each in FUNCTIONS.values() if each.builtin) == own.split()


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_would_reach_out_is_not_defined(name: str) -> None:
    assert refusal("{{ " + name + " }}") == f'1: function "{name}" not defined'


def test_every_function_has_a_line_for_the_reference() -> None:
    assert [each.name for each in FUNCTIONS.values() if not each.summary.endswith(".")] == []


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        function("func(string) string", "upper")(lambda text: text)


def test_a_signature_must_be_one() -> None:
    with pytest.raises(ValueError, match="not a function type"):
        signature("string")


ATTRIBUTES = (
    "__class__", "__init__", "__dict__", "string", "go_type", "methods", "fields", "unix", "location", "major", "real",
)  # fmt: skip


def _every_value() -> list[str]:
    return [
        '"x"',
        "1",
        "1.5",
        "(list 1)",
        "(dict)",
        '(toDate "2006" "2021")',
        '(semver "1")',
        "(int64 1)",
        "true",
        "2i",
    ]


@pytest.mark.parametrize("value", _every_value())
@pytest.mark.parametrize("name", ATTRIBUTES)
def test_no_attribute_of_a_python_object_is_reachable(value: str, name: str) -> None:
    expected = ("can't evaluate field", "unexported field", "map has no entry", "unrecognized character")
    text = refusal("{{ $x := " + value + " }}{{ $x." + name + " }}")
    assert any(reason in text for reason in expected)


def test_methods_stand_in_tables_alone() -> None:
    kinds: list[type[GoObject]] = [GoObject]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    for kind in kinds:
        for _, body in kind.methods.values():
            assert callable(body)
        assert all(isinstance(name, bytes) for name in kind.methods)


def test_bodies_take_as_many_arguments_as_their_signature_says() -> None:
    for each in FUNCTIONS.values():
        parameters = list(inspect.signature(each.body).parameters.values())[each.takes_run :]
        if each.name == b"call" or any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
            continue
        assert len(parameters) == len(each.signature.params), each.name
