import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.client.errors import BadReplyError
from headwater.client.sse import MAX_EVENT_CHARACTERS, EventReader

CASES: dict[str, tuple[bytes, list[str]]] = {
    "one event": (b"data: a\n\n", ["a"]),
    "two events": (b"data: a\n\ndata: b\n\n", ["a", "b"]),
    "an event without its end": (b"data: a\n", []),
    "several data lines are joined": (b"data: a\ndata: b\n\n", ["a\nb"]),
    "one space after the colon is not data": (b"data:a\n\ndata:  b\n\n", ["a", " b"]),
    "a field without a colon has no value": (b"data\n\n", [""]),
    "CRLF": (b"data: a\r\n\r\n", ["a"]),
    "comments, ids, retries and names are skipped": (b": hi\nid: 1\nretry: 2\nevent: message\ndata: a\n\n", ["a"]),
    "an event without data is none": (b"event: message\n\ndata: a\n\n", ["a"]),
    "a byte order mark is skipped": (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
    "bytes that are no UTF-8 are replaced": (b"data: \xff\n\n", ["\ufffd"]),
}


@pytest.mark.parametrize("case", CASES)
def test_events_are_read_as_the_standard_says(case: str) -> None:
    stream, events = CASES[case]
    assert EventReader().read(stream) == events


@given(st.lists(st.sampled_from(list(CASES))), st.data())
def test_where_a_stream_is_cut_into_chunks_does_not_matter(cases: list[str], data: st.DataObject) -> None:
    stream = b"".join(CASES[case][0].removeprefix(b"\xef\xbb\xbf") for case in cases)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    reader = EventReader()
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [event for chunk in chunks for event in reader.read(chunk)] == EventReader().read(stream)


ENDLESS = {"one line": b"data: " + b"x" * 1000, "many lines": b"data: " + b"x" * 1000 + b"\n"}


@pytest.mark.parametrize("case", ENDLESS)
def test_an_event_that_never_ends_is_refused(case: str) -> None:
    reader = EventReader()
    for _ in range(MAX_EVENT_CHARACTERS // 1010):
        reader.read(ENDLESS[case])
    with pytest.raises(BadReplyError):
        reader.read(ENDLESS[case] * 2)
