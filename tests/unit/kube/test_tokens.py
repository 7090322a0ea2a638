"""TokenRequest's answer."""

import pytest

from headwater.kube.errors import ApiUnavailableError
from headwater.kube.tokens import parse_answer
from tests.support.canary import secret


@pytest.mark.parametrize("body", [b"", b"{}", b'{"status":{}}', secret('{"status": 5, "token": "').encode()])
def test_an_answer_without_a_token_is_an_error_that_quotes_nothing(body: bytes) -> None:
    with pytest.raises(ApiUnavailableError, match="the answer holds none"):
        parse_answer(body)
