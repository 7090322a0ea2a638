"""TLS as an access asks for it. Real certificates are in tests/cluster."""

import ssl

import pytest

from headwater.domain.hidden import Hidden
from headwater.kube.access import Access, ClientCertificate, FixedCredential, Identity, NoClusterError, tls_context
from tests.support.canary import secret

ANYBODY = FixedCredential(Identity())


def test_certificates_are_verified_unless_told_otherwise() -> None:
    strict = tls_context(Access(server="https://k", credential=ANYBODY), None)
    assert (strict.verify_mode, strict.check_hostname) == (ssl.CERT_REQUIRED, True)
    lax = tls_context(Access(server="https://k", credential=ANYBODY, verify=False), None)
    assert (lax.verify_mode, lax.check_hostname) == (ssl.CERT_NONE, False)


@pytest.mark.parametrize("authorities", [b"no certificate", b"\xff"])
def test_an_authority_that_is_none_is_refused(authorities: bytes) -> None:
    with pytest.raises(NoClusterError, match="the certificates for the cluster cannot be used"):
        tls_context(Access(server="https://k", credential=ANYBODY, authorities=authorities), None)


def test_a_certificate_that_is_none_is_refused_and_not_shown() -> None:
    pair = ClientCertificate(b"no certificate", Hidden(secret("key").encode()))
    with pytest.raises(NoClusterError) as caught:
        tls_context(Access(server="https://k", credential=ANYBODY), pair)
    assert secret("key") not in repr((caught.value, pair))
