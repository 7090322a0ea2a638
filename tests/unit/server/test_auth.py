"""Both schemes, and one answer to everything that is neither."""

import base64

import pytest

from headwater.domain.errors import UnauthenticatedError
from headwater.server.auth import read_token
from tests.support.canary import secret

TOKEN = secret("dp.pt.x")  # throw-away, for tests


def basic(text: str) -> bytes:
    return b"Basic " + base64.b64encode(text.encode())


ACCEPTED = {
    "Bearer": b"Bearer " + TOKEN.encode(),
    "bearer, and spaces": b"bearer   " + TOKEN.encode() + b" ",
    "Basic with an empty password": basic(f"{TOKEN}:"),
    "Basic without a colon": basic(TOKEN),
    "Basic with a password": basic(f"{TOKEN}:ignored"),
    "BASIC": b"BASIC " + basic(f"{TOKEN}:").partition(b" ")[2],
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_the_token_is_read_from_either_scheme(case: str) -> None:
    headers = [(b"host", b"a"), (b"authorization", ACCEPTED[case])]
    assert read_token(headers).reveal() == TOKEN


REFUSED: dict[str, list[bytes]] = {
    "none": [],
    "an empty one": [b""],
    "a scheme alone": [b"Bearer"],
    "a scheme and spaces": [b"Bearer   "],
    "a token alone": [TOKEN.encode()],
    "another scheme": [b"Digest " + TOKEN.encode()],
    "two": [b"Bearer " + TOKEN.encode()] * 2,
    "one that is no base64": [b"Basic \xff\xfe"],
    "an empty user": [basic(":password")],
    "a user beyond ASCII": [basic("é:")],
    "bytes beyond ASCII": ["Bearer é".encode()],
    "a very long one": [b"Bearer " + b"a" * 600],
}


@pytest.mark.parametrize("case", REFUSED)
def test_everything_else_is_refused_in_the_same_words(case: str) -> None:
    with pytest.raises(UnauthenticatedError, match=r"^Invalid Auth token$"):
        read_token([(b"authorization", value) for value in REFUSED[case]])
