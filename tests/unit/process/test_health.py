import pytest

from headwater.domain.errors import StartupError
from headwater.process.health import split_address

ADDRESSES = {
    "127.0.0.1:8080": ("127.0.0.1", 8080),
    "[::1]:0": ("::1", 0),
    ":9090": ("0.0.0.0", 9090),  # noqa: S104 - what it stands for
    "localhost:65535": ("localhost", 65535),
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_a_host_and_a_port(text: str) -> None:
    assert split_address(text) == ADDRESSES[text]


@pytest.mark.parametrize("text", ["8080", "localhost", "localhost:", "localhost:http", "localhost:65536", ""])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(StartupError, match=r"127\.0\.0\.1:8080"):
        split_address(text)
