"""Finds plaintext where none may be: each marker in every form in which it could have been written down."""

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path

_PAGE = 8192
_WINDOW = 12


def forms_of(marker: str) -> dict[str, bytes]:
    """`form → bytes` to look for: raw, base64 at each alignment and in both alphabets, hex, JSON, URL, UTF-16."""
    raw = marker.encode()
    forms = {
        "raw": raw,
        "hex": raw.hex().encode(),
        "upper-case hex": raw.hex().upper().encode(),
        "JSON": json.dumps(marker)[1:-1].encode(),
        "JSON in JSON": json.dumps(json.dumps(marker)[1:-1])[1:-1].encode(),
        "URL": urllib.parse.quote(marker, safe="").encode(),
        "URL form": urllib.parse.quote_plus(marker).encode(),
        "UTF-16": marker.encode("utf-16-le"),
    }
    for alignment in range(3):
        forms[f"base64 at {alignment}"] = _inner_base64(raw, alignment)
        forms[f"base64url at {alignment}"] = _inner_base64(raw, alignment).replace(b"+", b"-").replace(b"/", b"_")
    return forms


def find_markers(markers: Iterable[str], files: Iterable[Path]) -> list[str]:
    """What was found, as `file: form of marker 3`: the marker's place in `markers`, since its text may not be shown.

    Looks every window of a file up in one table, so a thousand markers cost no more than one.
    """
    forms = {form: f"{name} of marker {n}" for n, one in enumerate(markers) for name, form in forms_of(one).items()}
    starts: dict[bytes, list[bytes]] = {}
    for form in forms:
        assert len(form) >= _WINDOW, "a marker this short would be found by chance"
        starts.setdefault(form[:_WINDOW], []).append(form)
    longest = max(map(len, forms), default=0)
    seen: set[bytes] = set()
    return [
        f"{file}: {forms[form]}"
        for file in files
        for page in _pages(file, longest, seen)
        for form in _forms_in(page, starts)
    ]


def _forms_in(page: bytes, starts: dict[bytes, list[bytes]]) -> Iterator[bytes]:
    for at in range(min(_PAGE, len(page))):
        for form in starts.get(page[at : at + _WINDOW], ()):
            if page.startswith(form, at):
                yield form


def _pages(file: Path, overlap: int, seen: set[bytes]) -> Iterator[bytes]:
    """Each page of a file and the start of the next, but for those that were `seen` before: databases repeat much."""
    content = file.read_bytes()
    for start in range(0, len(content), _PAGE):
        page = content[start : start + _PAGE + overlap]
        digest = hashlib.blake2b(page, digest_size=16).digest()
        if digest not in seen:
            seen.add(digest)
            yield page


def files_under(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def _inner_base64(raw: bytes, alignment: int) -> bytes:
    """The base64 digits that depend on `raw` alone when `alignment` bytes of something else stand before it."""
    encoded = base64.b64encode(bytes(alignment) + raw)
    first = -(-alignment * 8 // 6)
    last = (alignment + len(raw)) * 8 // 6
    return encoded[first:last]
