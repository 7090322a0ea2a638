"""Sprig's passwords: hashes, derived and random ones, and AES.

The surprise: bcrypt and scrypt take tens of milliseconds each on purpose, so they cost many steps.
"""

import base64
import hashlib
import hmac
import uuid

import bcrypt as bcrypt_library
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.encoding import CorruptInputError, decode_base64
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.functions.strings import out_of_range
from headwater.gotemplate.values import runes

_SLOW = 20_000  # steps of a hash that is slow on purpose
_COST = 10
_LONGEST_BCRYPT = 72
_BLOCK = 16
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_PRINTABLE = "".join(map(chr, range(32, 127)))


def _bcrypt(run: Run, password: bytes) -> bytes:
    """The hash, or the error's text in its place."""
    run.step(_SLOW)
    run.look()
    if len(password) > _LONGEST_BCRYPT:
        return b"failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    salt = bcrypt_library.gensalt(_COST, prefix=b"2a")
    return bcrypt_library.hashpw(password, salt)


@function("func(string) string", "bcrypt")
def bcrypt(run: Run, password: bytes) -> bytes:
    """The bcrypt hash of a password, of cost 10."""
    return _bcrypt(run, password)


@function("func(string, string, main.hashAlgorithm) string", "htpasswd")
def htpasswd(run: Run, user: bytes, password: bytes, algorithm: bytes) -> bytes:
    """A line of an htpasswd file, by `bcrypt` or `sha`."""
    if b":" in user:
        return b"invalid username: " + user
    if algorithm == b"sha":
        digest = hashlib.sha1(password, usedforsecurity=False).digest()
        return user + b":{SHA}" + base64.b64encode(digest)
    return user + b":" + _bcrypt(run, password)


_SEED = b"com.lyndir.masterpassword"
_TEMPLATES = {
    b"maximum": "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    b"long": "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv"
    " CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv"
    " CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno",
    b"medium": "CvcnoCvc CvcCvcno",
    b"short": "Cvcn",
    b"basic": "aaanaaan aannaaan aaannaaa",
    b"pin": "nnnn",
}
_VOWELS, _CONSONANTS = "AEIOU", "BCDFGHJKLMNPQRSTVWXYZ"
_ALL = _VOWELS + _VOWELS.lower() + _CONSONANTS + _CONSONANTS.lower()
_CHARACTERS = {
    "V": _VOWELS,
    "C": _CONSONANTS,
    "v": _VOWELS.lower(),
    "c": _CONSONANTS.lower(),
    "A": _VOWELS + _CONSONANTS,
    "a": _ALL,
    "n": _DIGITS,
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": _ALL + _DIGITS + "!@#$%^&*()",
}


@function("func(uint32, string, string, string, string) string", "derivePassword")
def derive_password(run: Run, counter: int, kind: bytes, *secrets: bytes) -> bytes:
    """A password for a site from a master password, by the Master Password algorithm."""
    password, user, site = secrets
    if kind not in _TEMPLATES:
        return b"cannot find password template " + kind
    run.step(_SLOW)
    run.look()
    salt = _SEED + len(user).to_bytes(4, "big") + user
    key = hashlib.scrypt(password, salt=salt, n=32_768, r=8, p=2, dklen=64, maxmem=1 << 27)
    message = _SEED + len(site).to_bytes(4, "big") + site + counter.to_bytes(4, "big")
    seed = hmac.digest(key, message, "sha256")
    templates = _TEMPLATES[kind].split()
    template = templates[seed[0] % len(templates)]
    picked = (_CHARACTERS[char][seed[at + 1] % len(_CHARACTERS[char])] for at, char in enumerate(template))
    return "".join(picked).encode()


# Random texts.


def _random_text(run: Run, count: int, alphabet: str) -> bytes:
    if count <= 0:
        return b""
    run.allot(5 * count)
    limit = 256 - 256 % len(alphabet)
    out: list[str] = []
    while len(out) < count:
        run.step()
        out.extend(alphabet[byte % len(alphabet)] for byte in run.ambient.random(count) if byte < limit)
    return "".join(out[:count]).encode()


@function("func(int) string", "randAlpha")
def rand_alpha(run: Run, count: int) -> bytes:
    """So many random letters."""
    return _random_text(run, count, _LETTERS)


@function("func(int) string", "randAlphaNum")
def rand_alpha_num(run: Run, count: int) -> bytes:
    """So many random letters and digits."""
    return _random_text(run, count, _LETTERS + _DIGITS)


@function("func(int) string", "randNumeric")
def rand_numeric(run: Run, count: int) -> bytes:
    """So many random digits."""
    return _random_text(run, count, _DIGITS)


@function("func(int) string", "randAscii")
def rand_ascii(run: Run, count: int) -> bytes:
    """So many random printable ASCII characters."""
    return _random_text(run, count, _PRINTABLE)


@function("func(int) (string, error)", "randBytes")
def rand_bytes(run: Run, count: int) -> bytes:
    """So many random bytes, in base64."""
    if count < 0:
        raise plain("runtime error: makeslice: len out of range")
    run.allot(3 * count)
    return base64.b64encode(run.ambient.random(count))


@function("func() string", "uuidv4")
def uuidv4(run: Run) -> bytes:
    """A random UUID."""
    return str(uuid.UUID(bytes=run.ambient.random(16), version=4)).encode()


@function("func(string) string", "shuffle")
def shuffle(run: Run, text: bytes) -> bytes:
    """The characters in a random order."""
    characters = list(runes.repaired(text))
    run.step(len(characters))
    for last in range(len(characters) - 1, 0, -1):
        other = int.from_bytes(run.ambient.random(8), "big") % (last + 1)
        characters[last], characters[other] = characters[other], characters[last]
    return "".join(characters).encode()


# AES.


def _cipher(password: bytes, vector: bytes) -> Cipher[modes.CBC]:
    key = password[:32].ljust(32, b"\0")
    return Cipher(algorithms.AES(key), modes.CBC(vector))


@function("func(string, string) (string, error)", "encryptAES")
def encrypt_aes(run: Run, password: bytes, text: bytes) -> bytes:
    """The text by AES-256-CBC under a password padded with zeros, in base64."""
    if not text:
        return b""
    run.allot(3 * len(text))
    padding = _BLOCK - len(text) % _BLOCK
    vector = run.ambient.random(_BLOCK)
    encryptor = _cipher(password, vector).encryptor()
    sealed = encryptor.update(text + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(vector + sealed)


@function("func(string, string) (string, error)", "decryptAES")
def decrypt_aes(password: bytes, text: bytes) -> bytes:
    """The text that `encryptAES` made unreadable."""
    if not text:
        return b""
    try:
        sealed = decode_base64(text)
    except CorruptInputError as error:
        raise GoError(str(error), public="illegal base64 data") from error
    if len(sealed) < _BLOCK:
        raise out_of_range(f"[:{_BLOCK}] with capacity {len(text) // 4 * 3}")
    if len(sealed) % _BLOCK:
        raise plain("crypto/cipher: input not full blocks")
    decryptor = _cipher(password, sealed[:_BLOCK]).decryptor()
    opened = decryptor.update(sealed[_BLOCK:]) + decryptor.finalize()
    if not opened:
        raise plain("runtime error: index out of range [-1]")
    if opened[-1] > len(opened):
        raise out_of_range(f"[:{len(opened) - opened[-1]}]")
    return opened[: len(opened) - opened[-1]]
