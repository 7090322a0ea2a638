from hypothesis import given
from hypothesis import strategies as st

from headwater.domain.hidden import Hidden
from headwater.operator.feeds.reading import Outcome, digest_of
from headwater.operator.providers.protocol import EntryAbsentError, PickError

KEY = b"k" * 32

PLAIN = st.lists(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.binary()) | st.sampled_from("ab")
)


def outcomes(plain: list[dict[str, bytes] | str]) -> list[Outcome]:
    return [
        PickError(item) if isinstance(item, str) else {name: Hidden(value) for name, value in item.items()}
        for item in plain
    ]


@given(PLAIN, PLAIN)
def test_digests_are_equal_exactly_when_the_outcomes_are(
    one: list[dict[str, bytes] | str], two: list[dict[str, bytes] | str]
) -> None:
    assert (digest_of(outcomes(one), KEY) == digest_of(outcomes(two), KEY)) == (one == two)


def test_the_order_of_names_does_not_matter() -> None:
    a, b = {"a": Hidden(b"1")}, {"b": Hidden(b"2")}
    assert digest_of([a | b], KEY) == digest_of([b | a], KEY)


def test_a_digest_depends_on_the_key_and_on_the_kind_of_error() -> None:
    values: Outcome = {"a": Hidden(b"1")}
    assert digest_of([values], KEY) != digest_of([values], b"other")
    assert digest_of([EntryAbsentError()], KEY) != digest_of([PickError("Secret does not exist")], KEY)
