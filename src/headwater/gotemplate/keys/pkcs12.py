"""PKCS#12 files: read by cryptography, written here, since cryptography cannot write one with an empty password.

The surprise: the password is UTF-16 with a final zero where the MAC is made, and UTF-8 where keys are encrypted.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.keys import asn1_problem, der, x509
from headwater.gotemplate.keys.private import PrivateKey, to_pkcs8
from headwater.gotemplate.keys.x509 import Certificate
from headwater.gotemplate.values.runes import decode

_ROUNDS = 2048
_SALT = 16
_BLOCK = 64
_MAC_ID = 3
_DATA = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA = "1.2.840.113549.1.7.6"
_PBES2 = "1.2.840.113549.1.5.13"
_PBKDF2 = "1.2.840.113549.1.5.12"
_HMAC_SHA256 = "1.2.840.113549.2.9"
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_CERT_BAG = "1.2.840.113549.1.12.10.1.3"
_SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2"
_X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"
_LOCAL_KEY_ID = "1.2.840.113549.1.9.21"
_FRIENDLY_NAME = "1.2.840.113549.1.9.20"
_JAVA_TRUST_STORE = "2.16.840.1.113894.746875.1.1"
_ANY_USAGE = "2.5.29.37.0"


@dataclass(frozen=True, slots=True)
class Contents:
    """A key, its certificate, and the others as stored."""

    key: PrivateKey
    certificates: list[Certificate]


def read(data: bytes, password: bytes) -> Contents:
    """Raises: GoError."""
    _check_password(password)
    if asn1_problem.has_trailing(data):
        raise plain("pkcs12: error reading P12 data: pkcs12: trailing data found")
    try:
        loaded = pkcs12.load_pkcs12(data, password)
    except ValueError as error:
        raise _unreadable(data, str(error)) from error
    except UnsupportedAlgorithm as error:
        raise plain("pkcs12: unknown algorithm") from error
    stored = [loaded.cert, *loaded.additional_certs]
    certificates = [x509.parse(each.certificate.public_bytes(_DER)) for each in stored if each is not None]
    if not certificates:
        raise plain("pkcs12: certificate missing")
    if loaded.key is None or not isinstance(loaded.key, PrivateKey):
        raise plain("pkcs12: private key missing")
    return Contents(loaded.key, certificates)


_DER = Encoding.DER


def _check_password(password: bytes) -> None:
    if any(char > "\uffff" for char in decode(password)):
        raise plain("pkcs12: string contains characters that cannot be encoded in UCS-2")


def _unreadable(data: bytes, problem: str) -> GoError:
    if "password" in problem.lower() and data[:1] == b"\x30":
        return plain("pkcs12: decryption password incorrect")
    general = "pkcs12: error reading P12 data"
    return GoError(f"{general}: {asn1_problem.problem(data)}", public=general)


# Writing.


class Writer:
    """Files in go-pkcs12's modern form; `random` gives salts."""

    def __init__(self, password: bytes, random: Callable[[int], bytes]) -> None:
        """Raises: GoError for a password that UCS-2 cannot hold."""
        _check_password(password)
        self._password = password
        self._random = random

    def key_store(self, key: PrivateKey, certificates: list[Certificate]) -> bytes:
        """The first certificate is the key's own."""
        key_id = _attribute(_LOCAL_KEY_ID, der.octets(_fingerprint(certificates[0].raw)))
        bags = [_certificate_bag(certificates[0], key_id), *map(_certificate_bag, certificates[1:])]
        shrouded = self._encrypted(to_pkcs8(key), der.octets)
        key_bag = _bag(_SHROUDED_KEY_BAG, shrouded, key_id)
        return self._file(self._encrypted_contents(bags), _contents(der.sequence(key_bag)))

    def trust_store(self, certificates: list[Certificate]) -> bytes:
        """Certificates that Java trusts for every use."""
        trusted = _attribute(_JAVA_TRUST_STORE, der.oid(_ANY_USAGE))
        bags = [
            _certificate_bag(
                each, trusted, _attribute(_FRIENDLY_NAME, der.bmp_string(each.parsed.subject.rfc4514_string()))
            )
            for each in certificates
        ]
        return self._file(self._encrypted_contents(bags))

    def _file(self, *safes: bytes) -> bytes:
        authenticated = der.sequence(*safes)
        salt = self._random(_SALT)
        digest = hmac.digest(_mac_key(self._password, salt), authenticated, "sha256")
        algorithm = der.sequence(der.oid(_SHA256))  # without parameters, as the library in Go
        mac = der.sequence(der.sequence(algorithm, der.octets(digest)), der.octets(salt), der.integer(_ROUNDS))
        return der.sequence(der.integer(3), _contents(authenticated), mac)

    def _encrypted_contents(self, bags: list[bytes]) -> bytes:
        """EncryptedData, whose content is tagged implicitly."""
        content = self._encrypted(der.sequence(*bags), lambda sealed: der.tagged(0x80, sealed), der.oid(_DATA))
        return der.sequence(der.oid(_ENCRYPTED_DATA), der.explicit(0, der.sequence(der.integer(0), content)))

    def _encrypted(self, data: bytes, wrap: Callable[[bytes], bytes], *before: bytes) -> bytes:
        """An algorithm (PBES2 with AES-256-CBC) and what it encrypts."""
        salt, vector = self._random(_SALT), self._random(16)
        key = hashlib.pbkdf2_hmac("sha256", self._password, salt, _ROUNDS, 32)
        padding = 16 - len(data) % 16
        encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
        sealed = encryptor.update(data + bytes([padding]) * padding) + encryptor.finalize()
        return der.sequence(*before, _pbes2(salt, vector), wrap(sealed))


def _pbes2(salt: bytes, vector: bytes) -> bytes:
    prf = der.sequence(der.oid(_HMAC_SHA256), der.null())
    derivation = der.sequence(der.oid(_PBKDF2), der.sequence(der.octets(salt), der.integer(_ROUNDS), prf))
    scheme = der.sequence(der.oid(_AES_256_CBC), der.octets(vector))
    return der.sequence(der.oid(_PBES2), der.sequence(derivation, scheme))


def _contents(data: bytes) -> bytes:
    return der.sequence(der.oid(_DATA), der.explicit(0, der.octets(data)))


def _attribute(identifier: str, value: bytes) -> bytes:
    return der.sequence(der.oid(identifier), der.set_of(value))


def _bag(identifier: str, value: bytes, *attributes: bytes) -> bytes:
    return der.sequence(der.oid(identifier), der.explicit(0, value), der.set_of(*attributes))


def _certificate_bag(certificate: Certificate, *attributes: bytes) -> bytes:
    value = der.sequence(der.oid(_X509_CERTIFICATE), der.explicit(0, der.octets(certificate.raw)))
    return _bag(_CERT_BAG, value, *attributes)


def _fingerprint(raw: bytes) -> bytes:
    return hashlib.sha1(raw, usedforsecurity=False).digest()


def _mac_key(password: bytes, salt: bytes) -> bytes:
    """RFC 7292, B.2, for SHA-256: one block is enough, since the key is as long as a digest."""
    text = password.decode("utf-8", "replace").encode("utf-16-be") + b"\0\0"
    blocks = bytes([_MAC_ID]) * _BLOCK + _filled(salt) + _filled(text)
    digest = hashlib.sha256(blocks).digest()
    for _ in range(_ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return digest


def _filled(data: bytes) -> bytes:
    """Repeated to whole blocks."""
    size = -(-len(data) // _BLOCK) * _BLOCK
    return (data * (size // len(data) + 1))[:size]
