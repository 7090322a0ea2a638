"""Deadlines on a clock that only the test moves."""

from hypothesis import given
from hypothesis import strategies as st

from headwater.kube.deadlines import Deadlines
from tests.support.manual_timer import ManualTimer


def made() -> tuple[Deadlines[str], ManualTimer, list[tuple[float, str]]]:
    timer = ManualTimer()
    due: list[tuple[float, str]] = []
    return Deadlines(lambda key: due.append((timer.now, key)), timer=timer), timer, due


def test_keys_are_due_in_the_order_of_their_times() -> None:
    deadlines, timer, due = made()
    deadlines.set("late", 20)
    deadlines.set("early", 10)
    timer.advance(30)
    assert due == [(10, "early"), (20, "late")]


def test_a_key_has_the_deadline_that_was_set_last() -> None:
    deadlines, timer, due = made()
    deadlines.set("sooner", 10)
    deadlines.set("sooner", 5)
    deadlines.set("later", 5)
    deadlines.set("later", 10)
    timer.advance(30)
    assert due == [(5, "sooner"), (10, "later")]


def test_a_dropped_key_is_never_due() -> None:
    deadlines, timer, due = made()
    deadlines.set("a", 1)
    deadlines.drop("a")
    timer.advance(2)
    assert due == []


def test_a_key_may_be_set_again_when_it_is_due() -> None:
    timer = ManualTimer()
    due: list[float] = []

    def again(key: str) -> None:
        due.append(timer.now)
        deadlines.set(key, 10)

    deadlines: Deadlines[str] = Deadlines(again, timer=timer)
    deadlines.set("a", 10)
    timer.advance(35)
    assert due == [10, 20, 30]


def test_one_timer_serves_them_all() -> None:
    deadlines, timer, _ = made()
    for number in range(1000):
        deadlines.set(str(number), 1000 - number)
    assert (len(deadlines), timer.armed) == (1000, 1)


def test_deadlines_that_were_replaced_do_not_pile_up() -> None:
    deadlines, timer, due = made()
    for number in range(10_000):
        deadlines.set("a", 1000 + number)
    assert len(deadlines._heap) < 100
    timer.advance(20_000)
    assert due == [(10_999, "a")]


def test_nothing_is_due_once_closed() -> None:
    deadlines, timer, due = made()
    deadlines.set("a", 1)
    deadlines.close()
    timer.advance(2)
    assert (due, timer.armed) == ([], 0)


STEPS = st.one_of(
    st.tuples(st.just("set"), st.sampled_from("abc"), st.integers(0, 9)),
    st.tuples(st.just("drop"), st.sampled_from("abc"), st.just(0)),
    st.tuples(st.just("advance"), st.just(""), st.integers(0, 5)),
)


@given(st.lists(STEPS, max_size=40))
def test_it_does_what_a_dict_of_times_would(steps: list[tuple[str, str, int]]) -> None:
    deadlines, timer, due = made()
    expected: list[tuple[float, str]] = []
    times: dict[str, float] = {}
    for step, key, seconds in steps:
        match step:
            case "set":
                deadlines.set(key, seconds)
                times[key] = timer.now + seconds
            case "drop":
                deadlines.drop(key)
                times.pop(key, None)
            case _:
                until = timer.now + seconds
                expected += [(at, key) for key, at in times.items() if at <= until]
                times = {key: at for key, at in times.items() if at > until}
                timer.advance(seconds)
    assert sorted(due) == sorted(expected)
    assert len(deadlines) == len(times)
