import io
import json
import logging

import pytest
import structlog

from headwater.domain.hidden import Hidden
from headwater.process.logging import configure_logging, redact_text
from tests.support.canary import CANARY, secret

TOKENS = [
    "dp.st.prd.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",  # throw-away, for tests
    "dp.pt.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",  # throw-away, for tests
    "dp.said.abcdefghijklmnopqrstuvwxyz0123456789ABCDE",  # throw-away, for tests
    "Bearer abcdefgh12345678",
    "basic ZHAuc3QuYWJjZGVmOg==",
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_masked_wherever_it_stands(token: str) -> None:
    assert redact_text(f"before {token} after") == "before [redacted] after"


def test_events_are_json_lines_without_tokens_or_hidden_values() -> None:
    stream = io.StringIO()
    configure_logging(json=True, stream=stream)
    structlog.get_logger().info(
        "secret.read", header=TOKENS[0], nested={"list": [TOKENS[1]]}, value=Hidden(secret("x")), count=3
    )
    text = stream.getvalue()
    event = json.loads(text)
    assert (event["event"], event["level"], event["count"]) == ("secret.read", "info", 3)
    assert CANARY not in text
    assert "dp." not in text


def test_events_below_the_level_are_dropped() -> None:
    stream = io.StringIO()
    configure_logging(level="warning", stream=stream)
    structlog.get_logger().info("secret.read")
    assert stream.getvalue() == ""


def test_what_a_library_logs_is_an_event_without_what_was_put_into_it() -> None:
    stream = io.StringIO()
    configure_logging(json=True, stream=stream)
    configure_logging(json=True, stream=stream)
    error = KeyError(secret("key"))
    record = logging.LogRecord(
        "library", logging.ERROR, "", 0, "cannot use %s\nat all", (secret("one"),), (KeyError, error, None)
    )
    # given to our handlers alone: pytest's own would show it
    [ours] = [one for one in logging.getLogger().handlers if type(one).__module__ == "headwater.process.logging"]
    ours.handle(record)
    event = json.loads(stream.getvalue())
    assert (event["event"], event["library"], event["said"]) == ("library.warned", "library", "cannot use %s")
    assert event["trace"] == ["KeyError"]
    assert CANARY not in stream.getvalue()


def test_a_drain_that_ends_with_open_streams_is_no_event() -> None:
    stream = io.StringIO()
    configure_logging(json=True, stream=stream)
    said = "Cancel %s running task(s), timeout graceful shutdown exceeded"
    logging.getLogger("uvicorn.error").error(said, 1)
    assert stream.getvalue() == ""


class FullDisk(io.StringIO):
    def write(self, _text: str, /) -> int:
        raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_fails_nobody() -> None:
    configure_logging(json=True, stream=FullDisk())
    structlog.get_logger().info("thing.happened")
    closed = io.StringIO()
    closed.close()
    configure_logging(json=True, stream=closed)
    structlog.get_logger().info("thing.happened")
