"""Private keys: read from DER in any of Go's three forms, written, and generated within the deadline."""

import threading
from collections.abc import Callable
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.keys import asn1_problem, der, pem

PrivateKey: TypeAlias = (
    rsa.RSAPrivateKey
    | dsa.DSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | x25519.X25519PrivateKey
)
PublicKey: TypeAlias = (
    rsa.RSAPublicKey | dsa.DSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | x25519.X25519PublicKey
)
_KINDS = (
    rsa.RSAPrivateKey,
    ec.EllipticCurvePrivateKey,
    ed25519.Ed25519PrivateKey,
    x25519.X25519PrivateKey,
    dsa.DSAPrivateKey,
)
_PLAIN = serialization.NoEncryption()


def public_key_of(key: PrivateKey) -> PublicKey:
    return key.public_key()


def load(raw: bytes) -> PrivateKey:
    """PKCS#1, PKCS#8 or SEC 1.

    Raises: GoError.
    """
    try:
        key = serialization.load_der_private_key(raw, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise plain("unable to parse private key type") from error
    if not isinstance(key, _KINDS) or isinstance(key, dsa.DSAPrivateKey):
        raise plain("unable to parse private key type")
    return key


def load_pem(text: bytes) -> PrivateKey:
    """A key in the form that the PEM block's type says.

    Raises: GoError.
    """
    block, _ = pem.decode(text)
    if block is None:
        raise plain("no PEM data in input")
    if block.kind == b"PRIVATE KEY":
        return _load_as(block.data, "decoding PEM as PKCS#8", "pkcs8")
    kind = block.kind.removesuffix(b" PRIVATE KEY")
    if kind == block.kind:
        raise GoError(b"no private key data in PEM block of type " + kind, public="no private key data in PEM block")
    if kind not in _GO_STRUCTS:
        raise GoError(b"invalid private key type " + block.kind, public="invalid private key type")
    wanted, more = _GO_STRUCTS[kind]
    return _load_as(block.data, f"parsing {kind.decode()} private key from PEM{more}", wanted)


# What Go reads each kind into, and what it adds to its refusals.
_GO_STRUCTS = {
    b"RSA": ("pkcs1PrivateKey", ""),
    b"EC": ("ecPrivateKey", ": x509: failed to parse EC private key"),
    b"DSA": ("dsaKeyFormat", ""),
}


def _load_as(raw: bytes, what: str, wanted: str) -> PrivateKey:
    try:
        key = serialization.load_der_private_key(raw, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise GoError(f"{what}: {asn1_problem.problem(raw, wanted)}", public=what) from error
    if not isinstance(key, _KINDS):
        raise plain(f"{what}: unknown key type")
    return key


def to_pkcs8(key: PrivateKey) -> bytes:
    """DER."""
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, _PLAIN)


def to_pem(key: PrivateKey) -> bytes:
    """As Sprig writes keys: RSA and EC in their own forms, DSA in OpenSSL's, all others as PKCS#8."""
    if isinstance(key, dsa.DSAPrivateKey):
        return pem.encode(b"DSA PRIVATE KEY", _dsa(key))
    traditional = {rsa.RSAPrivateKey: b"RSA PRIVATE KEY", ec.EllipticCurvePrivateKey: b"EC PRIVATE KEY"}
    kind = next((name for each, name in traditional.items() if issubclass(type(key), each)), None)
    if kind is None:
        return pem.encode(b"PRIVATE KEY", to_pkcs8(key))
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return pem.encode(kind, key.private_bytes(serialization.Encoding.DER, form, _PLAIN))


def _dsa(key: dsa.DSAPrivateKey) -> bytes:
    numbers = key.private_numbers()
    public = numbers.public_numbers
    parts = public.parameter_numbers
    return der.sequence(*map(der.integer, (0, parts.p, parts.q, parts.g, public.y, numbers.x)))


def generate_rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, bits)


GENERATORS: dict[bytes, Callable[[], PrivateKey]] = {
    b"": lambda: generate_rsa(4096),
    b"rsa": lambda: generate_rsa(4096),
    b"dsa": lambda: dsa.generate_private_key(2048),
    b"ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    b"ed25519": ed25519.Ed25519PrivateKey.generate,
}


def within(seconds: float, generate: Callable[[], PrivateKey]) -> PrivateKey | None:
    """The key, or None when it takes longer; the search for primes lets other threads run."""
    made: list[PrivateKey] = []
    worker = threading.Thread(target=lambda: made.append(generate()), daemon=True)
    worker.start()
    worker.join(seconds)
    return made[0] if made else None
