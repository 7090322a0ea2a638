from hypothesis import given
from hypothesis import strategies as st

from headwater.operator.links import Links


@given(st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 3)))))
def test_links_are_as_last_pointed(pointings: list[tuple[int, set[int]]]) -> None:
    links: Links[int, int] = Links()
    for source, targets in pointings:
        links.point(source, targets)
    last = dict(pointings)
    for target in range(4):
        assert links.pointing_at(target) == {source for source, targets in last.items() if target in targets}


def test_what_points_at_nothing_takes_no_room() -> None:
    links: Links[str, str] = Links()
    links.point("a", {"x"})
    links.point("a", ())
    assert not links._sources
    assert not links._targets
