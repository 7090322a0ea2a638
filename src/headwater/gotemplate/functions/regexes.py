"""Sprig's regular expressions, by RE2, which Go's package follows.

The surprise: RE2 never backtracks, so a tenant's pattern cannot hang the controller; what differs from Go is how the
matches of a text are walked, how errors are worded, single bytes, and invalid UTF-8, which Go reads as U+FFFD.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import re2  # type: ignore[import-untyped] # it has no stubs

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values import quoting, runes
from headwater.gotemplate.values.values import StringSlice

_LONGEST_PATTERN = 10_000
_MATCHES = "func(string, string, int) []string"
_MUST_MATCHES = "func(string, string, int) ([]string, error)"
_REPLACE = "func(string, string, string) string"
_MUST_REPLACE = "func(string, string, string) (string, error)"
_PROBLEMS = {
    b"missing ]": b"missing closing ]",
    b"missing )": b"missing closing )",
    b"unexpected )": b"unexpected )",
    b"no argument for repetition operator": b"missing argument to repetition operator",
    b"bad repetition operator": b"invalid nested repetition operator",
    b"invalid named capture group": b"invalid named capture",
    b"invalid perl operator": b"invalid or unsupported Perl syntax",
    b"invalid repetition size": b"invalid repeat count",
}
_WHOLE_PATTERN = (b"missing )", b"unexpected )")
_ESCAPE_C = re.compile(rb"(?:[^\\]|\\[^CQ]|\\Q(?s:.*?)(?:\\E|$))*?(\\C)", re.DOTALL)


class _Pattern:
    """A compiled pattern and the walk over its matches as Go has it."""

    def __init__(self, pattern: bytes) -> None:
        if len(pattern) > _LONGEST_PATTERN:
            raise plain(f"error parsing regexp: pattern is longer than {_LONGEST_PATTERN} bytes")
        single_byte = _ESCAPE_C.match(pattern) if b"\\C" in pattern else None
        if single_byte is not None and _is_open(pattern[: single_byte.start(1)]):
            raise GoError("error parsing regexp: invalid escape sequence: `\\C`", public="invalid escape sequence")
        try:
            self._compiled = re2.compile(pattern, _quiet())
        except re2.error as error:
            raise _syntax_error(pattern, error.args[0]) from error
        self._names: dict[bytes, int] = dict(self._compiled.groupindex)
        foreign = next((name for name in self._names if not name.isascii()), None)
        if foreign is not None:
            raise _bad_name(pattern, foreign)

    def search(self, text: "_Text", position: int, run: Run) -> re.Match[bytes] | None:
        run.step(1 + ((len(text.searched) - position) >> 8))
        found: re.Match[bytes] | None = self._compiled.search(text.searched, position)
        while found is not None and found.start() == found.end() and text.splits_rune(found.start()):
            run.step()
            found = self._compiled.search(text.searched, found.start() + 1)
        return found

    def find_all(self, text: "_Text", limit: int, run: Run) -> Iterator[re.Match[bytes]]:
        """At most `limit` matches (negative: all), an empty one never right after another one."""
        position, previous_end, count, end = 0, -1, 0, len(text.searched)
        while position <= end and (limit < 0 or count < limit):
            match = self.search(text, position, run)
            if match is None:
                return
            accepted = True
            if match.end() == position:
                accepted = match.start() != previous_end
                position += text.width(position)
            else:
                position = match.end()
            previous_end = match.end()
            if accepted:
                count += 1
                yield match

    def replace_all(self, text: "_Text", replaced: Callable[[re.Match[bytes]], bytes], run: Run) -> bytes:
        out: list[bytes] = []
        last_end = position = 0
        while position <= len(text.searched):
            match = self.search(text, position, run)
            if match is None:
                break
            out.append(text.original(last_end, match.start()))
            if match.end() > last_end or match.start() == 0:
                new = replaced(match)
                run.allot(len(new))
                out.append(new)
            last_end = match.end()
            position = max(position + text.width(position), match.end())
        return b"".join([*out, text.original(last_end, len(text.searched))])

    def expand(self, template: bytes, match: re.Match[bytes], text: "_Text") -> bytes:
        """A replacement's `$1`, `${1}` and `${name}` filled in."""

        def filled(found: re.Match[bytes]) -> bytes:
            if found[0] == b"$$":
                return b"$"
            name = found["braced"] or found["bare"]
            return text.original(*self._span(name, match)) if name is not None else b"$"

        return _REFERENCE.sub(filled, template)

    def _span(self, name: bytes, match: re.Match[bytes]) -> tuple[int, int]:
        numbered = name == b"0" or (name.isdigit() and len(name) < 9 and name[0] != ord("0"))  # noqa: PLR2004 - an int
        index = int(name) if numbered else self._names.get(name, -1)
        if not 0 <= index <= self._compiled.groups or match.start(index) < 0:
            return 0, 0
        return match.span(index)


def _bad_name(pattern: bytes, name: bytes) -> GoError:
    """Go's names are ASCII, RE2's any letters."""
    start = b"(?P<" if b"(?P<" + name in pattern else b"(?<"
    text = b"error parsing regexp: invalid named capture: `" + start + name + b">`"
    return GoError(text, public="invalid named capture")


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


def _is_open(start: bytes) -> bool:
    """Whether a pattern may go on after this: it holds no error but what is still missing."""
    try:
        re2.compile(start, _quiet())
    except re2.error as error:
        return bytes(error.args[0]).startswith((b"missing )", b"missing argument"))
    return True


_NAME = rb"(?:[0-9A-Za-z_]|[\xc2-\xf4][\x80-\xbf]{1,3})+"
_REFERENCE = re.compile(rb"\$(?:\$|\{(?P<braced>" + _NAME + rb")\}|(?P<bare>" + _NAME + rb"))?")


class _Text:
    """A text to search, and the way from places in what is searched back to the text itself."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._offsets: list[int] | None = None
        self.searched = text
        decoded = runes.decode(text)
        if any(map(runes.is_invalid, decoded)) if not text.isascii() else False:
            self.searched = runes.repaired(text).encode()
            self._offsets = _offsets(decoded)

    def original(self, start: int, end: int) -> bytes:
        if self._offsets is None:
            return self._text[start:end]
        return self._text[self._offsets[start] : self._offsets[end]]

    def splits_rune(self, position: int) -> bool:
        r"""Whether RE2, which looks at bytes around `\B`, stopped where Go never looks."""
        return self.searched[position : position + 1] >= b"\x80" and self.searched[position] < 0xC0  # noqa: PLR2004

    def width(self, position: int) -> int:
        """How long the rune here is; 1 at the end."""
        if position >= len(self.searched) or self.searched[position] < 0x80:  # noqa: PLR2004 - ASCII
            return 1
        return len(runes.decode(self.searched[position : position + 4])[0].encode("utf-8", "surrogateescape"))


def _offsets(decoded: str) -> list[int]:
    """For each byte of the repaired text, where its rune starts in the original."""
    offsets, at = [], 0
    for char in decoded:
        invalid = runes.is_invalid(char)
        size = 1 if invalid else len(char.encode())
        offsets.extend([at] * (3 if invalid else size))
        at += size
    return [*offsets, at]


def _syntax_error(pattern: bytes, text: bytes | str) -> GoError:
    message = text.encode() if isinstance(text, str) else text
    problem, _, argument = message.partition(b": ")
    if message == b"trailing \\":
        problem, argument = b"trailing backslash at end of expression", b""
    elif problem == b"invalid UTF-8":
        problem, argument = _from_invalid(pattern)
    elif argument in _LOOKBEHIND:
        problem, argument = b"invalid named capture", _named_capture(pattern, argument)
    elif problem in _WHOLE_PATTERN:
        argument = pattern
    worded = _PROBLEMS.get(problem, problem)
    return GoError(b"error parsing regexp: " + worded + b": `" + argument + b"`", public=worded.decode("latin-1"))


_LOOKBEHIND = (b"(?<=", b"(?<!")


def _named_capture(pattern: bytes, start: bytes) -> bytes:
    """Go reads `(?<` as the start of a name."""
    rest = pattern[pattern.find(start) :]
    before, bracket, _ = rest.partition(b">")
    return before + bracket


def _from_invalid(pattern: bytes) -> tuple[bytes, bytes]:
    """What Go says where RE2 speaks of UTF-8, as it does of a pattern that ends in an escape's bracket too."""
    characters = runes.decode(pattern)
    first = next((at for at, char in enumerate(characters) if runes.is_invalid(char)), None)
    if first is None:
        return b"invalid escape sequence", rb"\x{"
    return b"invalid UTF-8", runes.encode(characters[first:])


_compiled = lru_cache(maxsize=256)(_Pattern)


def _must(pattern: bytes) -> _Pattern:
    """As MustCompile, whose panic repeats the pattern.

    Raises: GoError.
    """
    try:
        return _compiled(pattern)
    except GoError as error:
        shown = b"`" + pattern + b"`" if quoting.can_backquote(pattern) else quoting.quote(pattern)
        raise GoError(b"regexp: Compile(" + shown + b"): " + error.text, public=error.public) from error


# Matching.


@function("func(string, string) bool", "regexMatch")
def regex_match(run: Run, pattern: bytes, text: bytes) -> bool:
    """Whether the pattern matches somewhere; a bad pattern matches nowhere."""
    try:
        compiled = _compiled(pattern)
    except GoError:
        return False
    return compiled.search(_Text(text), 0, run) is not None


@function("func(string, string) (bool, error)", "mustRegexMatch")
def must_regex_match(run: Run, pattern: bytes, text: bytes) -> bool:
    """Whether the pattern matches somewhere."""
    return _compiled(pattern).search(_Text(text), 0, run) is not None


def _find(run: Run, compiled: _Pattern, text: bytes) -> bytes:
    searched = _Text(text)
    match = compiled.search(searched, 0, run)
    return searched.original(*match.span()) if match is not None else b""


@function("func(string, string) string", "regexFind")
def regex_find(run: Run, pattern: bytes, text: bytes) -> bytes:
    """The first match."""
    return _find(run, _must(pattern), text)


@function("func(string, string) (string, error)", "mustRegexFind")
def must_regex_find(run: Run, pattern: bytes, text: bytes) -> bytes:
    """The first match."""
    return _find(run, _compiled(pattern), text)


def _find_all(run: Run, compiled: _Pattern, text: bytes, limit: int) -> StringSlice:
    searched = _Text(text)
    found = StringSlice()
    for match in compiled.find_all(searched, limit, run):
        found.append(searched.original(*match.span()))
        run.elements(len(found))
    found.nil = not found
    return found


@function(_MATCHES, "regexFindAll")
def regex_find_all(run: Run, pattern: bytes, text: bytes, limit: int) -> StringSlice:
    """The first matches, or all of them for a negative limit."""
    return _find_all(run, _must(pattern), text, limit)


@function(_MUST_MATCHES, "mustRegexFindAll")
def must_regex_find_all(run: Run, pattern: bytes, text: bytes, limit: int) -> StringSlice:
    """The first matches, or all of them for a negative limit."""
    return _find_all(run, _compiled(pattern), text, limit)


def _split(run: Run, compiled: _Pattern, pattern: bytes, text: bytes, limit: int) -> StringSlice:
    if limit == 0:
        return StringSlice().as_nil()
    if pattern and not text:
        return StringSlice([b""])
    searched, parts, begin, end = _Text(text), StringSlice(), 0, 0
    for match in list(compiled.find_all(searched, limit, run)):
        if 0 < limit == len(parts) + 1:
            break
        end = match.start()
        if match.end():
            parts.append(searched.original(begin, end))
        begin = match.end()
        run.elements(len(parts))
    if end != len(searched.searched):
        parts.append(searched.original(begin, len(searched.searched)))
    return parts


@function(_MATCHES, "regexSplit")
def regex_split(run: Run, pattern: bytes, text: bytes, limit: int) -> StringSlice:
    """The parts between matches."""
    return _split(run, _must(pattern), pattern, text, limit)


@function(_MUST_MATCHES, "mustRegexSplit")
def must_regex_split(run: Run, pattern: bytes, text: bytes, limit: int) -> StringSlice:
    """The parts between matches."""
    return _split(run, _compiled(pattern), pattern, text, limit)


# Replacing.


def _replace(run: Run, compiled: _Pattern, text: bytes, template: bytes) -> bytes:
    searched = _Text(text)
    return compiled.replace_all(searched, lambda match: compiled.expand(template, match, searched), run)


@function(_REPLACE, "regexReplaceAll")
def regex_replace_all(run: Run, pattern: bytes, text: bytes, template: bytes) -> bytes:
    """The text with every match replaced; `$1` and `${name}` stand for groups."""
    return _replace(run, _must(pattern), text, template)


@function(_MUST_REPLACE, "mustRegexReplaceAll")
def must_regex_replace_all(run: Run, pattern: bytes, text: bytes, template: bytes) -> bytes:
    """The text with every match replaced; `$1` and `${name}` stand for groups."""
    return _replace(run, _compiled(pattern), text, template)


@function(_REPLACE, "regexReplaceAllLiteral")
def regex_replace_all_literal(run: Run, pattern: bytes, text: bytes, new: bytes) -> bytes:
    """The text with every match replaced by a text as it is."""
    return _must(pattern).replace_all(_Text(text), lambda _: new, run)


@function(_MUST_REPLACE, "mustRegexReplaceAllLiteral")
def must_regex_replace_all_literal(run: Run, pattern: bytes, text: bytes, new: bytes) -> bytes:
    """The text with every match replaced by a text as it is."""
    return _compiled(pattern).replace_all(_Text(text), lambda _: new, run)


_SPECIAL = re.compile(rb"[\\.+*?()|\[\]{}^$]")


@function("func(string) string", "regexQuoteMeta")
def regex_quote_meta(text: bytes) -> bytes:
    """The text as a pattern that matches it alone."""
    return _SPECIAL.sub(rb"\\\g<0>", text)
