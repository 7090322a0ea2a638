"""`Hidden`: a plaintext that cannot be shown by accident.

Not a dataclass on purpose: encoders such as `msgspec.json.encode` and `dataclasses.asdict` walk into those,
whatever their `repr` says.
"""

from typing import Generic, Never, TypeVar

T = TypeVar("T", str, bytes)


class Hidden(Generic[T]):
    """A secret string or secret bytes; `reveal()` is the only way out, and a test counts its callers."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value: T = value

    def reveal(self) -> T:
        return self._value

    def __len__(self) -> int:
        """The length of the plaintext (characters or bytes); limits need it, and it is not a secret to its holder."""
        return len(self._value)

    def __bool__(self) -> bool:
        """Always: an empty value is a value, so that `or` and `if` ask only whether there is one."""
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Hidden, self._value))

    def __repr__(self) -> str:
        return "Hidden(…)"

    def __str__(self) -> str:
        return "…"

    def __format__(self, spec: str) -> str:
        return "…"

    def __reduce__(self) -> Never:
        """Pickling would write the plaintext somewhere that nobody chose."""
        raise TypeError("a hidden value cannot be pickled")
