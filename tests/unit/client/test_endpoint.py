import pytest

from headwater.client.endpoint import InvalidEndpointError, read_endpoint

ADDRESSES = {
    "https://api.doppler.com": ("https://api.doppler.com", "api.doppler.com"),
    "https://api.doppler.com/": ("https://api.doppler.com", "api.doppler.com"),
    "api.doppler.com": ("https://api.doppler.com", "api.doppler.com"),
    "headwater.local:8443": ("https://headwater.local:8443", "headwater.local:8443"),
    "http://headwater.headwater.svc:8080": (
        "http://headwater.headwater.svc:8080",
        "headwater.headwater.svc:8080",
    ),
    "https://example.com/headwater//": ("https://example.com/headwater", "example.com"),
    " https://[::1]:8080\n": ("https://[::1]:8080", "[::1]:8080"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_made_whole(address: str) -> None:
    endpoint = read_endpoint(address)
    assert (endpoint.base_url, endpoint.host) == ADDRESSES[address]


REFUSED = [
    "",
    "https://",
    "ftp://example.com",
    "file:///etc/passwd",
    "https://user:pass@example.com",
    "https://example.com?x=1",
    "https://example.com#x",
    "https://exa mple.com",
    "https://example.com:http",
    "https://example.com:99999",
    "https://[::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_no_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(InvalidEndpointError) as caught:
        read_endpoint(address)
    assert not address.partition("://")[2] or address not in str(caught.value)


def test_endpoints_of_one_server_are_equal() -> None:
    assert read_endpoint("example.com/") == read_endpoint("https://example.com")
