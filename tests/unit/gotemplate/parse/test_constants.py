"""Each literal in every type that holds it."""

import pytest

from headwater.gotemplate.parse.constants import ConstantError, new_number
from headwater.gotemplate.parse.items import ItemType

NUMBERS: dict[str, tuple[int | None, int | None, float | None]] = {
    "0": (0, 0, 0.0),
    "-0": (0, 0, 0.0),
    "-5": (-5, None, -5.0),
    "0x1F": (31, 31, 31.0),
    "0b101": (5, 5, 5.0),
    "0o17": (15, 15, 15.0),
    "017": (15, 15, 15.0),
    "1_000": (1000, 1000, 1000.0),
    "1_0.5": (None, None, 10.5),
    "18446744073709551615": (None, 2**64 - 1, float(2**64 - 1)),
    "1.5": (None, None, 1.5),
    "1e3": (1000, 1000, 1000.0),
    "-2.0": (-2, None, -2.0),
    "1e30": (None, None, 1e30),
    "0x1p4": (16, 16, 16.0),
    "0x.8p1": (1, 1, 1.0),
    "0i": (0, 0, 0.0),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text: str) -> None:
    node = new_number(0, text.encode(), ItemType.NUMBER)
    assert (node.as_int, node.as_uint, node.as_float) == NUMBERS[text]


def test_imaginary_and_complex_constants() -> None:
    assert new_number(0, b"1.5i", ItemType.NUMBER).as_complex == 1.5j
    assert new_number(0, b"1+2i", ItemType.COMPLEX).as_complex == 1 + 2j
    assert new_number(0, b"0x10-2e1i", ItemType.COMPLEX).as_complex == 16 - 20j
    assert new_number(0, b"3+0i", ItemType.COMPLEX).as_int == 3


CHARACTERS = {
    "'a'": 97,
    "'\\n'": 10,
    "'\\''": 39,
    "'\\x41'": 65,
    "'\\101'": 65,
    "'世'": 0x4E16,
    "'\\U0001f511'": 0x1F511,
}


@pytest.mark.parametrize("text", CHARACTERS)
def test_characters(text: str) -> None:
    assert new_number(0, text.encode(), ItemType.CHAR_CONSTANT).as_int == CHARACTERS[text]


REFUSED = {
    ("08", ItemType.NUMBER): 'integer overflow: "08"',
    ("99999999999999999999", ItemType.NUMBER): 'integer overflow: "99999999999999999999"',
    ("1e400", ItemType.NUMBER): 'illegal number syntax: "1e400"',
    ("0x", ItemType.NUMBER): 'illegal number syntax: "0x"',
    ("1__0", ItemType.NUMBER): 'illegal number syntax: "1__0"',
    ("xi", ItemType.NUMBER): 'illegal number syntax: "xi"',
    ("1+2", ItemType.COMPLEX): "syntax error scanning complex number",
    ("x+2i", ItemType.COMPLEX): "syntax error scanning complex number",
    ("''", ItemType.CHAR_CONSTANT): "invalid syntax",
    ("'ab'", ItemType.CHAR_CONSTANT): "malformed character constant: 'ab'",
    ("'\\ud800'", ItemType.CHAR_CONSTANT): "invalid syntax",
    ("'\\400'", ItemType.CHAR_CONSTANT): "invalid syntax",
    ("'\\\"'", ItemType.CHAR_CONSTANT): "invalid syntax",
}


@pytest.mark.parametrize(("text", "kind"), REFUSED)
def test_refusals(text: str, kind: ItemType) -> None:
    with pytest.raises(ConstantError) as caught:
        new_number(0, text.encode(), kind)
    assert str(caught.value) == REFUSED[text, kind]
