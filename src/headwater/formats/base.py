"""`Format`: a name on the wire, a content type, and how secrets become bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from headwater.domain.hidden import Hidden
from headwater.domain.names import SecretName
from headwater.formats.name_transformers import NameTransformer, transform

TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`write` gets plaintext, sorted by name; `transformer` is the one that applies when none is asked for."""

    name: str
    content_type: str
    write: Callable[[Mapping[str, str]], str]
    transformer: NameTransformer | None = None

    def encode(
        self, secrets: Mapping[SecretName, Hidden[str]], transformer: NameTransformer | None = None
    ) -> Hidden[bytes]:
        """The body for `secrets` (name → value). Where two names become one, the last in order wins."""
        chosen = transformer or self.transformer
        named = {transform(name, chosen): secrets[name].reveal() for name in sorted(secrets)}
        return Hidden(self.write(dict(sorted(named.items()))).encode())
