"""One running server for the tables of this folder: rows make projects of their own."""

from collections.abc import Iterator

import pytest

from tests.support.headwater_server import ServerThread, server_thread


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerThread]:
    with server_thread(tmp_path_factory.mktemp("server") / "data") as running:
        yield running
