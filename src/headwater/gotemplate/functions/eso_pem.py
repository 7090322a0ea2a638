"""ESO's PEM: blocks of one type, chains in order, names of a certificate."""

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.registry import function
from headwater.gotemplate.keys import pem, x509
from headwater.gotemplate.values.runes import decode
from headwater.gotemplate.values.values import StringSlice

_BEGIN = b"-----BEGIN"


def _from_begin(text: bytes) -> bytes:
    """Without what stands before the first BEGIN line."""
    return text[max(text.find(_BEGIN), 0) :]


@function("func(string, string) (string, error)", "filterPEM")
def filter_pem(kind: bytes, text: bytes) -> bytes:
    """The PEM blocks of one type."""
    blocks, rest = pem.blocks(_from_begin(text))
    wanted = decode(kind).casefold()
    found = [block for block in blocks if decode(block.kind).casefold() == wanted]
    if not found and rest:
        raise plain("error filtering pem: found junk")
    return b"".join(pem.encode(block.kind, block.data, block.headers) for block in found)


@function("func(string, string) (string, error)", "filterCertChain")
def filter_cert_chain(part: bytes, text: bytes) -> bytes:
    """The `leaf`, the `intermediate` ones or the `root` of a chain."""
    chain = x509.ordered([x509.parse(block.data) for block in pem.blocks(text)[0]])
    if part == b"leaf" and not chain[0].self_issued:
        return chain[0].to_pem()
    if part == b"root" and chain[-1].self_issued:
        return chain[-1].to_pem()
    return _intermediate(chain) if part == b"intermediate" else b""


def _intermediate(chain: list[x509.Certificate]) -> bytes:
    out = b""
    for certificate in chain[1:]:
        if certificate.self_issued:
            break
        out += certificate.to_pem()
    return out


@function("func(string) ([]string, error)", "certSANs")
def cert_sans(text: bytes) -> StringSlice:
    """The alternative names of the first certificate."""
    block, _ = pem.decode(_from_begin(text))
    if block is None:
        raise plain("failed to decode PEM block")
    try:
        certificate = x509.parse(block.data)
    except GoError as error:
        raise GoError(b"failed to parse certificate: " + error.text, public="failed to parse certificate") from error
    return StringSlice(x509.alternative_names(certificate))
