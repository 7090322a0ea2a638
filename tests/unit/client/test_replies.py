import pytest

from headwater.client.errors import RateLimitedError, RequestRefusedError, UpstreamFailedError
from headwater.client.replies import MAX_MESSAGE_CHARACTERS, to_error
from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden

TOKEN = "not-of-the-usual-form"  # throw-away, for tests


def error(status: int, body: bytes = b"", retry_after: str | None = None) -> HeadwaterError:
    return to_error("example.com", status, body, retry_after=retry_after, token=Hidden(TOKEN))


MESSAGES = {
    b'{"messages": ["one", "two"]}': "one two",
    b'{"messages": [" one\\r\\n\\ttwo\\u0000 "], "success": false}': "one two",
    b'{"messages": ["the token not-of-the-usual-form"]}': "the token [redacted]",
    b'{"messages": ["dp.pt.abcdef is unknown"]}': "[redacted] is unknown",
    b'{"messages": []}': "the request is refused",
    b"{}": "the request is refused",
    b'{"messages": "one"}': "the request is refused",
    b'{"messages": [1]}': "the request is refused",
    b'{"error": "one"}': "the request is refused",
    b"<html>one</html>": "the request is refused",
    b"\xff": "the request is refused",
    b"[" * 10_000: "the request is refused",
}


@pytest.mark.parametrize("body", MESSAGES)
def test_only_the_messages_of_a_json_error_are_shown(body: bytes) -> None:
    assert error(400, body).message == f"example.com answered 400: {MESSAGES[body]}"


def test_long_messages_are_cut() -> None:
    shown = error(400, b'{"messages": ["' + b"x" * 10_000 + b'"]}').message
    assert len(shown) == len("example.com answered 400: ") + MAX_MESSAGE_CHARACTERS


def test_failures_that_differ_only_in_ids_and_counts_read_the_same() -> None:
    first, second = b'{"messages": ["internal error (id 1)"]}', b'{"messages": ["internal error (id 2)"]}'
    assert str(error(500, first)) == str(error(500, second))
    assert str(error(429, first)) == str(error(429, second))


KINDS = {429: RateLimitedError, 409: RequestRefusedError, 418: RequestRefusedError, 599: UpstreamFailedError}


@pytest.mark.parametrize("status", KINDS)
def test_statuses_of_no_special_meaning_follow_their_class(status: int) -> None:
    assert type(error(status)) is KINDS[status]


def test_an_absurd_retry_after_is_a_number_still() -> None:
    limited = error(429, retry_after="9" * 5000)
    assert isinstance(limited, RateLimitedError)
    assert limited.retry_after == 999_999_999
