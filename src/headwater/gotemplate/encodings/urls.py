"""Go's net/url: a URL taken apart and put together again.

The surprise: percent escapes are undone on the way in and made anew on the way out, each part by its own rules.
"""

import re
from dataclasses import dataclass

from headwater.gotemplate.encodings.addresses import address_version
from headwater.gotemplate.errors import GoError
from headwater.gotemplate.values.quoting import quote

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
PATH = frozenset(_UNRESERVED + b"$&+,/:;=@")
_PASSWORD = frozenset(_UNRESERVED + b"$&+,;=")
_FRAGMENT = frozenset(_UNRESERVED + b"$&+,/:;=?@!()*")
_HOST = frozenset(_UNRESERVED + b"!$&'()*+,;=:[]<>\"")
_USERINFO = re.compile(rb"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_ESCAPE = re.compile(rb"%([0-9a-fA-F]{2})")
_PORT = re.compile(rb"(?::[0-9]*)?")
_SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+\-.]*):")
_VALID_ENCODED = b"!$&'()*+,;=:@[]%"


@dataclass(slots=True, kw_only=True)
class Url:
    """The parts, unescaped; `raw_path` and `raw_fragment` keep how they were written, where that matters.

    `user` is a name, or a name and a password.
    """

    scheme: bytes = b""
    opaque: bytes = b""
    user: tuple[bytes, ...] | None = None
    host: bytes = b""
    path: bytes = b""
    raw_path: bytes = b""
    query: bytes = b""
    fragment: bytes = b""
    raw_fragment: bytes = b""
    force_query: bool = False
    omit_host: bool = False

    @property
    def hostname(self) -> bytes:
        """The host without port and brackets."""
        colon = self.host.rfind(b":")
        host = self.host[:colon] if colon >= 0 and _PORT.fullmatch(self.host[colon:]) else self.host
        return host[1:-1] if host.startswith(b"[") and host.endswith(b"]") else host

    def userinfo(self) -> bytes:
        return b":".join(_escape(part, _PASSWORD) for part in self.user or ())

    def string(self) -> bytes:
        out = self.scheme + b":" if self.scheme else b""
        out += self.opaque or self._authority_and_path(out)
        if self.force_query or self.query:
            out += b"?" + self.query
        return out + (b"#" + _as_written(self.fragment, self.raw_fragment, _FRAGMENT) if self.fragment else b"")

    def _authority_and_path(self, before: bytes) -> bytes:
        out = b""
        bare = not self.host and self.user is None
        if (self.scheme or not bare) and not (self.omit_host and bare):
            out += b"//" if self.host or self.path or self.user is not None else b""
            out += self.userinfo() + b"@" if self.user is not None else b""
            out += _escape(self.host, _HOST)
        path = b"*" if self.path == b"*" and not self.raw_path else _as_written(self.path, self.raw_path, PATH)
        if path and not path.startswith(b"/") and self.host:
            out += b"/"
        if not before + out and b":" in path.partition(b"/")[0]:
            out += b"./"
        return out + path


def _escape(text: bytes, safe: frozenset[int]) -> bytes:
    return b"".join(bytes([byte]) if byte in safe else b"%%%02X" % byte for byte in text)


def _as_written(text: bytes, raw: bytes, safe: frozenset[int]) -> bytes:
    """The raw form, where it is a valid encoding of the text."""
    valid = raw and all(byte in safe or byte in _VALID_ENCODED for byte in raw)
    return raw if valid and _ESCAPE.sub(_unhex, raw) == text else _escape(text, safe)


def _unhex(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _unescape(text: bytes) -> bytes:
    """Raises: GoError."""
    for position in range(len(text)):
        if text[position] == ord("%") and not _ESCAPE.match(text, position):
            raise GoError(b"invalid URL escape " + quote(text[position : position + 3]))
    return _ESCAPE.sub(_unhex, text)


def _unescape_host(text: bytes, *, zone: bool = False) -> bytes:
    """Raises: GoError for what no host may hold."""
    position = 0
    while position < len(text):
        match = _ESCAPE.match(text, position)
        byte = text[position]
        if match is not None:
            code = int(match[1], 16)
            allowed = code in (ord(" "), ord("%")) or code in _HOST if zone else code >= 0x80 or match[0] == b"%25"  # noqa: PLR2004
            if not allowed:
                raise GoError(b"invalid URL escape " + quote(match[0]))
            position = match.end()
            continue
        if byte == ord("%"):
            raise GoError(b"invalid URL escape " + quote(text[position : position + 3]))
        if byte < 0x80 and byte not in _HOST:  # noqa: PLR2004 - beyond ASCII all is allowed
            raise GoError(b"invalid character " + quote(bytes([byte])) + b" in host name")
        position += 1
    return _ESCAPE.sub(_unhex, text)


def parse_url(text: bytes) -> Url:
    """Raises: GoError."""
    before, _, fragment = text.partition(b"#")
    try:
        url = _parse(before)
    except GoError as error:
        raise _parse_error(before, error) from error
    try:
        url.fragment = _unescape(fragment)
    except GoError as error:
        raise _parse_error(text, error) from error
    url.raw_fragment = b"" if fragment == _escape(url.fragment, _FRAGMENT) else fragment
    return url


def _parse_error(text: bytes, error: GoError) -> GoError:
    return GoError(b"parse " + quote(text) + b": " + error.text)


def _parse(text: bytes) -> Url:
    if any(byte < ord(" ") or byte == 0x7F for byte in text):  # noqa: PLR2004 - DEL
        raise GoError("net/url: invalid control character in URL")
    url = Url()
    if text == b"*":
        url.path = text
        return url
    rest = _take_query(url, _take_scheme(url, text))
    if not rest.startswith(b"/"):
        if url.scheme:
            url.opaque = rest
            return url
        if b":" in rest.partition(b"/")[0]:
            raise GoError("first path segment in URL cannot contain colon")
    _set_path(url, _take_authority(url, rest))
    return url


def _take_scheme(url: Url, text: bytes) -> bytes:
    if text.startswith(b":"):
        raise GoError("missing protocol scheme")
    match = _SCHEME.match(text)
    if match is None:
        return text
    url.scheme = match[1].lower()
    return text[match.end() :]


def _take_query(url: Url, rest: bytes) -> bytes:
    if rest.endswith(b"?") and rest.count(b"?") == 1:
        url.force_query = True
        return rest[:-1]
    rest, _, url.query = rest.partition(b"?")
    return rest


def _take_authority(url: Url, rest: bytes) -> bytes:
    if rest.startswith(b"//") and (url.scheme or not rest.startswith(b"///")):
        authority, slash, path = rest[2:].partition(b"/")
        url.user, url.host = _parse_authority(url.scheme, authority)
        return slash + path
    url.omit_host = bool(url.scheme) and rest.startswith(b"/")
    return rest


def _set_path(url: Url, path: bytes) -> None:
    url.path = _unescape(path)
    url.raw_path = b"" if path == _escape(url.path, PATH) else path


def _parse_authority(scheme: bytes, authority: bytes) -> tuple[tuple[bytes, ...] | None, bytes]:
    userinfo, at, host = authority.rpartition(b"@")
    parsed = _parse_host(scheme, host)
    if not at:
        return None, parsed
    if not _USERINFO.fullmatch(userinfo):
        raise GoError("net/url: invalid userinfo")
    return tuple(map(_unescape, userinfo.split(b":", 1))), parsed


def _parse_host(scheme: bytes, host: bytes) -> bytes:
    bracket = host.rfind(b"[")
    if bracket > 0:
        raise GoError("invalid IP-literal")
    if bracket == 0:
        return _parse_ip_literal(host)
    colon = host.find(b":") if scheme in (b"http", b"https") else host.rfind(b":")
    if colon >= 0:
        _check_port(host[colon:])
    return _unescape_host(host)


def _check_port(port: bytes) -> None:
    if not _PORT.fullmatch(port):
        raise GoError(b"invalid port " + quote(port) + b" after host")


def _parse_ip_literal(host: bytes) -> bytes:
    end = host.rfind(b"]")
    if end < 0:
        raise GoError("missing ']' in host")
    _check_port(host[end + 1 :])
    name, percent, zone = host[1:end].partition(b"%25")
    hostname = _unescape_host(name) + (_unescape_host(percent + zone, zone=True) if percent else b"")
    _check_address(hostname)
    return b"[" + hostname + b"]" + host[end + 1 :]


def _check_address(name: bytes) -> None:
    try:
        version = address_version(name)
    except GoError as error:
        raise GoError(b"invalid host: " + error.text) from error
    if version == 4:  # noqa: PLR2004 - IPv4
        raise GoError("invalid IP-literal")
