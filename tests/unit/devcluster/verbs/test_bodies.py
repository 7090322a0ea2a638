import pytest

from headwater.devcluster.http import Request
from headwater.devcluster.status import RefusedError
from headwater.devcluster.verbs.bodies import read_json

YAML = {"content-type": "application/apply-patch+yaml"}


@pytest.mark.parametrize("content_type", ["application/json", "application/yaml"])
def test_a_body_that_is_nested_without_end_is_refused(content_type: str) -> None:
    with pytest.raises(RefusedError, match="nested too deeply"):
        read_json(Request(method="POST", path="/", headers={"content-type": content_type}, body=b"[" * 100_000))


def test_aliases_that_stand_for_more_than_any_body_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 9)]
    body = "\n".join(lines).encode()
    with pytest.raises(RefusedError, match="excessive aliasing"):
        read_json(
            Request(method="PATCH", path="/", headers={"content-type": "application/apply-patch+yaml"}, body=body)
        )


def test_aliases_stand_for_what_they_name() -> None:
    found = read_json(Request(method="PATCH", path="/", headers=YAML, body=b"a: &x [1]\nb: *x\n"))
    assert found == {"a": [1], "b": [1]}
