import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.client.download import read_json_values
from headwater.client.errors import BadReplyError
from headwater.domain.hidden import Hidden
from tests.support.canary import CANARY, secret

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXT, TEXT))
def test_any_object_of_strings_is_read(values: dict[str, str]) -> None:
    for ascii_only in (True, False):
        read = read_json_values(Hidden(json.dumps(values, ensure_ascii=ascii_only).encode()))
        assert {name: value.reveal() for name, value in read.items()} == values


@given(st.dictionaries(TEXT, TEXT, min_size=1), st.data())
def test_a_name_that_stands_there_twice_is_refused(values: dict[str, str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(values)))
    body = json.dumps(values)[:-1] + f", {json.dumps(name)}: {json.dumps(values[name])}}}"
    with pytest.raises(BadReplyError, match="names a secret twice"):
        read_json_values(Hidden(body.encode()))


@given(st.binary())
def test_nothing_else_escapes_than_our_own_error(body: bytes) -> None:
    with suppress(BadReplyError):
        read_json_values(Hidden(body))


def test_an_error_quotes_nothing() -> None:
    with pytest.raises(BadReplyError) as caught:
        read_json_values(Hidden(f'{{"A": ["{secret("x")}"]}}'.encode()))
    assert (CANARY in str(caught.value), caught.value.__cause__) == (False, None)
