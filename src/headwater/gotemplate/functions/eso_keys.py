"""ESO's JSON Web Keys and RSA decryption.

The surprise: a private key has no public PEM here, and a public one no private PEM: whatever the document holds is
written as asked, or refused.
"""

import base64
import binascii
from collections.abc import Callable

from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, x25519

from headwater.gotemplate.encodings.json_reader import read_json
from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.keys import pem, private
from headwater.gotemplate.keys.private import PrivateKey, PublicKey
from headwater.gotemplate.values.values import AnyMap, GoSlice, Value

_TEXT = "func(string) (string, error)"
_CURVES: dict[bytes, type[ec.EllipticCurve]] = {b"P-256": ec.SECP256R1, b"P-384": ec.SECP384R1, b"P-521": ec.SECP521R1}
_LEAST_BITS = 1024


class _Document:
    """A JSON Web Key's members."""

    def __init__(self, members: AnyMap) -> None:
        self._members = members

    def text(self, name: bytes) -> bytes:
        value = self._members.get(name)
        return value if isinstance(value, bytes) else b""

    def raw(self, name: bytes) -> bytes:
        """A member's bytes, none when it is no base64."""
        text = self.text(name)
        try:
            return base64.b64decode(text + b"=" * (-len(text) % 4), b"-_", validate=True)
        except binascii.Error:
            return b""

    def number(self, name: bytes) -> int:
        return int.from_bytes(self.raw(name), "big")

    @property
    def is_private(self) -> bool:
        return b"d" in self._members


def _rsa(document: _Document) -> PrivateKey | PublicKey:
    public = rsa.RSAPublicNumbers(document.number(b"e"), document.number(b"n"))
    if not document.is_private:
        return public.public_key()
    d, p, q = (document.number(name) for name in (b"d", b"p", b"q"))
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *exponents, public).private_key()


def _ec(document: _Document) -> PrivateKey | PublicKey:
    curve = _CURVES.get(document.text(b"crv"))
    if curve is None:
        raise plain("unsupported curve")
    public = ec.EllipticCurvePublicNumbers(document.number(b"x"), document.number(b"y"), curve())
    if not document.is_private:
        return public.public_key()
    return ec.EllipticCurvePrivateNumbers(document.number(b"d"), public).private_key()


def _okp(document: _Document) -> PrivateKey | PublicKey:
    curve = document.text(b"crv")
    if curve == b"Ed25519":
        if document.is_private:
            return ed25519.Ed25519PrivateKey.from_private_bytes(document.raw(b"d"))
        return ed25519.Ed25519PublicKey.from_public_bytes(document.raw(b"x"))
    if curve == b"X25519":
        if document.is_private:
            return x25519.X25519PrivateKey.from_private_bytes(document.raw(b"d"))
        return x25519.X25519PublicKey.from_public_bytes(document.raw(b"x"))
    raise plain("invalid key type from JSON (OKP)")


_KINDS: dict[bytes, Callable[[_Document], PrivateKey | PublicKey]] = {b"RSA": _rsa, b"EC": _ec, b"OKP": _okp}


def _members(run: Run, text: bytes) -> AnyMap:
    value, error = read_json(text, run)
    if error is None and not isinstance(value, AnyMap) and value is not None:
        problem = f"json: cannot unmarshal {_json_kind(value)} into Go value of type map[string]interface {{}}"
        error = plain(problem)
    if error is not None:
        prefix = b"failed to unmarshal JSON into key hint: "
        raise GoError(prefix + error.text, public="failed to unmarshal JSON into key hint")
    return value if isinstance(value, AnyMap) else AnyMap()


def _json_kind(value: Value) -> str:
    if isinstance(value, GoSlice):
        return "array"
    return "string" if isinstance(value, bytes) else "bool" if isinstance(value, bool) else "number"


def _key(run: Run, text: bytes) -> PrivateKey | PublicKey | None:
    """The key of a document; None for a symmetric one."""
    document = _Document(_members(run, text))
    kind = document.text(b"kty")
    if kind == b"oct":
        return None
    if kind not in _KINDS:
        raise GoError(b"invalid key type from JSON (" + kind + b")", public="invalid key type from JSON")
    try:
        return _KINDS[kind](document)
    except (ValueError, ZeroDivisionError, InvalidKey, UnsupportedAlgorithm) as error:
        raise plain("x509: invalid key") from error


_GO_NAMES: dict[str, str] = {
    "RSAPrivateKey": "*rsa.PrivateKey",
    "RSAPublicKey": "*rsa.PublicKey",
    "ECPrivateKey": "*ecdsa.PrivateKey",
    "ECPublicKey": "*ecdsa.PublicKey",
    "Ed25519PrivateKey": "ed25519.PrivateKey",
    "Ed25519PublicKey": "ed25519.PublicKey",
    "X25519PrivateKey": "*ecdh.PrivateKey",
    "X25519PublicKey": "*ecdh.PublicKey",
}


def _go_name(key: PrivateKey | PublicKey | None) -> str:
    return "[]uint8" if key is None else _GO_NAMES[type(key).__name__]


@function(_TEXT, "jwkPublicKeyPem")
def jwk_public_key_pem(run: Run, text: bytes) -> bytes:
    """A public JSON Web Key as PEM."""
    key = _key(run, text)
    if key is None or isinstance(key, PrivateKey):
        raise plain(f"x509: unsupported public key type: {_go_name(key)}")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return pem.encode(b"PUBLIC KEY", key.public_bytes(serialization.Encoding.DER, form))


@function(_TEXT, "jwkPrivateKeyPem")
def jwk_private_key_pem(run: Run, text: bytes) -> bytes:
    """A private JSON Web Key as PEM."""
    key = _key(run, text)
    if key is None or not isinstance(key, PrivateKey):
        raise plain(f"x509: unknown key type while marshaling PKCS#8: {_go_name(key)}")
    return pem.encode(b"PRIVATE KEY", private.to_pkcs8(key))


# RSA.


@function("func(string, string, string, string) (string, error)", "rsaDecrypt")
def rsa_decrypt(scheme: bytes, digest: bytes, text: bytes, key_text: bytes) -> bytes:
    """What RSA-OAEP encrypted; the scheme `None` gives the text itself."""
    if scheme == b"None":
        return text
    if scheme != b"RSA-OAEP":
        text = b"decryption scheme " + scheme + b" is not supported"
        raise GoError(text, public="decryption scheme is not supported")
    key = _rsa_key(key_text)
    name = {b"SHA1": hashes.SHA1, b"SHA512": hashes.SHA512}.get(digest, hashes.SHA256)
    if key.key_size < _LEAST_BITS:
        raise plain(f"error decrypting data with RSA: crypto/rsa: {key.key_size}-bit keys are insecure (see issue)")
    try:
        return key.decrypt(text, padding.OAEP(padding.MGF1(name()), name(), None))
    except ValueError as error:
        raise plain("error decrypting data with RSA: crypto/rsa: decryption error") from error


def _rsa_key(text: bytes) -> rsa.RSAPrivateKey:
    block, _ = pem.decode(text)
    if block is None:
        raise plain("failed to decode PEM block")
    try:
        key = private.load(block.data)
    except GoError as error:
        raise GoError(b"could not parse private key: " + error.text, public="could not parse private key") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise plain("could not parse RSA private key")
    return key
