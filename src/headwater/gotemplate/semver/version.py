"""A version: loose on the way in (`v1.2`), strict in its order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.values import gotypes
from headwater.gotemplate.values.gotypes import GoType, signature
from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.values import GoObject, Method, Uint64, Value

_LOOSE = re.compile(
    rb"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"
    rb"(?:-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(?:\+([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?"
)
_LARGEST = (1 << 64) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(GoObject):
    """Go's *semver.Version; compared by identity where Go compares pointers."""

    major: int
    minor: int
    patch: int
    pre: bytes
    metadata: bytes
    original: bytes

    go_type: ClassVar[GoType] = gotypes.VERSION
    methods: ClassVar[Mapping[bytes, Method]] = {}
    hidden: ClassVar[frozenset[bytes]] = frozenset((b"major", b"minor", b"patch", b"pre", b"metadata", b"original"))

    @classmethod
    def empty(cls) -> "Version":
        """What a copy by reflection makes of any version: it cannot see the parts."""
        return cls(major=0, minor=0, patch=0, pre=b"", metadata=b"", original=b"")

    def string(self) -> bytes:
        text = b"%d.%d.%d" % (self.major, self.minor, self.patch)
        text += b"-" + self.pre if self.pre else b""
        return text + (b"+" + self.metadata if self.metadata else b"")

    def json(self) -> bytes:
        return self.string()

    def struct(self) -> list[tuple[bytes, Value]]:
        numbers = [(b"major", self.major), (b"minor", self.minor), (b"patch", self.patch)]
        texts = [(b"pre", self.pre), (b"metadata", self.metadata), (b"original", self.original)]
        return [*((name, Uint64(number)) for name, number in numbers), *texts]

    def compare(self, other: "Version") -> int:
        """-1, 0 or 1; metadata does not count."""
        mine, theirs = (self.major, self.minor, self.patch), (other.major, other.minor, other.patch)
        if mine != theirs:
            return 1 if mine > theirs else -1
        return compare_prereleases(self.pre, other.pre)


class VersionValue(Version):
    """Go's semver.Version, what the methods that change a version give: not a pointer, so it lacks some methods."""

    __slots__ = ()
    go_type: ClassVar[GoType] = gotypes.VERSION_STRUCT


def compare_prereleases(left: bytes, right: bytes) -> int:
    """-1, 0 or 1; a release stands above all its prereleases."""
    if left == right:
        return 0
    if not left or not right:
        return 1 if not left else -1
    ours, theirs = left.split(b"."), right.split(b".")
    for index in range(max(len(ours), len(theirs))):
        order = _compare_parts(ours[index : index + 1], theirs[index : index + 1])
        if order:
            return order
    return 0


def _compare_parts(left: list[bytes], right: list[bytes]) -> int:
    """Numbers by value and below words; what is longer stands above."""
    if left == right:
        return 0
    if not left or not right:
        return -1 if not left else 1
    ours, theirs = left[0], right[0]
    if _is_number(ours) and _is_number(theirs):
        return 1 if int(ours) > int(theirs) else -1
    if _is_number(ours) != _is_number(theirs):
        return -1 if _is_number(ours) else 1
    return 1 if ours > theirs else -1


def _is_number(part: bytes) -> bool:
    return part.isdigit() and len(part) <= 20 and int(part) <= _LARGEST  # noqa: PLR2004 - digits of 64 bits


def parse_version(text: bytes) -> Version:
    """Raises: GoError."""
    match = _LOOSE.fullmatch(text)
    if match is None:
        raise plain("invalid semantic version")
    major, minor, patch = (_segment(part or b"0") for part in match.group(1, 2, 3))
    pre = match[4] or b""
    check_prerelease(pre)
    return Version(major=major, minor=minor, patch=patch, pre=pre, metadata=match[5] or b"", original=text)


def _segment(digits: bytes) -> int:
    number = int(digits) if len(digits) <= 20 else _LARGEST + 1  # noqa: PLR2004 - digits of 64 bits
    if number > _LARGEST:
        text = b"error parsing version segment: strconv.ParseUint: parsing " + quote(digits) + b": value out of range"
        raise GoError(text, public="error parsing version segment: value out of range")
    return number


def check_prerelease(pre: bytes) -> None:
    """Raises: GoError."""
    for part in pre.split(b"."):
        if part.isdigit() and len(part) > 1 and part.startswith(b"0"):
            raise plain("version segment starts with 0")


# Methods.


def _rebuilt(version: Version, numbers: tuple[int, int, int], pre: bytes, metadata: bytes) -> VersionValue:
    major, minor, patch = (number % (_LARGEST + 1) for number in numbers)
    bare = VersionValue(major=major, minor=minor, patch=patch, pre=pre, metadata=metadata, original=b"")
    prefix = b"v" if version.original.startswith(b"v") else b""
    return replace(bare, original=prefix + bare.string())


def _inc_patch(version: Version) -> VersionValue:
    return _rebuilt(version, (version.major, version.minor, version.patch + (not version.pre)), b"", b"")


def _inc_minor(version: Version) -> VersionValue:
    return _rebuilt(version, (version.major, version.minor + 1, 0), b"", b"")


def _inc_major(version: Version) -> VersionValue:
    return _rebuilt(version, (version.major + 1, 0, 0), b"", b"")


def _with(version: Version, *, pre: bytes | None = None, metadata: bytes | None = None) -> VersionValue:
    if pre is not None:
        _check_parts(pre, "invalid prerelease string")
        check_prerelease(pre)
    if metadata is not None:
        _check_parts(metadata, "invalid metadata string")
    return _rebuilt(
        version,
        (version.major, version.minor, version.patch),
        version.pre if pre is None else pre,
        version.metadata if metadata is None else metadata,
    )


def _compared(version: Version, other: Version | None) -> int:
    if other is None:
        raise plain("runtime error: invalid memory address or nil pointer dereference")
    return version.compare(other)


def _check_parts(text: bytes, refusal: str) -> None:
    if text and not re.fullmatch(rb"[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*", text):
        raise plain(refusal)


_STRING = signature("func() string")
_NUMBER = signature("func() uint64")
_SELF = signature("func() semver.Version")
_COMPARES = signature("func(*semver.Version) bool")
_SETS = signature("func(string) (semver.Version, error)")

Version.methods = {
    b"Major": (_NUMBER, lambda version: Uint64(version.major)),
    b"Minor": (_NUMBER, lambda version: Uint64(version.minor)),
    b"Patch": (_NUMBER, lambda version: Uint64(version.patch)),
    b"Prerelease": (_STRING, lambda version: version.pre),
    b"Metadata": (_STRING, lambda version: version.metadata),
    b"Original": (_STRING, lambda version: version.original),
    b"String": (_STRING, lambda version: version.string()),
    b"Compare": (signature("func(*semver.Version) int"), _compared),
    b"Equal": (_COMPARES, lambda version, other: other is not None and version.compare(other) == 0),
    b"LessThan": (_COMPARES, lambda version, other: _compared(version, other) < 0),
    b"LessThanEqual": (_COMPARES, lambda version, other: _compared(version, other) <= 0),
    b"GreaterThan": (_COMPARES, lambda version, other: _compared(version, other) > 0),
    b"GreaterThanEqual": (_COMPARES, lambda version, other: _compared(version, other) >= 0),
    b"IncPatch": (_SELF, _inc_patch),
    b"IncMinor": (_SELF, _inc_minor),
    b"IncMajor": (_SELF, _inc_major),
    b"SetPrerelease": (_SETS, lambda version, pre: _with(version, pre=pre)),
    b"SetMetadata": (_SETS, lambda version, metadata: _with(version, metadata=metadata)),
}
_BY_POINTER = (b"Original", b"Compare", b"Equal", b"LessThan", b"LessThanEqual", b"GreaterThan", b"GreaterThanEqual")
VersionValue.methods = {name: method for name, method in Version.methods.items() if name not in _BY_POINTER}
