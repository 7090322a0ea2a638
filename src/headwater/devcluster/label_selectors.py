"""Label selectors as text: read into requirements, or refused in the words of the API server.

Source: k8s.io/apimachinery pkg/labels/selector.go, whose lexer and parser this follows step by step, since what is
said of a selector that is none depends on the step at which it fails. `in` and `notin` are words like others where a
name or a value may stand.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from headwater.devcluster.naming import label_value_problems, qualified_problems
from headwater.devcluster.status import bad_request, invalid_value

_PIECES: Final = re.compile(r"\s+|==|!=|[=!(),<>]|[^\s=!(),<>]+")
_END: Final = ""
_SIGNS: Final = frozenset("=!(),<>") | {"==", "!="}
_ONE: Final = frozenset({"=", "==", "!=", ">", "<"})
_MANY: Final = frozenset({"in", "notin"})
_NUMBER: Final = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class Requirement:
    """`sign` is how it is written: `=`, `!=`, `in`, `notin`, `>`, `<`; `exists` and `absent` for a name alone."""

    name: str
    sign: str
    values: frozenset[str] = frozenset()

    def holds(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.name)
        match self.sign:
            case "exists":
                return value is not None
            case "absent":
                return value is None
            case "=" | "==" | "in":
                return value in self.values
            case "!=" | "notin":
                return value not in self.values
            case _:
                return _compares(value or "", self.sign, int(next(iter(self.values))))


def parse_selector(text: str) -> list[Requirement]:
    """Raises: RefusedError (400)."""
    return list(_Parser(text).requirements())


class _Parser:
    def __init__(self, text: str) -> None:
        self._pieces = [piece for piece in _PIECES.findall(text) if not piece.isspace()]
        self._at = 0

    def requirements(self) -> Iterator[Requirement]:
        while (piece := self._next()) != _END:
            if piece in _SIGNS and piece != "!":
                raise bad_request(f"found '{piece}', expected: !, identifier, or 'end of string'")
            yield self._requirement()
            if (end := self._take()) == _END:
                return
            if end != ",":
                raise bad_request(f"found '{end}', expected: ',' or 'end of string'")
            if (after := self._next()) == _END or (after in _SIGNS and after != "!"):
                raise bad_request(f"found '{after}', expected: identifier after ','")

    def _requirement(self) -> Requirement:
        absent = self._next() == "!"
        if absent:
            self._take()
        name = self._take()
        if name == _END or name in _SIGNS:
            raise _unread(f"found '{name}', expected: identifier")
        for problem in qualified_problems("key", name):
            raise _unread(str(problem))
        if absent:
            return Requirement(name, "absent")
        if self._next() in {_END, ","}:
            return Requirement(name, "exists")
        sign = self._take()
        if sign not in _ONE | _MANY:
            raise _unread(f"found '{sign}', expected: in, notin, =, ==, !=, gt, lt")
        values = [self._value()] if sign in _ONE else list(self._values())
        _check(name, sign, values)
        return Requirement(name, sign, frozenset(values))

    def _value(self) -> str:
        if self._next() in {_END, ","}:
            return ""
        value = self._take()
        if value in _SIGNS:
            raise _unread(f"found '{value}', expected: identifier")
        return value

    def _values(self) -> Iterator[str]:
        """What stands in brackets; between commas may be nothing."""
        if (first := self._take()) != "(":
            raise _unread(f"found '{first}' expected: '('")
        if self._next() == ")":
            self._take()
            return
        while True:
            yield self._item()
            if (end := self._take()) == ")":
                return
            if end != ",":
                raise _unread(f"found '{end}', expected: ',' or ')'")

    def _item(self) -> str:
        piece = self._next()
        if piece in {",", ")"}:
            return ""
        if piece == _END or piece in _SIGNS:
            raise _unread(f"found '{piece}', expected: ',', or identifier")
        return self._take()

    def _next(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else _END

    def _take(self) -> str:
        piece = self._next()
        self._at += 1
        return piece


def _check(name: str, sign: str, values: list[str]) -> None:
    for index, value in enumerate(sorted(set(values))):
        if sign in {">", "<"} and not _NUMBER.fullmatch(value):
            words = "for 'Gt', 'Lt' operators, the value must be an integer"
            raise _unread(str(invalid_value(f"values[{index}]", value, words)))
        for problem in label_value_problems(f"values[{index}][{name}]", value):
            raise _unread(str(problem))


def _unread(why: str) -> Exception:
    return bad_request(f"unable to parse requirement: {why}")


def _compares(value: str, sign: str, number: int) -> bool:
    if not _NUMBER.fullmatch(value):
        return False
    return int(value) > number if sign == ">" else int(value) < number
