from headwater.process.traces import trace_of
from tests.support.canary import CANARY, secret


def fail_inside(value: str) -> None:
    try:
        int(value)
    except ValueError as error:
        raise KeyError(value) from error


def test_a_trace_holds_types_and_places_without_texts() -> None:
    try:
        fail_inside(secret("value"))
    except KeyError as error:
        trace = trace_of(error)
    assert [line for line in trace if " " not in line] == ["KeyError", "ValueError"]
    assert any("test_traces.py" in line and line.endswith(" fail_inside") for line in trace)
    assert CANARY not in str(trace)
