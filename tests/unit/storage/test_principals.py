from datetime import UTC, datetime, timedelta

from headwater.crypto.tokens import TokenKind
from headwater.domain.ids import PrincipalId, TokenId
from headwater.storage.principals import Token

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def token(expires_at: datetime | None) -> Token:
    return Token(
        id=TokenId("t"),
        principal=PrincipalId("p"),
        kind=TokenKind.PERSONAL,
        name="laptop",
        digest=b"",
        preview="",
        created_at=NOW,
        expires_at=expires_at,
    )


def test_a_token_expires_at_its_moment() -> None:
    assert not token(NOW).is_expired(NOW - timedelta(microseconds=1))
    assert token(NOW).is_expired(NOW)
    assert not token(None).is_expired(NOW)
