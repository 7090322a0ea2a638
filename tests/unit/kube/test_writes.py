"""What writes carry."""

from headwater.kube.writes import ANY_STATE, Patch
from tests.support.canary import secret


def test_a_patch_does_not_show_what_it_writes() -> None:
    assert secret("x") not in repr(Patch.merge({"data": {"k": secret("x")}}))


def test_a_deletion_without_preconditions_demands_nothing() -> None:
    assert ANY_STATE.to_options("Foreground")["preconditions"] == {}
    assert ANY_STATE.to_options("Foreground")["propagationPolicy"] == "Foreground"
