"""Replies keep Doppler's names and reveal their values only here."""

import json

import pytest

from headwater.domain.hidden import Hidden
from headwater.wire import codec
from headwater.wire.base import ErrorReply, PageQuery
from headwater.wire.configs import Config, ConfigReply
from headwater.wire.secrets import Secret, SecretReply, ValueType
from tests.support.canary import secret


def test_hidden_values_are_revealed_in_a_reply() -> None:
    reply = SecretReply(name="A", value=Secret(raw=Hidden(secret("a")), raw_value_type=ValueType()))
    sent = json.loads(codec.encode(reply))
    assert sent["value"]["raw"] == secret("a")
    assert sent["value"]["rawValueType"] == {"type": "string"}
    assert sent["success"] is True


def test_a_reply_shown_by_accident_shows_no_value() -> None:
    assert secret("a") not in repr(SecretReply(name="A", value=Secret(raw=Hidden(secret("a")))))


def test_replies_are_read_back_as_they_were_sent() -> None:
    reply = SecretReply(name="A", value=Secret(computed=Hidden(secret("a"))))
    assert codec.decode(SecretReply, codec.encode(reply)) == reply


def test_an_absent_secret_is_written_with_every_field_null() -> None:
    fields = json.loads(codec.encode(SecretReply(name="A", value=Secret())))["value"]
    assert set(fields) >= {"raw", "computed", "note", "rawVisibility", "computedVisibility"}
    assert set(fields.values()) == {None}


def test_lists_of_a_config_are_never_null() -> None:
    config = Config(
        name="prd",
        slug="uuid",
        root=True,
        locked=False,
        environment="prd",
        project="apps",
        initial_fetch_at=None,
        last_fetch_at=None,
        created_at="2026-11-25T00:00:00.000Z",
    )
    sent = json.loads(codec.encode(ConfigReply(config=config)))["config"]
    assert (sent["inherits"], sent["inheritedBy"]) == ([], [])


def test_an_error_says_that_it_failed() -> None:
    assert json.loads(codec.encode(ErrorReply(messages=["no"]))) == {"messages": ["no"], "success": False}


@pytest.mark.parametrize(
    ("page", "per_page", "expected"),
    [(1, 2, [1, 2]), (2, 2, [3, 4]), (3, 2, [5]), (4, 2, []), (1, 1000, [1, 2, 3, 4, 5])],
)
def test_pages_count_from_one(page: int, per_page: int, expected: list[int]) -> None:
    assert PageQuery(page=page, per_page=per_page).of([1, 2, 3, 4, 5]) == expected
