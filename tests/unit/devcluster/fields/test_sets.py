"""Sets of fields: what holds of sets holds of them."""

from hypothesis import given
from hypothesis import strategies as st

from headwater.devcluster.fields import sets
from headwater.devcluster.fields.sets import FieldSet

PATHS = st.lists(st.sampled_from(["f:a", "f:b", 'k:{"n":1}']), min_size=1, max_size=3).map(tuple)
PATH_SETS = st.frozensets(PATHS, max_size=6)


def of(paths: frozenset[tuple[str, ...]]) -> FieldSet:
    found: FieldSet = {}
    for path in paths:
        below: FieldSet = {}
        for step in reversed(path):
            below = {step: below}
        found = sets.union(found, below)
    return found


def members(found: FieldSet) -> frozenset[tuple[str, ...]]:
    return frozenset(sets.leaves(found))


@given(PATH_SETS)
def test_a_set_has_the_members_that_it_was_made_of(paths: frozenset[tuple[str, ...]]) -> None:
    assert members(of(paths)) == paths


@given(PATH_SETS, PATH_SETS)
def test_union_difference_and_intersection_are_those_of_sets(
    one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]
) -> None:
    assert members(sets.union(of(one), of(other))) == one | other
    assert members(sets.difference(of(one), of(other))) == one - other
    assert members(sets.intersection(of(one), of(other))) == one & other


@given(PATH_SETS, PATH_SETS)
def test_nothing_changes_its_arguments(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> None:
    first, second = of(one), of(other)
    sets.union(first, second)
    sets.difference(first, second)
    assert (first, second) == (of(one), of(other))


def test_a_path_is_written_for_people() -> None:
    steps = ("f:spec", "f:containers", 'k:{"name":"a"}', "f:image")
    assert sets.to_path(steps) == '.spec.containers[name="a"].image'
    assert sets.to_path(("f:ports", 'k:{"port":80,"protocol":"TCP"}')) == '.ports[port=80,protocol="TCP"]'
    assert sets.to_path(("f:finalizers", 'v:"x"')) == '.finalizers[="x"]'
