"""Locations: UTC, the process's own, fixed offsets, and the zones of the tz database.

The surprise: the database is that of the package tzdata, whatever the machine has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC as DATETIME_UTC
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import ClassVar
from zoneinfo import ZoneInfo

from headwater.gotemplate.values import gotypes
from headwater.gotemplate.values.gotypes import GoType, Kind
from headwater.gotemplate.values.values import GoObject, GoSlice, Int64, Method, Value

_EPOCH = datetime(1970, 1, 1, tzinfo=DATETIME_UTC)
_FIRST = -62_135_510_400  # datetime's years, less a day at both ends
_LAST = 253_402_214_400


class _Zones(GoSlice):
    go_type = GoType("[]time.zone", Kind.SLICE)


class _Transitions(GoSlice):
    go_type = GoType("[]time.zoneTrans", Kind.SLICE)


class _NoZone(GoObject):
    """A nil *time.zone."""

    go_type = GoType("*time.zone", Kind.POINTER)
    nil = True


class NoLocation(GoObject):
    """The nil *time.Location by which a time.Time stands in UTC."""

    go_type = gotypes.LOCATION
    nil = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Location(GoObject):
    """Go's *time.Location; `rules` None means one offset, in seconds east, for all times."""

    name: bytes
    abbreviation: bytes
    offset: int = 0
    rules: ZoneInfo | None = None

    go_type: ClassVar[GoType] = gotypes.LOCATION
    methods: ClassVar[Mapping[bytes, Method]] = {}
    hidden: ClassVar[frozenset[bytes]] = frozenset((b"name", b"zone", b"tx", b"extend"))

    def string(self) -> bytes:
        return self.name

    def struct(self) -> list[tuple[bytes, Value]]:
        """As it is for UTC; that of other zones holds addresses."""
        lists: list[tuple[bytes, Value]] = [(b"zone", _Zones().as_nil()), (b"tx", _Transitions().as_nil())]
        cache: list[tuple[bytes, Value]] = [
            (b"cacheStart", Int64(0)),
            (b"cacheEnd", Int64(0)),
            (b"cacheZone", _NoZone()),
        ]
        return [(b"name", self.name), *lists, (b"extend", b""), *cache]

    def at(self, unix: int) -> tuple[bytes, int]:
        """The abbreviation and the offset that hold at a moment, in seconds since 1970."""
        if self.rules is None:
            return self.abbreviation, self.offset
        moment = self._moment(unix)
        offset = moment.utcoffset() or timedelta()
        return (moment.tzname() or "").encode(), int(offset.total_seconds())

    def is_summer(self, unix: int) -> bool:
        return self.rules is not None and bool(self._moment(unix).dst())

    def _moment(self, unix: int) -> datetime:
        inside = min(max(unix, _FIRST), _LAST)
        return (_EPOCH + timedelta(seconds=inside)).astimezone(self.rules)


UTC = Location(name=b"UTC", abbreviation=b"UTC")
_LONGEST_NAME = 100
# What most systems keep as they were, and the package tzdata gives the past of a city.
_FIXED = {b"EST": -5 * 3_600, b"MST": -7 * 3_600, b"HST": -10 * 3_600}


def fixed(name: bytes, offset: int) -> Location:
    return Location(name=name, abbreviation=name, offset=offset)


@lru_cache(maxsize=64)
def local(name: str) -> Location:
    """What Go calls Local in a process whose zone has this name: UTC where there is no such zone."""
    found = load(name.encode())
    if found is None or found is UTC:
        return Location(name=b"UTC", abbreviation=b"UTC")
    return Location(name=found.name, abbreviation=b"", rules=found.rules)


@lru_cache(maxsize=256)
def load(name: bytes) -> Location | None:
    """A zone by its name in the database, None when it has none."""
    if name in (b"", b"UTC"):
        return UTC
    if name in _FIXED:
        return Location(name=name, abbreviation=name, offset=_FIXED[name])
    rules = _rules(name)
    return Location(name=name, abbreviation=b"", rules=rules) if rules is not None else None


def _rules(name: bytes) -> ZoneInfo | None:
    parts = name.decode("ascii", "replace").split("/")
    if len(name) > _LONGEST_NAME or not all(part and part.strip(".") and part.isprintable() for part in parts):
        return None
    file = resources.files("tzdata").joinpath("zoneinfo", *parts)
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        try:
            return ZoneInfo.from_file(opened, key="/".join(parts))
        except ValueError:
            return None
