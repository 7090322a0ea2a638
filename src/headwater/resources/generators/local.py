"""Generators that need nobody else: Fake, MFA, Password, SSHKey and UUID."""

from typing import Annotated

import msgspec

from headwater.resources.references import SecretKeySelector
from headwater.resources.schema import KubeStruct, Timestamp, doc, one_of


class FakeSpec(KubeStruct, frozen=True, kw_only=True):
    """Gives back what is written here, for trying things out."""

    controller: Annotated[str | None, doc("the class of the operator that serves this generator")] = None
    data: Annotated[dict[str, str], doc("key → value, readable by whoever may read this object")] = msgspec.field(
        default_factory=dict
    )

    def __repr__(self) -> str:
        return f"FakeSpec({len(self.data)} keys)"


class MFASpec(KubeStruct, frozen=True, kw_only=True):
    """Makes a one-time password from a seed, as an authenticator does."""

    secret: Annotated[SecretKeySelector, doc("the seed (base32) in a Secret")]
    algorithm: Annotated[str | None, doc("the digest: sha1, sha256 or sha512")] = None
    length: Annotated[int | None, doc("how many digits; without it, 6")] = None
    time_period: Annotated[int | None, doc("how many seconds each is valid; without it, 30")] = None
    when: Annotated[Timestamp | None, doc("make it for this moment instead of now")] = None


class PasswordSpec(KubeStruct, frozen=True, kw_only=True):
    """Makes random passwords."""

    length: Annotated[int, doc("how many characters")] = 24
    digits: Annotated[int | None, doc("how many of them are digits; without it, a quarter")] = None
    symbols: Annotated[int | None, doc("how many of them are symbols; without it, a quarter")] = None
    symbol_characters: Annotated[str | None, doc("which symbols to take from")] = None
    no_upper: Annotated[bool, doc("whether to leave out upper case", default=False)] = False
    allow_repeat: Annotated[bool, doc("whether a character may come twice", default=False)] = False
    secret_keys: Annotated[
        tuple[str, ...], doc("keys that get a password each; without any, `password`", minItems=1)
    ] = ()
    encoding: Annotated[
        str, doc("how the password is written", **one_of("base64", "base64url", "base32", "hex", "raw"))
    ] = "raw"


class SSHKeySpec(KubeStruct, frozen=True, kw_only=True):
    """Makes a pair of SSH keys."""

    key_type: Annotated[str, doc("the algorithm", **one_of("rsa", "ecdsa", "ed25519"))] = "rsa"
    key_size: Annotated[int | None, doc("bits, for rsa (2048) and ecdsa (256)", minimum=256, maximum=8192)] = None
    comment: Annotated[str | None, doc("the comment of the public key")] = None


class UUIDSpec(KubeStruct, frozen=True):
    """Makes a random UUID."""
