"""The providers: one module each, found by listing this folder; `protocol` says what one is.

A provider's module is named like the key under `spec.provider` and has `new_provider(environ) -> Provider`.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from headwater.operator.providers.protocol import Provider

_NOT_PROVIDERS = {"protocol", "picking"}


def load_providers(environ: Mapping[str, str]) -> dict[str, Provider]:
    """Every provider of this folder by its key under `spec.provider`; `environ` is the operator's."""
    names = sorted({module.name for module in iter_modules(__path__)} - _NOT_PROVIDERS)
    return {name: import_module(f"{__name__}.{name}").new_provider(environ) for name in names}
