import pytest

from headwater.devcluster.http import Request
from headwater.devcluster.status import RefusedError
from headwater.devcluster.verbs.bodies import read_json


@pytest.mark.parametrize("content_type", ["application/json", "application/yaml"])
def test_a_body_that_is_nested_without_end_is_refused(content_type: str) -> None:
    with pytest.raises(RefusedError, match="nested too deeply"):
        read_json(Request(method="POST", path="/", headers={"content-type": content_type}, body=b"[" * 100_000))
