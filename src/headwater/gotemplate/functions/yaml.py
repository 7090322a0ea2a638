"""ESO's YAML, by way of JSON."""

from headwater.gotemplate.encodings.yaml_reader import read_yaml
from headwater.gotemplate.encodings.yaml_writer import YamlWriter
from headwater.gotemplate.errors import GoError, LimitError
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values.values import AnyMap, Value


@function("func(interface {}) string", "toYaml")
def to_yaml(run: Run, value: Value) -> bytes:
    """The value as YAML, nothing when it has none."""
    try:
        return YamlWriter(run).write(value)
    except LimitError:
        raise
    except GoError:
        return b""


@function("func(string) map[string]interface {}", "fromYaml")
def from_yaml(run: Run, text: bytes) -> AnyMap:
    """The map of a YAML text; an error stands under the key `Error`."""
    return read_yaml(text, run)
