"""Sprig's JSON."""

from headwater.gotemplate.encodings.json_reader import read_json
from headwater.gotemplate.encodings.json_writer import JsonWriter
from headwater.gotemplate.errors import GoError, LimitError
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values.values import Value

_WRITE = "func(interface {}) string"
_MUST_WRITE = "func(interface {}) (string, error)"


@function("func(string) interface {}", "fromJson")
def from_json(run: Run, text: bytes) -> Value:
    """The value of a JSON text, nil when it is none; every number is a float64."""
    return read_json(text, run)[0]


@function("func(string) (interface {}, error)", "mustFromJson")
def must_from_json(run: Run, text: bytes) -> Value:
    """As `fromJson`, but a text that is no JSON is an error."""
    value, error = read_json(text, run)
    if error is not None:
        raise error
    return value


def _or_nothing(writer: JsonWriter, value: Value) -> bytes:
    try:
        return writer.write(value)
    except LimitError:
        raise
    except GoError:
        return b""


@function(_WRITE, "toJson")
def to_json(run: Run, value: Value) -> bytes:
    """The value as JSON, nothing when it has none."""
    return _or_nothing(JsonWriter(run), value)


@function(_WRITE, "toPrettyJson")
def to_pretty_json(run: Run, value: Value) -> bytes:
    """The value as indented JSON, nothing when it has none."""
    return _or_nothing(JsonWriter(run, indent="  "), value)


@function(_MUST_WRITE, "mustToJson")
def must_to_json(run: Run, value: Value) -> bytes:
    """The value as JSON."""
    return JsonWriter(run).write(value)


@function(_MUST_WRITE, "mustToPrettyJson")
def must_to_pretty_json(run: Run, value: Value) -> bytes:
    """The value as indented JSON."""
    return JsonWriter(run, indent="  ").write(value)


@function(_WRITE, "toRawJson")
def to_raw_json(run: Run, value: Value) -> bytes:
    """The value as JSON that does not escape HTML."""
    return JsonWriter(run, escape_html=False).write(value)


@function(_MUST_WRITE, "mustToRawJson")
def must_to_raw_json(run: Run, value: Value) -> bytes:
    """The value as JSON that does not escape HTML."""
    return JsonWriter(run, escape_html=False).write(value)
