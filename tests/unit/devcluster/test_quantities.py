from decimal import Decimal

import pytest

from headwater.devcluster.quantities import amount, canonical, is_quantity

AMOUNTS = {
    "1": "1",
    "500m": "0.5",
    "2Gi": "2147483648",
    "1k": "1000",
    "1e3": "1000",
    "-1": "-1",
    "0.5": "0.5",
    "100n": "1e-7",
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_a_quantity_has_an_amount(text: str) -> None:
    assert (is_quantity(text), amount(text)) == (True, Decimal(AMOUNTS[text]))


@pytest.mark.parametrize("text", ["", "lots", "1 Gi", "1GiB", "m", "1.2.3"])
def test_what_is_no_quantity(text: str) -> None:
    assert not is_quantity(text)


CANONICAL: dict[str | int | float, str] = {
    1: "1",
    0.5: "500m",
    "0.5": "500m",
    "1000m": "1",
    "1024Mi": "1Gi",
    "1500Mi": "1500Mi",
    "1000": "1k",
    "0": "0",
    "0.5Gi": "512Mi",
    "-1": "-1",
    "1e3": "1e3",
    "nonsense": "nonsense",
}


@pytest.mark.parametrize("written", CANONICAL)
def test_a_quantity_is_written_in_one_way(written: str | float) -> None:
    assert canonical(written) == CANONICAL[written]
