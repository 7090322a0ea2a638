import pytest

from headwater.domain.hidden import Hidden
from headwater.operator.feeds.masking import mask_values

CASES = {
    "a value": ("no 'topsecret' here", [b"topsecret"], "no '…' here"),
    "a value within a value": ("topsecret", [b"secret", b"topsecret"], "…"),
    "a value that is any word": ("no luck", [b"no", b""], "no luck"),
    "no text at all": ("\u00fcber", [b"\xff\xff\xff\xff"], "über"),
}


@pytest.mark.parametrize("case", CASES)
def test_mask(case: str) -> None:
    text, values, masked = CASES[case]
    assert mask_values(text, [Hidden(value) for value in values]) == masked
