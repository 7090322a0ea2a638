"""What Go says of JSON that it cannot read, and how it prints values in errors: clients show both as they come."""

import json

import msgspec

from headwater.devcluster.objects import Json

_WORDS = {
    "Expecting property name": "looking for beginning of object key string",
    "Expecting value": "looking for beginning of value",
    "Expecting ',' delimiter": "after object key:value pair",
    "Expecting ':' delimiter": "after object key",
    "Extra data": "after top-level value",
    "Invalid control character": "in string literal",
    "Invalid \\escape": "in string escape code",
}


def syntax_problem(body: bytes) -> str:
    """Source: encoding/json, SyntaxError."""
    text = body.decode("utf-8", "replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        at = min(len(text.rstrip()), error.pos)
        if at >= len(text.rstrip()):
            return "unexpected end of JSON input"
        words = next((words for start, words in _WORDS.items() if error.msg.startswith(start)), "in literal")
        return f"invalid character '{text[at]}' {words}"
    return "it is no JSON object"


def encoded(value: Json) -> str:
    """As Go encodes it: names in order."""
    return msgspec.json.encode(value, order="sorted").decode("utf-8")


def printed(value: Json) -> str:
    """As `%+v` prints it: `map[a:1 b:[x y]]`."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return str(value).lower()
        case dict():
            return "map[" + " ".join(f"{name}:{printed(held)}" for name, held in sorted(value.items())) + "]"
        case list():
            return "[" + " ".join(map(printed, value)) + "]"
        case _:
            return str(value)


def go_name(value: Json) -> str:
    """What Go's decoder calls a value of this kind."""
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case dict():
            return "object"
        case list():
            return "array"
        case str():
            return "string"
        case _:
            return "number"
