"""What the verifier says of a log that somebody worked on."""

import dataclasses
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.crypto.digests import GENESIS
from headwater.storage.log import BadEntry, ChainedEntry, Head, first_head, parse_head, verify

NOW = 1_795_000_000_123_456

Log = list[ChainedEntry]


def chain_of(server: str, *entries: str) -> Log:
    chained: Log = []
    head = first_head(server)
    for entry in entries:
        one = ChainedEntry(
            server=server,
            sequence=head.sequence + 1,
            previous=head.digest,
            digest=GENESIS,
            kind="access",
            at=NOW,
            entry=entry,
        )
        chained.append(dataclasses.replace(one, digest=one.computed_digest()))
        head = chained[-1].head
    return chained


def started(*heads: Head) -> str:
    quoted = ",".join(f'"{head}"' for head in heads)
    return f'{{"tag":"log.started","at":"2026-11-25T12:00:00.000000+00:00","heads":[{quoted}]}}'


def five(server: str = "a") -> Log:
    return chain_of(server, started(), *(f'{{"n":{n}}}' for n in range(2, 6)))


def bad(entries: Iterable[ChainedEntry], *anchors: Head) -> list[tuple[str, int]]:
    return [(found.server, found.sequence) for found in verify(entries, anchors).bad]


def changed(log: Log, place: int, **fields: object) -> Log:
    return [*log[:place], dataclasses.replace(log[place], **fields), *log[place + 1 :]]  # type: ignore[arg-type]


def test_an_untouched_log_verifies_and_tells_its_heads() -> None:
    log = five()
    verdict = verify(log, [log[4].head, log[2].head])
    assert (verdict.bad, verdict.entries, verdict.heads) == ([], 5, [log[4].head])


def test_an_empty_log_verifies() -> None:
    assert verify([]).bad == []


WORKED_ON: dict[str, tuple[Callable[[Log], Log], int]] = {
    "the first was removed": (lambda log: log[1:], 1),
    "one in the middle was removed": (lambda log: log[:2] + log[3:], 3),
    "two neighbours were removed": (lambda log: log[:1] + log[3:], 2),
    "its entry was changed": (lambda log: changed(log, 2, entry='{"n":33}'), 3),
    "its time was changed": (lambda log: changed(log, 2, at=NOW + 1), 3),
    "its time was made none": (lambda log: changed(log, 2, at="never"), 3),
    "its entry was made none": (lambda log: changed(log, 0, entry=None), 1),
    "its kind was changed": (lambda log: changed(log, 2, kind="activity"), 3),
    "its change was changed": (lambda log: changed(log, 2, change=7), 3),
    "its config was changed": (lambda log: changed(log, 2, fetched_config="c"), 3),
    "its digest was changed": (lambda log: changed(log, 2, digest=GENESIS), 3),
    "it was given another predecessor": (lambda log: changed(log, 2, previous=GENESIS), 3),
    "its number was changed": (lambda log: changed(log, 2, sequence=9), 3),
    "two were swapped": (lambda log: [*log[:1], log[2], log[1], *log[3:]], 2),
    "the contents of two were swapped": (
        lambda log: changed(changed(log, 1, entry=log[3].entry), 3, entry=log[1].entry),
        2,
    ),
    "one was repeated": (lambda log: [*log[:3], log[2], *log[3:]], 4),
    "one of another log was put in": (lambda log: [*log[:2], dataclasses.replace(five("b")[2], server="a")], 3),
}


@pytest.mark.parametrize("case", WORKED_ON)
def test_the_first_bad_entry_is_named(case: str) -> None:
    work, first_bad = WORKED_ON[case]
    assert bad(work(five())) == [("a", first_bad)]


@given(st.integers(0, 4), st.sampled_from(["remove", "change", "repeat"]))
def test_whatever_is_done_to_an_entry_before_the_last_is_found(at: int, what: str) -> None:
    log = five()
    worked_on = {
        "remove": [*log[:at], *log[at + 1 :]],
        "change": changed(log, at, entry="{}"),
        "repeat": [*log[: at + 1], *log[at:]],
    }[what]
    found = bad(worked_on, log[-1].head)
    assert found == [("a", at + (2 if what == "repeat" else 1))]


def test_a_chain_computed_anew_is_found_against_a_head() -> None:
    """Whoever can write the table can also compute digests; what was kept elsewhere they cannot change."""
    log = five()
    forged = chain_of("a", *(one.entry.replace("3", "8") for one in log))
    assert bad(forged) == []
    assert bad(forged, log[4].head) == [("a", 5)]


@pytest.mark.parametrize("kept", range(5))
def test_a_cut_tail_is_found_against_a_head_alone(kept: int) -> None:
    log = five()
    assert bad(log[:kept]) == []
    assert bad(log[:kept], log[4].head) == [("a", kept + 1)]


def test_a_cut_tail_is_found_by_a_later_start() -> None:
    first = five("a")
    second = chain_of("b", started(first[4].head))
    assert bad([*first, *second]) == []
    assert bad([*first[:4], *second]) == [("a", 5)]
    assert bad(second) == [("a", 1)]


def test_each_bad_chain_is_named_once() -> None:
    one, other = five("a"), five("b")
    assert bad([*changed(one, 1, entry="{}"), *changed(other, 3, entry="{}")]) == [("a", 2), ("b", 4)]


def test_a_finding_is_a_sentence() -> None:
    assert str(BadEntry(server="a", sequence=3, reason="was changed")) == "entry 3 of server a was changed"


def test_a_head_is_written_and_read_back() -> None:
    head = five()[2].head
    assert parse_head(str(head)) == head


@pytest.mark.parametrize(
    "text", ["", "a", "a:1", "a:x:00", "a:1:zz", "a:1:00:00", "a:1:00", "a:-1:" + "00" * 32, ":1:" + "00" * 32]
)
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which of its three parts fails is not promised
        parse_head(text)
