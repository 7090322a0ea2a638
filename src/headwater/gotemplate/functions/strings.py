"""Sprig's strings: cutting, padding, joining, quoting. Lengths and positions count bytes, as in Go."""

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values import quoting, runes
from headwater.gotemplate.values.values import GoSlice, StringMap, StringSlice, Value

_TEXT = "func(string) string"
_TWO = "func(string, string) string"
_TEST = "func(string, string) bool"


def strings(run: Run, value: Value) -> list[bytes]:
    """Every element's text, nil ones left out; anything but a list is one string."""
    if isinstance(value, GoSlice):
        return [run.show(item) for item in value if item is not None]
    return [] if value is None else [run.show(value)]


@function("func() string", "hello")
def hello() -> bytes:
    """A greeting."""
    return b"Hello!"


@function(_TEXT, "trim")
def trim(text: bytes) -> bytes:
    """The text without space at its ends."""
    return runes.encode(runes.decode(text).strip(runes.SPACE_CHARACTERS))


@function(_TWO, "trimAll", "trimall")
def trim_all(cut: bytes, text: bytes) -> bytes:
    """The text without any of the given characters at its ends."""
    return runes.encode(runes.decode(text).strip(runes.decode(cut))) if cut else text


@function(_TWO, "trimSuffix")
def trim_suffix(suffix: bytes, text: bytes) -> bytes:
    """The text without that end."""
    return text.removesuffix(suffix)


@function(_TWO, "trimPrefix")
def trim_prefix(prefix: bytes, text: bytes) -> bytes:
    """The text without that start."""
    return text.removeprefix(prefix)


@function("func(int, string) string", "repeat")
def repeat(run: Run, count: int, text: bytes) -> bytes:
    """The text so many times."""
    if count < 0:
        raise plain("strings: negative Repeat count")
    run.allot(count * len(text))
    return text * count


def cut(text: bytes, start: int, end: int) -> bytes:
    """Go's `text[start:end]`.

    Raises: GoError where Go panics.
    """
    if end < 0:
        raise out_of_range(f"[:{end}]")
    if end > len(text):
        raise out_of_range(f"[:{end}] with length {len(text)}")
    if start > end:
        raise out_of_range(f"[{start}:{end}]")
    return text[start:end]


def out_of_range(bounds: str) -> GoError:
    """Go's panic; the bounds tell a text's length, so they are not published."""
    general = "runtime error: slice bounds out of range"
    return GoError(f"{general} {bounds}", public=general)


@function("func(int, int, string) string", "substr")
def substr(start: int, end: int, text: bytes) -> bytes:
    """The bytes from start to end; a negative start means 0, a negative end the text's own."""
    if start < 0:
        return cut(text, 0, end)
    if end < 0 or end > len(text):
        if start > len(text):
            raise out_of_range(f"[{start}:{len(text)}]")
        return text[start:]
    return cut(text, start, end)


@function("func(int, string) string", "trunc")
def trunc(count: int, text: bytes) -> bytes:
    """The first bytes, or the last ones for a negative count."""
    if count < 0:
        return text[count:] if len(text) + count > 0 else text
    return text[:count]


@function(_TEST, "contains")
def contains(part: bytes, text: bytes) -> bool:
    """Whether the text holds that part."""
    return part in text


@function(_TEST, "hasPrefix")
def has_prefix(prefix: bytes, text: bytes) -> bool:
    """Whether the text starts so."""
    return text.startswith(prefix)


@function(_TEST, "hasSuffix")
def has_suffix(suffix: bytes, text: bytes) -> bool:
    """Whether the text ends so."""
    return text.endswith(suffix)


@function("func(...interface {}) string", "quote")
def quote(run: Run, *values: Value) -> bytes:
    """Each operand as a Go string literal, nil ones left out."""
    quoted = []
    for value in values:
        if value is not None:
            text = value if type(value) is bytes else run.show(value)
            run.allot(4 * len(text))
            quoted.append(quoting.quote(text))
    return b" ".join(quoted)


@function("func(...interface {}) string", "squote")
def squote(run: Run, *values: Value) -> bytes:
    """Each operand between single quotes, nil ones left out."""
    return b" ".join(b"'" + run.show(value) + b"'" for value in values if value is not None)


@function("func(...interface {}) string", "cat")
def cat(run: Run, *values: Value) -> bytes:
    """The operands' text with spaces between, nil ones left out."""
    return b" ".join(run.show(value) for value in values if value is not None)


@function("func(int, string) string", "indent")
def indent(run: Run, spaces: int, text: bytes) -> bytes:
    """Every line moved right."""
    if spaces < 0:
        raise plain("strings: negative Repeat count")
    run.allot(len(text) + spaces * (text.count(b"\n") + 1))
    pad = b" " * spaces
    return pad + text.replace(b"\n", b"\n" + pad)


@function("func(int, string) string", "nindent")
def nindent(run: Run, spaces: int, text: bytes) -> bytes:
    """A line break, then every line moved right."""
    return b"\n" + indent(run, spaces, text)


@function("func(string, string, string) string", "replace")
def replace(run: Run, old: bytes, new: bytes, text: bytes) -> bytes:
    """The text with every occurrence replaced."""
    characters = runes.decode(text) if not old else ""
    count = text.count(old) if old else len(characters) + 1
    run.allot(len(text) + count * len(new))
    if old:
        return text.replace(old, new)
    return new + b"".join(runes.encode(char) + new for char in characters)


@function("func(string, string, int) string", "plural")
def plural(one: bytes, many: bytes, count: int) -> bytes:
    """The first text for a count of one, else the second."""
    return one if count == 1 else many


def split_text(text: bytes, separator: bytes, limit: int = -1) -> list[bytes]:
    """`strings.SplitN`; no separator splits after each character."""
    if limit == 0:
        return []
    if separator:
        return text.split(separator, limit - 1) if limit > 0 else text.split(separator)
    characters = [runes.encode(char) for char in runes.decode(text)]
    if 0 < limit < len(characters):
        return [*characters[: limit - 1], b"".join(characters[limit - 1 :])]
    return characters


@function("func(string, string) []string", "splitList")
def split_list(run: Run, separator: bytes, text: bytes) -> StringSlice:
    """The parts between separators, as a list."""
    parts = split_text(text, separator)
    run.elements(len(parts))
    return StringSlice(parts)


@function("func(string, string) map[string]string", "split")
def split(run: Run, separator: bytes, text: bytes) -> StringMap:
    """The parts between separators, as a map with keys `_0`, `_1` and so on."""
    return _numbered(run, split_text(text, separator))


@function("func(string, int, string) map[string]string", "splitn")
def splitn(run: Run, separator: bytes, limit: int, text: bytes) -> StringMap:
    """As `split`, in at most so many parts."""
    return _numbered(run, split_text(text, separator, limit))


def _numbered(run: Run, parts: list[bytes]) -> StringMap:
    run.elements(len(parts))
    return StringMap({b"_%d" % index: part for index, part in enumerate(parts)})


@function("func(string, interface {}) string", "join")
def join(run: Run, separator: bytes, value: Value) -> bytes:
    """The elements' text with the separator between."""
    parts = strings(run, value)
    run.allot(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


@function("func(interface {}) []string", "sortAlpha")
def sort_alpha(run: Run, value: Value) -> StringSlice:
    """The elements' text, sorted by bytes.

    A list of strings is sorted in place, as in Go.
    """
    if isinstance(value, StringSlice):
        value.sort()
        return value
    return StringSlice(sorted(strings(run, value))) if value is not None else StringSlice([b"<nil>"])


@function("func(interface {}) string", "toString")
def to_string(run: Run, value: Value) -> bytes:
    """The value's text."""
    return run.show(value)


@function("func(interface {}) []string", "toStrings")
def to_strings(run: Run, value: Value) -> StringSlice:
    """The elements' text, nil ones left out."""
    return value if isinstance(value, StringSlice) else StringSlice(strings(run, value))


@function("func(string) (string, error)", "fail")
def fail(text: bytes) -> bytes:
    """Stop the rendering with that text, which is never published."""
    raise GoError(text)
