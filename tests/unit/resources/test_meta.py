import pytest

from headwater.resources.meta import (
    InvalidSelectorError,
    LabelRequirement,
    LabelSelector,
    ObjectMeta,
    OwnerReference,
    selects,
)

LABELS = {"app": "web", "tier": "front"}


def demand(key: str, operator: str, *values: str) -> LabelSelector:
    return LabelSelector(match_expressions=(LabelRequirement(key=key, operator=operator, values=values),))


SELECTORS = {
    "nothing demanded": (LabelSelector(), True),
    "exact": (LabelSelector(match_labels={"app": "web"}), True),
    "another value": (LabelSelector(match_labels={"app": "db"}), False),
    "one of two exact ones": (LabelSelector(match_labels={"app": "web", "zone": "a"}), False),
    "In": (demand("app", "In", "db", "web"), True),
    "In, absent": (demand("zone", "In", "a"), False),
    "NotIn": (demand("app", "NotIn", "web"), False),
    "NotIn, absent": (demand("zone", "NotIn", "a"), True),
    "Exists": (demand("app", "Exists"), True),
    "Exists, absent": (demand("zone", "Exists"), False),
    "DoesNotExist": (demand("app", "DoesNotExist"), False),
    "DoesNotExist, absent": (demand("zone", "DoesNotExist"), True),
}


@pytest.mark.parametrize("case", SELECTORS)
def test_a_selector_selects_as_kubernetes_does(case: str) -> None:
    selector, expected = SELECTORS[case]
    assert selects(selector, LABELS) is expected


def test_an_operator_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidSelectorError, match="'Like' is no operator"):
        selects(demand("app", "Like", "w"), LABELS)


def test_the_controller_is_the_owner_that_says_so() -> None:
    plain = OwnerReference(api_version="v1", kind="Pod", name="a", uid="1")
    controller = OwnerReference(api_version="v1", kind="Pod", name="b", uid="2", controller=True)
    assert ObjectMeta(owner_references=(plain, controller)).controller == controller
    assert ObjectMeta(owner_references=(plain,)).controller is None
