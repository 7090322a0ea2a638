"""Bodies in protobuf, as kubectl sends them: built here byte by byte from what the messages are made of."""

import base64

import pytest

from headwater.devcluster.protobuf import MAGIC, decode_body
from headwater.devcluster.status import RefusedError
from tests.support.canary import secret


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def envelope(api_version: bytes, kind: bytes, message: bytes) -> bytes:
    return MAGIC + field(1, field(1, api_version) + field(2, kind)) + field(2, message)


META = field(1, b"s") + field(2, b"") + field(3, b"ns") + field(8, b"")


def test_a_secret_is_decoded_as_its_json_would_be() -> None:
    value = secret("value")
    entry = field(1, b"key") + field(2, value.encode())
    found = decode_body(envelope(b"v1", b"Secret", field(1, META) + field(2, entry) + field(3, b"Opaque")))
    assert found.pop("data") == {"key": base64.b64encode(value.encode()).decode()}
    assert found == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "ns"},
        "type": "Opaque",
    }


def test_zero_replicas_are_meant_and_other_zeros_are_not() -> None:
    spec = field(1, 0) + field(5, 0)
    found = decode_body(envelope(b"apps/v1", b"Deployment", field(1, META) + field(2, spec)))
    assert found["spec"] == {"replicas": 0}


def test_numbers_or_words_are_told_apart() -> None:
    def port(target: bytes) -> bytes:
        return field(1, field(1, b"http") + field(3, 80) + field(4, target))

    for target, wanted in ((field(1, 0) + field(2, 8080), 8080), (field(1, 1) + field(3, b"web"), "web")):
        found = decode_body(envelope(b"v1", b"Service", field(1, META) + field(2, port(target))))
        assert found["spec"]["ports"] == [{"name": "http", "port": 80, "targetPort": wanted}]


@pytest.mark.parametrize(
    "body",
    [
        MAGIC,
        MAGIC + b"\x0a\xff",
        MAGIC + b"\xff" * 20,
        envelope(b"v1", b"Nonsense", b""),
        envelope(b"v1", b"Secret", b"\x0a\x7fshort"),
    ],
)
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        decode_body(body)
    assert refused.value.code == 400
