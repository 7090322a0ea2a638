"""Certificates: read, ordered into a chain, and made.

The surprise: a certificate without key identifiers counts as issued by any other one without them, as in ESO.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.keys import asn1_problem, pem
from headwater.gotemplate.keys.private import PrivateKey, public_key_of


@dataclass(frozen=True, slots=True)
class Certificate:
    """A parsed certificate and the bytes it was parsed from."""

    raw: bytes
    parsed: x509.Certificate

    @property
    def subject_key(self) -> bytes:
        try:
            extension = self.parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except x509.ExtensionNotFound:
            return b""
        return extension.value.digest

    @property
    def authority_key(self) -> bytes:
        try:
            extension = self.parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        except x509.ExtensionNotFound:
            return b""
        return extension.value.key_identifier or b""

    @property
    def self_issued(self) -> bool:
        return not self.authority_key or self.authority_key == self.subject_key

    def to_pem(self) -> bytes:
        return pem.encode(b"CERTIFICATE", self.raw)


def parse(raw: bytes) -> Certificate:
    """Raises: GoError."""
    try:
        parsed = x509.load_der_x509_certificate(raw)
        _ = parsed.extensions, parsed.subject
    except ValueError as error:
        cut = asn1_problem.is_cut(raw)
        raise plain("x509: malformed certificate" if cut else "x509: malformed tbs certificate") from error
    except x509.UnsupportedGeneralNameType as error:
        raise plain("x509: malformed extension") from error
    return Certificate(raw, parsed)


def ordered(certificates: list[Certificate]) -> list[Certificate]:
    """From the leaf to the root.

    Raises: GoError.
    """
    parents = [_parent(certificates, index) for index in range(len(certificates))]
    leaves = [index for index in range(len(certificates)) if index not in parents]
    if len(leaves) > 1:
        raise plain("found multiple leaf or disjunct certificates")
    if not leaves:
        raise plain("no leaf certificate found")
    chain: list[Certificate] = []
    index: int | None = leaves[0]
    while index is not None:
        if len(chain) == len(certificates):
            raise plain("constructing chain resulted in cycle")
        chain.append(certificates[index])
        index = parents[index]
    return chain


def _parent(certificates: list[Certificate], index: int) -> int | None:
    wanted = certificates[index].authority_key
    others = (at for at, each in enumerate(certificates) if at != index and each.subject_key == wanted)
    return next(others, None)


def alternative_names(certificate: Certificate) -> list[bytes]:
    """DNS names, addresses, e-mail addresses, URIs."""
    try:
        names = certificate.parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [_shown(address) for address in names.get_values_for_type(x509.IPAddress)]
    texts = [
        *names.get_values_for_type(x509.DNSName),
        *addresses,
        *names.get_values_for_type(x509.RFC822Name),
        *names.get_values_for_type(x509.UniformResourceIdentifier),
    ]
    return [text.encode() for text in texts]


def _shown(address: object) -> str:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


# Making certificates.


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a certificate shall say; `days` from `now` (nanoseconds since 1970), serial of 128 bits."""

    name: bytes
    addresses: list[IPv4Address | IPv6Address]
    hosts: list[bytes]
    days: int
    now: int
    serial: int
    is_ca: bool = False


def make(wanted: Wanted, key: PrivateKey, parent: Certificate | None, signer: PrivateKey) -> Certificate:
    """A certificate for `key`, signed by `signer`; `parent` None means by itself.

    Raises: GoError.
    """
    if isinstance(signer, x25519.X25519PrivateKey):
        raise plain("error creating certificate: x509: certificate private key does not implement crypto.Signer")
    public = public_key_of(key)
    subject = _name(wanted.name)
    issuer = parent.parsed.subject if parent is not None else subject
    try:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(wanted.serial or 1)
        )
        signed = _extended(_dated(builder, wanted), wanted, key, parent).sign(signer, _digest(signer))
    except (ValueError, TypeError, OverflowError) as error:
        raise GoError(f"error creating certificate: {error}", public="error creating certificate") from error
    return Certificate(signed.public_bytes(serialization.Encoding.DER), signed)


def _name(common_name: bytes) -> x509.Name:
    if not common_name:
        return x509.Name([])
    try:
        text = common_name.decode()
    except UnicodeDecodeError as error:
        raise plain("error creating certificate: asn1: string not valid UTF-8") from error
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, _validate=False)])


def _dated(builder: x509.CertificateBuilder, wanted: Wanted) -> x509.CertificateBuilder:
    start = datetime.fromtimestamp(wanted.now // 1_000_000_000, UTC)
    return builder.not_valid_before(start).not_valid_after(start + timedelta(days=wanted.days))


def _extended(
    builder: x509.CertificateBuilder, wanted: Wanted, key: PrivateKey, parent: Certificate | None
) -> x509.CertificateBuilder:
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = (
        builder.add_extension(_key_usage(signs=wanted.is_ca), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.BasicConstraints(ca=wanted.is_ca, path_length=None), critical=True)
    )
    if wanted.is_ca:
        identifier = x509.SubjectKeyIdentifier.from_public_key(public_key_of(key))
        builder = builder.add_extension(identifier, critical=False)
    if parent is not None and parent.subject_key and parent.parsed.subject != _name(wanted.name):
        authority = x509.AuthorityKeyIdentifier(parent.subject_key, None, None)
        builder = builder.add_extension(authority, critical=False)
    names: list[x509.GeneralName] = [
        *(x509.DNSName._init_without_validation(_ascii(host)) for host in wanted.hosts),  # noqa: SLF001 - as lax as Go
        *map(x509.IPAddress, wanted.addresses),
    ]
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=not wanted.name) if names else builder


def _ascii(host: bytes) -> str:
    if not host.isascii():
        raise GoError("error creating certificate: x509: not a valid DNS name", public="not a valid DNS name")
    return host.decode()


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _digest(signer: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        return None
    if isinstance(signer, ec.EllipticCurvePrivateKey) and signer.curve.key_size > 256:  # noqa: PLR2004 - bits
        return hashes.SHA384() if signer.curve.key_size == 384 else hashes.SHA512()  # noqa: PLR2004 - bits
    return hashes.SHA256()
