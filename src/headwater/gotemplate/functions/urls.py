"""Sprig's URLs: taken apart into a dict and put together again."""

from headwater.gotemplate.encodings.urls import Url, parse_url
from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.lists import NIL_POINTER
from headwater.gotemplate.functions.registry import function
from headwater.gotemplate.values.values import AnyMap, kind_of


@function("func(string) map[string]interface {}", "urlParse")
def url_parse(text: bytes) -> AnyMap:
    """The parts of a URL, unescaped."""
    try:
        url = parse_url(text)
    except GoError as error:
        raise GoError(b"unable to parse url: " + error.text) from error
    return AnyMap(
        {
            b"scheme": url.scheme,
            b"host": url.host,
            b"hostname": url.hostname,
            b"path": url.path,
            b"query": url.query,
            b"opaque": url.opaque,
            b"fragment": url.fragment,
            b"userinfo": url.userinfo(),
        }
    )


def _part(parts: AnyMap, key: bytes) -> bytes:
    if key not in parts:
        return b""
    value = parts[key]
    if isinstance(value, bytes):
        return value
    if value is None:
        raise plain(NIL_POINTER)
    found = kind_of(value)
    raise plain(f"unable to parse {key.decode()} key, must be of type string, but {found} found")


@function("func(map[string]interface {}) string", "urlJoin")
def url_join(parts: AnyMap) -> bytes:
    """A URL of its parts."""
    url = Url(
        scheme=_part(parts, b"scheme"),
        host=_part(parts, b"host"),
        path=_part(parts, b"path"),
        query=_part(parts, b"query"),
        opaque=_part(parts, b"opaque"),
        fragment=_part(parts, b"fragment"),
    )
    userinfo = _part(parts, b"userinfo")
    if userinfo:
        url.user = _user(userinfo)
    return url.string()


def _user(userinfo: bytes) -> tuple[bytes, ...] | None:
    try:
        return parse_url(b"proto://" + userinfo + b"@host").user
    except GoError as error:
        raise GoError(b"unable to parse userinfo in dict: " + error.text) from error
