"""Whole-config reads per second, as a ratio to a bare Starlette app that returns the same bytes, in the same run.

The three are loaded in turn, several rounds, so that a drift of the machine falls on all of them alike.
"""

import tempfile
from pathlib import Path
from statistics import median

from bench.load import measure
from bench.parts import DOWNLOAD, bare_server, fsyncs_per_second, headwater_server

_ROUNDS = 3
_SECONDS = 3.0


def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with headwater_server(folder, secrets=100) as server:
            body, etag = server.download()
            with bare_server(folder, body) as bare:
                _compare(server.url, server.service, etag, bare)
        print(f"the body has {len(body)} bytes; this disk does {fsyncs_per_second(folder):,.0f} fsyncs/s")


def _compare(url: str, token: str, etag: str, bare: str) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    known = {**bearer, "If-None-Match": etag}
    rates: dict[str, list[float]] = {"bare": [], "200": [], "304": []}
    for _ in range(_ROUNDS):
        rates["bare"].append(_rate(bare, bearer, 200))
        rates["200"].append(_rate(url, bearer, 200))
        rates["304"].append(_rate(url, known, 304))
    yardstick = median(rates["bare"])
    for name, seen in rates.items():
        print(f"{name:>5}  {median(seen):>8,.0f}/s  {median(seen) / yardstick:.2f} of bare")


def _rate(url: str, headers: dict[str, str], status: int) -> float:
    seen = measure(url + DOWNLOAD, headers=headers, status=status, seconds=_SECONDS)
    assert not seen.unexpected, f"{seen.unexpected} of {seen.answers} answers were not {status}"
    return seen.per_second
