import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from headwater.crypto import digests
from headwater.domain.hidden import Hidden
from tests.support.canary import secret

KEY = Hidden(bytes(range(32)))  # throw-away, for tests


def test_a_token_s_digest_is_keyed() -> None:
    token = Hidden(secret("token"))
    expected = hmac.new(KEY.reveal(), token.reveal().encode(), hashlib.sha256).digest()
    assert digests.token_digest(KEY, token) == expected


@given(st.binary(), st.binary(), st.integers(0, 2**63), st.integers(0, 2**63))
def test_tags_are_equal_exactly_when_epoch_and_body_are(one: bytes, other: bytes, epoch: int, later: int) -> None:
    same = digests.etag(KEY, epoch, one) == digests.etag(KEY, later, other)
    assert same == ((epoch, one) == (later, other))


def test_a_tag_has_128_bits_in_hexadecimal() -> None:
    tag = digests.etag(KEY, 1, b"body")
    assert len(bytes.fromhex(tag)) == 16


def test_each_entry_s_digest_depends_on_all_before_it() -> None:
    first = digests.chain(digests.GENESIS, b"first")
    assert first == hashlib.sha256(bytes(32) + b"first").digest()
    assert digests.chain(first, b"second") != digests.chain(digests.GENESIS, b"second")


def test_digests_are_compared_whole() -> None:
    assert digests.same_digest(b"ab", b"ab")
    assert not digests.same_digest(b"ab", b"ac")
