"""`Place`: where a sealed value stands, bound to it so that it opens nowhere else.

The encoding is length-prefixed, never joined: `("ab", "c")` and `("a", "bc")` are two places.
"""

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """What is sealed; two columns of one row are two places."""

    VALUE = "value"
    NOTE = "note"
    PROJECT_SEED = "project-seed"
    WORKPLACE_KEY = "workplace-key"
    TOKEN_PEPPER = "token-pepper"  # noqa: S105 - the name of a column
    ETAG_KEY = "etag-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Ids of what the value belongs to; a field that does not apply stays empty.

    Ids, not names, so that renaming a project moves nothing; a secret's `name` is part of its place, so that renaming
    a secret writes a new version.
    """

    column: Column
    workplace: str
    project: str = ""
    environment: str = ""
    config: str = ""
    secret: str = ""
    name: str = ""
    version: int = 0

    def associated_data(self) -> bytes:
        """`(length (4 bytes) || UTF-8 text)*` of the fields in the order in which they are written here."""
        texts = (
            self.column,
            self.workplace,
            self.project,
            self.environment,
            self.config,
            self.secret,
            self.name,
            str(self.version),
        )
        return b"".join(_prefixed(text.encode()) for text in texts)


def _prefixed(field: bytes) -> bytes:
    return len(field).to_bytes(4, "big") + field
