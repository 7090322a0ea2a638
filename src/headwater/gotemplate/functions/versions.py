"""Sprig's semantic versions."""

from headwater.gotemplate.functions.registry import function
from headwater.gotemplate.semver.constraint import parse_constraint, satisfies
from headwater.gotemplate.semver.version import Version, parse_version


@function("func(string) (*semver.Version, error)", "semver")
def semver(text: bytes) -> Version:
    """A version, with its parts as methods."""
    return parse_version(text)


@function("func(string, string) (bool, error)", "semverCompare")
def semver_compare(constraint: bytes, version: bytes) -> bool:
    """Whether a version satisfies a constraint."""
    parsed = parse_constraint(constraint)
    return satisfies(parse_version(version), parsed)
