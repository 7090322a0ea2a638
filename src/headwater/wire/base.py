"""What most queries and replies have in common."""

from typing import Annotated, TypeVar

import msgspec

T = TypeVar("T")

MAX_PER_PAGE = 10_000


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what a route takes; names it does not know are ignored, as Doppler does."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what a route answers."""


class Success(Reply, frozen=True, kw_only=True):
    """A reply that says so, as Doppler's do."""

    success: bool = True


class ErrorReply(Reply, frozen=True, kw_only=True):
    """Every answer of status 400 and above."""

    messages: list[str]
    success: bool = False


class PageQuery(Input, frozen=True, kw_only=True):
    """`page` counts from 1; clients ask for up to 1,000 a page and loop until a short one."""

    page: Annotated[int, msgspec.Meta(ge=1)] = 1
    per_page: Annotated[int, msgspec.Meta(ge=1, le=MAX_PER_PAGE)] = 20

    def of(self, rows: list[T]) -> list[T]:
        """The rows of this page."""
        start = (self.page - 1) * self.per_page
        return rows[start : start + self.per_page]


class ConfigQuery(Input, frozen=True, kw_only=True):
    """Which config; a service token leaves both out and means its own."""

    project: str | None = None
    config: str | None = None
