"""Whose requests are answered: those of programs on the machine itself."""

import pytest

from headwater.devcluster.app import is_local
from headwater.devcluster.http import Request

CASES = {
    "127.0.0.1:8080": True,
    "127.0.0.1": True,
    "localhost:8080": True,
    "[::1]:8080": True,
    "": False,
    "example.com": False,
    "localhost.example.com:80": False,
    "10.0.0.1:80": False,
}


@pytest.mark.parametrize("host", CASES)
def test_a_request_names_this_machine(host: str) -> None:
    assert is_local(Request(method="GET", path="/", headers={"host": host})) is CASES[host]


def test_a_page_of_another_site_is_told_by_its_origin() -> None:
    headers = {"host": "localhost", "origin": "https://example.com"}
    assert not is_local(Request(method="GET", path="/", headers=headers))
