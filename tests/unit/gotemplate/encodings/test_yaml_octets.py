"""From octets to characters, and go-yaml's words for those that are none."""

import pytest

from headwater.gotemplate.encodings.yaml_errors import YamlError
from headwater.gotemplate.encodings.yaml_octets import readable

REFUSED = (
    (b"a\xff", "invalid leading UTF-8 octet"),
    (b"\xc3", "incomplete UTF-8 octet sequence"),
    (b"\xe2\x82(", "invalid trailing UTF-8 octet"),
    (b"\xc0\x80", "invalid length of a UTF-8 sequence"),
    (b"\xed\xa0\x80", "invalid Unicode character"),
    (b"\xf4\x90\x80\x80", "invalid Unicode character"),
    (b"a: \x07", "control characters are not allowed"),
    (b"\xff\xfea", "incomplete UTF-16 character"),
    (b"\xff\xfe\x3d\xd8", "incomplete UTF-16 surrogate pair"),
    (b"\xfe\xff\xd8\x3d\x00a", "expected low surrogate area"),
    (b"\xfe\xff\xdd\x11\x00a", "unexpected low surrogate area"),
)


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_what_is_no_character_is_named(text: bytes, problem: str) -> None:
    with pytest.raises(YamlError) as refused:
        readable(text)
    assert refused.value.text == f"yaml: {problem}".encode()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_first_octets_name_the_encoding(coding: str) -> None:
    assert readable("a: é🔑".encode(coding)) == "a: é🔑"


def test_utf_16_comes_in_either_order() -> None:
    assert readable(b"\xfe\xff" + "a🔑".encode("utf-16-be")) == "a🔑"
