from decimal import Decimal

import pytest

from headwater.devcluster.quantities import amount, is_quantity

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
