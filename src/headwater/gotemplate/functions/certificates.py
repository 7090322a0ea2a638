"""Sprig's keys and certificates.

The surprise: these are random, so each refresh makes a new Secret; and a search for primes takes seconds, so each one
costs many steps and is given up at the deadline.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from headwater.gotemplate.errors import GoError, LimitError, plain
from headwater.gotemplate.functions.encoding import CorruptInputError, decode_base64
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.keys import pem, private, x509
from headwater.gotemplate.keys.private import PrivateKey
from headwater.gotemplate.values import gotypes
from headwater.gotemplate.values.gotypes import GoType
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import AnySlice, GoObject, Value

_COST = 200_000  # steps of a search for primes
_CERT = "(sprig.certificate, error)"
_NAMES = "[]interface {}, []interface {}"


@dataclass(frozen=True, slots=True)
class CertificateAndKey(GoObject):
    """Sprig's certificate: two PEM texts."""

    cert: bytes
    key: bytes

    go_type: ClassVar[GoType] = gotypes.CERTIFICATE
    fields: ClassVar[frozenset[bytes]] = frozenset((b"Cert", b"Key"))

    def struct(self) -> list[tuple[bytes, Value]]:
        return [(b"Cert", self.cert), (b"Key", self.key)]


def _generated(run: Run, generate: Callable[[], PrivateKey]) -> PrivateKey:
    run.step(_COST)
    key = private.within(run.look(), generate)
    if key is None:
        raise LimitError("template takes too long")
    return key


@function("func(string) string", "genPrivateKey")
def gen_private_key(run: Run, kind: bytes) -> bytes:
    """A new private key: `rsa`, `dsa`, `ecdsa` or `ed25519`."""
    generate = private.GENERATORS.get(kind)
    if generate is None:
        return b"Unknown type " + kind
    return private.to_pem(_generated(run, generate))


@function(f"func(string, string) {_CERT}", "buildCustomCert")
def build_custom_cert(certificate: bytes, key: bytes) -> CertificateAndKey:
    """A certificate and key from base64 of their PEM."""
    cert_pem = _decoded(certificate, "unable to decode base64 certificate")
    key_pem = _decoded(key, "unable to decode base64 private key")
    _parsed(cert_pem, "decodedCert")
    _private(key_pem, "error parsing private key")
    return CertificateAndKey(cert_pem, key_pem)


def _decoded(text: bytes, refusal: str) -> bytes:
    try:
        return decode_base64(text)
    except CorruptInputError as error:
        raise plain(refusal) from error


def _parsed(text: bytes, name: str) -> x509.Certificate:
    block, _ = pem.decode(text)
    if block is None:
        raise plain("unable to decode certificate")
    try:
        return x509.parse(block.data)
    except GoError as error:
        raise _prefixed(f"error parsing certificate: {name}.Bytes: ", error) from error


def _private(text: bytes, what: str) -> PrivateKey:
    try:
        return private.load_pem(text)
    except GoError as error:
        raise _prefixed(f"{what}: ", error) from error


def _prefixed(prefix: str, error: GoError) -> GoError:
    return GoError(prefix.encode() + error.text, public=None if error.public is None else prefix + error.public)


# What a certificate shall say.


def _wanted(run: Run, name: bytes, days: int, names: tuple[AnySlice, AnySlice] | None) -> x509.Wanted:
    """`names` None makes an authority, which has none."""
    addresses, hosts = names if names is not None else (AnySlice(), AnySlice())
    return x509.Wanted(
        name=name,
        addresses=[_address(run, each) for each in addresses],
        hosts=[_host(run, each) for each in hosts],
        days=days,
        now=run.ambient.now(),
        serial=int.from_bytes(run.ambient.random(16), "big"),
        is_ca=names is None,
    )


def _address(run: Run, value: Value) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if not isinstance(value, bytes):
        raise GoError(b"error parsing ip: " + run.show(value) + b" is not a string", public="ip is not a string")
    try:
        return ipaddress.ip_address(repaired(value))
    except ValueError as error:
        raise GoError(b"error parsing ip: " + value, public="error parsing ip") from error


def _host(run: Run, value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    text = b"error processing alternate dns name: " + run.show(value) + b" is not a string"
    raise GoError(text, public="alternate dns name is not a string")


def _self_signed(wanted: x509.Wanted, key: PrivateKey) -> CertificateAndKey:
    made = x509.make(wanted, key, None, key)
    return CertificateAndKey(made.to_pem(), private.to_pem(key))


def _signed(wanted: x509.Wanted, key: PrivateKey, authority: CertificateAndKey) -> CertificateAndKey:
    parent = _parsed(authority.cert, "decodedSignerCert")
    signer = _private(authority.key, "error parsing private key")
    if private.public_key_of(signer) != parent.parsed.public_key():
        raise plain("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey")
    made = x509.make(wanted, key, parent, signer)
    return CertificateAndKey(made.to_pem(), private.to_pem(key))


def _new_key(run: Run) -> PrivateKey:
    return _generated(run, lambda: private.generate_rsa(2048))


@function(f"func(string, int) {_CERT}", "genCA")
def gen_ca(run: Run, name: bytes, days: int) -> CertificateAndKey:
    """A new certificate authority."""
    return _self_signed(_wanted(run, name, days, None), _new_key(run))


@function(f"func(string, int, string) {_CERT}", "genCAWithKey")
def gen_ca_with_key(run: Run, name: bytes, days: int, key: bytes) -> CertificateAndKey:
    """A new certificate authority with a given key."""
    return _self_signed(_wanted(run, name, days, None), _private(key, "parsing private key"))


@function(f"func(string, {_NAMES}, int) {_CERT}", "genSelfSignedCert")
def gen_self_signed(run: Run, name: bytes, ips: AnySlice, hosts: AnySlice, days: int) -> CertificateAndKey:
    """A new self-signed certificate, for addresses and host names."""
    return _self_signed(_wanted(run, name, days, (ips, hosts)), _new_key(run))


@function(f"func(string, {_NAMES}, int, string) {_CERT}", "genSelfSignedCertWithKey")
def gen_self_signed_with_key(
    run: Run, name: bytes, ips: AnySlice, hosts: AnySlice, *days_and_key: int | bytes
) -> CertificateAndKey:
    """A new self-signed certificate with a given key."""
    days, key = days_and_key
    assert isinstance(days, int)
    assert isinstance(key, bytes)
    return _self_signed(_wanted(run, name, days, (ips, hosts)), _private(key, "parsing private key"))


@function(f"func(string, {_NAMES}, int, sprig.certificate) {_CERT}", "genSignedCert")
def gen_signed(
    run: Run, name: bytes, ips: AnySlice, hosts: AnySlice, *days_and_authority: int | CertificateAndKey
) -> CertificateAndKey:
    """A new certificate signed by an authority."""
    days, authority = days_and_authority
    assert isinstance(days, int)
    assert isinstance(authority, CertificateAndKey)
    return _signed(_wanted(run, name, days, (ips, hosts)), _new_key(run), authority)


@function(f"func(string, {_NAMES}, int, sprig.certificate, string) {_CERT}", "genSignedCertWithKey")
def gen_signed_with_key(
    run: Run, name: bytes, ips: AnySlice, hosts: AnySlice, *rest: int | bytes | CertificateAndKey
) -> CertificateAndKey:
    """A new certificate signed by an authority, with a given key."""
    days, authority, key = rest
    assert isinstance(days, int)
    assert isinstance(authority, CertificateAndKey)
    assert isinstance(key, bytes)
    return _signed(_wanted(run, name, days, (ips, hosts)), _private(key, "parsing private key"), authority)
