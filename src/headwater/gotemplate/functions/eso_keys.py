"""ESO's JSON Web Keys and RSA decryption.

The surprise: a private key has no public PEM here, and a public one no private PEM: whatever the document holds is
written as asked, or refused.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TypeVar

from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, x25519

from headwater.gotemplate.encodings.json_reader import read_json
from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.keys import der, pem, private
from headwater.gotemplate.keys.private import PrivateKey, PublicKey
from headwater.gotemplate.values.values import AnyMap, GoSlice, Value

_TEXT = "func(string) (string, error)"
_CURVES: dict[bytes, type[ec.EllipticCurve]] = {b"P-256": ec.SECP256R1, b"P-384": ec.SECP384R1, b"P-521": ec.SECP521R1}
_LEAST_BITS = 1024
_HALF = 1 << 63
_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
_ED25519 = "1.3.101.112"


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


def _rsa(document: _Document) -> PrivateKey:
    public = rsa.RSAPublicNumbers(document.number(b"e"), document.number(b"n"))
    d, p, q = (document.number(name) for name in (b"d", b"p", b"q"))
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *exponents, public).private_key()


def _rsa_public(document: _Document) -> bytes:
    """DER; any two numbers are written, a key or not."""
    exponent = (document.number(b"e") + _HALF) % (2 * _HALF) - _HALF
    numbers = der.sequence(der.integer(document.number(b"n")), der.integer(exponent))
    return der.sequence(der.sequence(der.oid(_RSA_ENCRYPTION), der.null()), der.bits(numbers))


def _ec_numbers(document: _Document) -> ec.EllipticCurvePublicNumbers:
    curve = _CURVES.get(document.text(b"crv"))
    if curve is None:
        raise plain("unsupported curve")
    return ec.EllipticCurvePublicNumbers(document.number(b"x"), document.number(b"y"), curve())


def _ec_point(document: _Document, prefix: str = "") -> ec.EllipticCurvePublicNumbers:
    numbers = _ec_numbers(document)
    try:
        numbers.public_key()
    except ValueError as error:
        raise plain(f"{prefix}P{numbers.curve.key_size} point not on curve") from error
    return numbers


def _ec(document: _Document) -> PrivateKey:
    point = _ec_point(document, "x509: failed to marshal EC private key while building PKCS#8: ")
    return ec.EllipticCurvePrivateNumbers(document.number(b"d"), point).private_key()


def _ec_public(document: _Document) -> bytes:
    return _to_der(_ec_point(document).public_key())


def _okp(document: _Document) -> PrivateKey:
    if document.text(b"crv") == b"X25519":
        return x25519.X25519PrivateKey.from_private_bytes(document.raw(b"d"))
    return ed25519.Ed25519PrivateKey.from_private_bytes(document.raw(b"d"))


def _okp_public(document: _Document) -> bytes:
    if document.text(b"crv") == b"X25519":
        return _to_der(x25519.X25519PublicKey.from_public_bytes(document.raw(b"x")))
    algorithm = der.sequence(der.oid(_ED25519))
    return der.sequence(algorithm, der.bits(document.raw(b"x")))


def _to_der(key: PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


_SEED = 32
_NAMES = {
    b"RSA": ("*rsa.PrivateKey", "*rsa.PublicKey"),
    b"EC": ("*ecdsa.PrivateKey", "*ecdsa.PublicKey"),
    b"Ed25519": ("ed25519.PrivateKey", "ed25519.PublicKey"),
    b"X25519": ("*ecdh.PrivateKey", "*ecdh.PublicKey"),
    b"oct": ("[]uint8", "[]uint8"),
}
_PRIVATE: dict[bytes, Callable[[_Document], PrivateKey]] = {b"RSA": _rsa, b"EC": _ec, b"OKP": _okp}
_PUBLIC: dict[bytes, Callable[[_Document], bytes]] = {b"RSA": _rsa_public, b"EC": _ec_public, b"OKP": _okp_public}


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


def _document(run: Run, text: bytes) -> tuple[_Document, str]:
    """A document of some kind of key, and what Go calls a key of that kind.

    Raises: GoError.
    """
    document = _Document(_members(run, text))
    kind = document.text(b"kty")
    names = _NAMES.get(document.text(b"crv") if kind == b"OKP" else kind)
    if names is None or kind not in (*_PRIVATE, b"oct"):
        raise GoError(b"invalid key type from JSON (" + kind + b")", public="invalid key type from JSON")
    if kind == b"EC":
        _ec_numbers(document)
    if names[0].startswith("ed25519") and document.is_private and len(document.raw(b"d")) != _SEED:
        raise plain(f"ed25519: bad seed length: {len(document.raw(b'd'))}")
    return document, names[0 if document.is_private else 1]


_Made = TypeVar("_Made")


def _made(makers: Mapping[bytes, Callable[[_Document], _Made]], document: _Document) -> _Made:
    try:
        return makers[document.text(b"kty")](document)
    except (ValueError, ZeroDivisionError, InvalidKey, UnsupportedAlgorithm) as error:
        raise plain("x509: invalid key") from error


@function(_TEXT, "jwkPublicKeyPem")
def jwk_public_key_pem(run: Run, text: bytes) -> bytes:
    """A public JSON Web Key as PEM."""
    document, name = _document(run, text)
    if document.is_private or document.text(b"kty") not in _PUBLIC:
        raise plain(f"x509: unsupported public key type: {name}")
    return pem.encode(b"PUBLIC KEY", _made(_PUBLIC, document))


@function(_TEXT, "jwkPrivateKeyPem")
def jwk_private_key_pem(run: Run, text: bytes) -> bytes:
    """A private JSON Web Key as PEM."""
    document, name = _document(run, text)
    if not document.is_private or document.text(b"kty") not in _PRIVATE:
        raise plain(f"x509: unknown key type while marshaling PKCS#8: {name}")
    return pem.encode(b"PRIVATE KEY", private.to_pkcs8(_made(_PRIVATE, document)))


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
