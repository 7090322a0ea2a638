"""A constraint: alternatives (`||`) of comparisons that must all hold.

The surprise: a prerelease satisfies an alternative only if that alternative names a prerelease itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.semver.version import Version, compare_prereleases, parse_version

_VERSION = (
    rb"v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?"
    rb"(-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(?:\+[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?"
)
_BARE = re.sub(rb"\((?!\?)", b"(?:", _VERSION)
_SPACE = rb"[\t\n\f\r ]"
_LONGEST_FIRST = rb"!=|>=|=>|<=|=<|~>|=|>|<|~|\^|"
_ONE = re.compile(rb"%b*(%b)%b*(%b)%b*" % (_SPACE, _LONGEST_FIRST, _SPACE, _VERSION, _SPACE))
_RANGE = re.compile(rb"%b*(%b)%b+-%b+(%b)%b*" % (_SPACE, _BARE, _SPACE, _SPACE, _BARE, _SPACE))
_FIND = re.compile(rb"(?:%b)%b*(?:%b)" % (_LONGEST_FIRST, _SPACE, _BARE))
_VALID = re.compile(
    rb"%b*(?:%b)%b*(?:%b)%b*(?:(?:%b+|,%b*)(?:%b)%b*(?:%b)%b*)*"
    % (_SPACE, _LONGEST_FIRST, _SPACE, _BARE, _SPACE, _SPACE, _SPACE, _LONGEST_FIRST, _SPACE, _BARE, _SPACE)
)
_LONGEST = 1_000
_WILD = (b"x", b"X", b"*", b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One operator and version; `dirty` ones leave out parts of it."""

    operator: bytes
    version: Version
    dirty: bool
    minor_dirty: bool
    patch_dirty: bool

    def holds(self, version: Version, *, with_prereleases: bool) -> bool:
        if version.pre and not with_prereleases:
            return False
        return _CHECKS[self.operator](version, self)


Constraint = list[list[Comparison]]


def parse_constraint(text: bytes) -> Constraint:
    """Raises: GoError."""
    if len(text) > _LONGEST:
        raise plain(f"constraint is longer than {_LONGEST} bytes")
    return [_alternative(part) for part in _without_ranges(text).split(b"||")]


def satisfies(version: Version, constraint: Constraint) -> bool:
    return any(
        all(each.holds(version, with_prereleases=any(c.version.pre for c in alternative)) for each in alternative)
        for alternative in constraint
    )


def _without_ranges(text: bytes) -> bytes:
    """`1.2 - 3` is `>= 1.2, <= 3`."""
    for match in list(_RANGE.finditer(text)):
        text = text.replace(match[0], b">= %b, <= %b " % (match[1], match[2]), 1)
    return text


def _alternative(text: bytes) -> list[Comparison]:
    if not _VALID.fullmatch(text):
        raise GoError(b"improper constraint: " + text, public="improper constraint")
    return [_comparison(each) for each in _FIND.findall(text)]


def _comparison(text: bytes) -> Comparison:
    match = _ONE.fullmatch(text)
    if match is None:
        raise GoError(b"improper constraint: " + text, public="improper constraint")
    major, minor, patch = match[3], (match[4] or b"")[1:], (match[5] or b"")[1:]
    pre = match[6] or b""
    dirty, minor_dirty, patch_dirty = True, False, False
    if major in _WILD:
        written = b"0.0.0"
    elif minor in _WILD:
        minor_dirty, written = True, major + b".0.0"
    elif patch in _WILD:
        patch_dirty, written = True, major + b"." + minor + b".0"
    else:
        dirty, written, pre = False, match[2], b""
    return Comparison(
        operator=match[1],
        version=_parsed(written + pre),
        dirty=dirty,
        minor_dirty=minor_dirty,
        patch_dirty=patch_dirty,
    )


def _parsed(text: bytes) -> Version:
    try:
        return parse_version(text)
    except GoError as error:
        raise plain("constraint parser error") from error


def _not_equal(version: Version, wanted: Comparison) -> bool:
    if not wanted.dirty:
        return version.compare(wanted.version) != 0
    if wanted.version.major != version.major:
        return True
    if wanted.minor_dirty:
        return False
    if wanted.version.minor != version.minor:
        return True
    if not wanted.patch_dirty:
        return wanted.version.patch != version.patch or version.compare(wanted.version) != 0
    either = version.pre or wanted.version.pre
    return bool(either) and compare_prereleases(version.pre, wanted.version.pre) != 0


def _greater(version: Version, wanted: Comparison) -> bool:
    if not wanted.dirty:
        return version.compare(wanted.version) > 0
    if version.major != wanted.version.major:
        return version.major > wanted.version.major
    if wanted.minor_dirty:
        return False
    if wanted.patch_dirty:
        return version.minor > wanted.version.minor
    return version.compare(wanted.version) > 0


def _less(version: Version, wanted: Comparison) -> bool:
    return version.compare(wanted.version) < 0


def _greater_or_equal(version: Version, wanted: Comparison) -> bool:
    return version.compare(wanted.version) >= 0


def _less_or_equal(version: Version, wanted: Comparison) -> bool:
    if not wanted.dirty:
        return version.compare(wanted.version) <= 0
    if version.major != wanted.version.major:
        return version.major < wanted.version.major
    return wanted.minor_dirty or version.minor <= wanted.version.minor


def _tilde(version: Version, wanted: Comparison) -> bool:
    if _less(version, wanted):
        return False
    least = wanted.version
    if not (least.major or least.minor or least.patch or wanted.minor_dirty or wanted.patch_dirty):
        return True
    return version.major == least.major and (version.minor == least.minor or wanted.minor_dirty)


def _tilde_or_equal(version: Version, wanted: Comparison) -> bool:
    return _tilde(version, wanted) if wanted.dirty else version.compare(wanted.version) == 0


def _caret(version: Version, wanted: Comparison) -> bool:
    """Nothing left of the first part that is not zero may change."""
    least = wanted.version
    if _less(version, wanted) or version.major != least.major:
        return False
    if least.major or wanted.minor_dirty:
        return True
    if least.minor or wanted.patch_dirty:
        return version.minor == least.minor
    return version.minor == 0 and version.patch == least.patch


_CHECKS: dict[bytes, Callable[[Version, Comparison], bool]] = {
    b"": _tilde_or_equal,
    b"=": _tilde_or_equal,
    b"!=": _not_equal,
    b">": _greater,
    b"<": _less,
    b">=": _greater_or_equal,
    b"=>": _greater_or_equal,
    b"<=": _less_or_equal,
    b"=<": _less_or_equal,
    b"~": _tilde,
    b"~>": _tilde,
    b"^": _caret,
}
