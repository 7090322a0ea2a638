import ssl

import pytest

from headwater.client.endpoint import read_endpoint
from headwater.client.transport import _proxy_for, _tls


@pytest.mark.parametrize("verify", [True, False])
def test_old_tls_is_never_spoken(verify: bool) -> None:
    assert _tls(verify=verify).minimum_version is ssl.TLSVersion.TLSv1_2


def test_certificates_and_names_are_verified() -> None:
    context = _tls(verify=True)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("address", "proxy"),
    [
        ("http://127.0.0.1:8080", None),
        ("http://localhost:8080", None),
        ("http://[::1]:8080", None),
        ("http://headwater.example", "http://proxy.example:3128"),
        ("http://10.0.0.1", "http://proxy.example:3128"),
    ],
)
def test_this_machine_is_never_asked_for_by_a_proxy(
    monkeypatch: pytest.MonkeyPatch, address: str, proxy: str | None
) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert _proxy_for(read_endpoint(address)) == proxy
