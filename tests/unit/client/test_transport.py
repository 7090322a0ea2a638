import ssl

import pytest

from headwater.client.transport import _tls


@pytest.mark.parametrize("verify", [True, False])
def test_old_tls_is_never_spoken(verify: bool) -> None:
    assert _tls(verify=verify).minimum_version is ssl.TLSVersion.TLSv1_2


def test_certificates_and_names_are_verified() -> None:
    context = _tls(verify=True)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
