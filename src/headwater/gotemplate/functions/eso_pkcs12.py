"""ESO's PKCS#12: key stores and trust stores from PEM, and PEM from key stores."""

import base64

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.lists import NIL_POINTER
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.keys import pem, pkcs12, private, x509

_ONE = "func(string) (string, error)"
_TWO = "func(string, string) (string, error)"
_THREE = "func(string, string, string) (string, error)"
_SLOW = 5_000  # steps of deriving keys from a password


def _read(run: Run, password: bytes, data: bytes, what: str) -> pkcs12.Contents:
    run.step(_SLOW)
    try:
        return pkcs12.read(data, password)
    except GoError as error:
        prefix = f"unable to decode pkcs12{what} with password: "
        raise GoError(prefix.encode() + error.text, public=prefix + (error.public or "[masked]")) from error


@function(_ONE, "pkcs12key")
def pkcs12_key(run: Run, data: bytes) -> bytes:
    """The private key of a key store without a password."""
    return pkcs12_key_pass(run, b"", data)


@function(_TWO, "pkcs12keyPass")
def pkcs12_key_pass(run: Run, password: bytes, data: bytes) -> bytes:
    """The private key of a key store."""
    return pem.encode(b"PRIVATE KEY", private.to_pkcs8(_read(run, password, data, "").key))


@function(_ONE, "pkcs12cert")
def pkcs12_cert(run: Run, data: bytes) -> bytes:
    """The certificates of a key store without a password."""
    return pkcs12_cert_pass(run, b"", data)


@function(_TWO, "pkcs12certPass")
def pkcs12_cert_pass(run: Run, password: bytes, data: bytes) -> bytes:
    """The certificates of a key store, the leaf first."""
    stored = _read(run, password, data, " certificate").certificates
    try:
        chain = x509.ordered(stored)
    except GoError:
        chain = stored
    return b"".join(certificate.to_pem() for certificate in chain)


def _first(text: bytes) -> tuple[pem.Block, bytes]:
    block, rest = pem.decode(text)
    if block is None:
        raise plain(NIL_POINTER)
    return block, rest


def _certificates(text: bytes) -> list[x509.Certificate]:
    """All of a text that holds nothing else."""
    found = []
    while text:
        block, text = _first(text)
        found.append(x509.parse(block.data))
    return found


def _key_store(run: Run, text: bytes, key_text: bytes, password: bytes, *, whole_chain: bool) -> bytes:
    run.step(_SLOW)
    block, rest = _first(text)
    certificates = [x509.parse(block.data), *(_certificates(rest) if whole_chain else [])]
    key = private.load(_first(key_text)[0].data)
    return base64.b64encode(pkcs12.Writer(password, run.ambient.random).key_store(key, certificates))


@function(_TWO, "pemToPkcs12")
def pem_to_pkcs12(run: Run, certificate: bytes, key: bytes) -> bytes:
    """A key store without a password, of one certificate and its key."""
    return _key_store(run, certificate, key, b"", whole_chain=False)


@function(_THREE, "pemToPkcs12Pass")
def pem_to_pkcs12_pass(run: Run, certificate: bytes, key: bytes, password: bytes) -> bytes:
    """A key store of one certificate and its key."""
    return _key_store(run, certificate, key, password, whole_chain=False)


@function(_TWO, "fullPemToPkcs12")
def full_pem_to_pkcs12(run: Run, certificates: bytes, key: bytes) -> bytes:
    """A key store without a password, of a whole chain and its key."""
    return _key_store(run, certificates, key, b"", whole_chain=True)


@function(_THREE, "fullPemToPkcs12Pass")
def full_pem_to_pkcs12_pass(run: Run, certificates: bytes, key: bytes, password: bytes) -> bytes:
    """A key store of a whole chain and its key."""
    return _key_store(run, certificates, key, password, whole_chain=True)


@function(_ONE, "pemTruststoreToPKCS12")
def pem_truststore(run: Run, certificates: bytes) -> bytes:
    """A Java trust store without a password."""
    return pem_truststore_pass(run, certificates, b"")


@function(_TWO, "pemTruststoreToPKCS12Pass")
def pem_truststore_pass(run: Run, certificates: bytes, password: bytes) -> bytes:
    """A Java trust store."""
    run.step(_SLOW)
    writer = pkcs12.Writer(password, run.ambient.random)
    return base64.b64encode(writer.trust_store(_certificates(certificates)))
