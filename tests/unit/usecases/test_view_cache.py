from headwater.domain.hidden import Hidden
from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.domain.names import SecretName
from headwater.domain.views import ViewedSecret
from headwater.usecases.view_cache import Body, BodyForm, CachedView, ViewCache

A = SecretName("A")
X, Y, Z = ConfigId("x"), ConfigId("y"), ConfigId("z")


def view(change: int, size: int = 10) -> CachedView:
    value = Hidden("v" * size)
    return CachedView(ChangeNumber(change), {A: ViewedSecret(name=A, raw=value, computed=value, origin=X)})


def test_a_view_is_found_under_its_own_change_alone() -> None:
    cache, kept = ViewCache(), view(5)
    cache.keep(X, kept)

    assert cache.find(X, ChangeNumber(5)) is kept
    assert cache.find(X, ChangeNumber(4)) is None
    assert cache.find(X, ChangeNumber(6)) is None
    assert cache.find(Y, ChangeNumber(5)) is None


def test_a_reader_of_an_old_snapshot_does_not_displace_a_newer_view() -> None:
    cache, newer = ViewCache(), view(6)
    cache.keep(X, newer)
    cache.keep(X, view(5))

    assert cache.find(X, ChangeNumber(6)) is newer


def test_the_view_that_was_used_longest_ago_goes_first() -> None:
    cache = ViewCache(max_bytes=2 * view(1, 10_000).weight())
    cache.keep(X, view(1, 10_000))
    cache.keep(Y, view(1, 10_000))
    cache.find(X, ChangeNumber(1))
    cache.keep(Z, view(1, 10_000))

    assert cache.find(Y, ChangeNumber(1)) is None
    assert cache.find(X, ChangeNumber(1)) is not None


def test_a_hundred_changes_of_one_config_weigh_as_one() -> None:
    cache = ViewCache(max_bytes=3 * view(1, 10_000).weight())
    cache.keep(Y, view(1, 10_000))
    for change in range(1, 101):
        cache.keep(X, view(change, 10_000))

    assert cache.find(Y, ChangeNumber(1)) is not None


def test_many_forms_of_one_view_do_not_pile_up() -> None:
    kept = view(1)
    for number in range(1000):
        form = BodyForm(format="json", names=frozenset({str(number)}))
        kept.keep(form, Body(Hidden(b"{}"), "etag", ()))

    assert len(kept.bodies) <= 32


def test_the_bodies_of_a_view_weigh_no_more_than_the_view() -> None:
    kept = view(1, 10_000)
    for number in range(30):
        form = BodyForm(format="json", names=frozenset({"A", str(number)}))
        kept.keep(form, Body(Hidden(b"v" * 10_000), "etag", (A,)))
        assert form in kept.bodies

    assert sum(len(body.content) for body in kept.bodies.values()) <= kept.weight()
