"""What a JSON document becomes, whichever of the two readers takes it: numbers, duplicates, surrogates, depth."""

import time

import pytest

from headwater.gotemplate.encodings.json_reader import read_json
from headwater.gotemplate.limits import Limits, Meter
from headwater.gotemplate.values.values import Value

_NINES = "9" * 400

READ = {
    "-0": (-0.0, None),
    "[-0,-0.0,0]": ([-0.0, -0.0, 0.0], None),
    "9007199254740993": (9007199254740992.0, None),
    "123456789012345678901234567890": (1.2345678901234568e29, None),
    "5e-324": (5e-324, None),
    "1" + "0" * 308: (1e308, None),
    '{"a":1,"\\u0061":2}': ({b"a": 2.0}, None),
    r'"\ud83d\ude00 \ud800 \udc00"': ("😀 � �".encode(), None),
    '"\x7f"': (b"\x7f", None),
    _NINES: (None, "cannot unmarshal number"),
    "1e400": (None, "cannot unmarshal number"),
    '{"a":' + _NINES + ',"a":1}': ({b"a": 1.0}, "cannot unmarshal number"),
    '{"a":1e400,"a":1}': ({b"a": 1.0}, "cannot unmarshal number"),
    "01": (None, "invalid character '1' after top-level value"),
    "NaN": (None, "invalid character 'N' looking for beginning of value"),
    '"\n"': (None, "invalid character '\\n' in string literal"),
    "": (None, "unexpected end of JSON input"),
}


@pytest.mark.parametrize("text", READ)
def test_a_document_becomes_what_go_makes_of_it(text: str) -> None:
    value, fault = READ[text]
    got, error = read_json(text.encode(), Meter(Limits(), deadline=time.monotonic() + 30))
    assert repr(_plain(got)) == repr(value)  # which tells -0 from 0
    assert (fault is None) == (error is None)
    assert error is None or (fault or "") in error.text.decode()


def _plain(value: Value) -> object:
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value
