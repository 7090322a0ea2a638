"""Addresses, and Go's words for what is none."""

import pytest

from headwater.gotemplate.encodings.addresses import address_version
from headwater.gotemplate.errors import GoError

ADDRESSES = (
    ("1.2.3.4", 4), ("::", 6),
    ("::1", 6), ("1::", 6), ("1:2:3:4:5:6:7:8", 6), ("fe80::1%en0", 6), ("::ffff:1.2.3.4", 6),
    ("1:2:3:4:5:6:1.2.3.4", 6), ("1:2::8", 6),
)  # fmt: skip
REFUSED = (
    ("", "unable to parse IP"),
    ("%a:", "missing IPv6 address"),
    ("::1%", "zone must be a non-empty string"),
    ("1.2.3", "IPv4 address too short"),
    ("1.2.3.4.5", "IPv4 address too long"),
    ("1.02.3.4", "IPv4 field has octet with leading zero"),
    ("1.256.3.4", "IPv4 field has value >255"),
    ("1..3.4", 'IPv4 field must have at least one digit (at ".3.4")'),
    ("1.2.3.", 'IPv4 field must have at least one digit (at ".")'),
    ("1.x.3.4", 'unexpected character (at "x.3.4")'),
    ("12345::", 'each group must have 4 or less digits (at "12345::")'),
    ("1:x::", 'each colon-separated field must have at least one digit (at "x::")'),
    ("1:2]", 'unexpected character, want colon (at "]")'),
    ("1:2:", 'colon must be followed by more characters (at ":")'),
    ("1::2::3", 'multiple :: in address (at ":3")'),
    ("1:2:3", "address string too short"),
    ("1:2:3:4:5:6:7:8:9", 'trailing garbage after address (at "9")'),
    ("1:2:3:4:5:6:7::8", "the :: must expand to at least one field of zeros"),
    ("1:2.3.4.5", 'embedded IPv4 address must replace the final 2 fields of the address (at "2.3.4.5")'),
    (
        "::1:2:3:4:5:6:7:1.2.3.4",
        'too many hex fields to fit an embedded IPv4 at the end of the address (at "1.2.3.4")',
    ),
)


@pytest.mark.parametrize(("text", "version"), ADDRESSES)
def test_addresses_have_a_version(text: str, version: int) -> None:
    assert address_version(text.encode()) == version


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_what_is_no_address_is_refused_in_go_s_words(text: str, problem: str) -> None:
    with pytest.raises(GoError) as refused:
        address_version(text.encode())
    assert refused.value.text.decode() == f'ParseAddr("{text}"): {problem}'
