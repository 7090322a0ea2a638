"""What an object asks for that does not exist here yet, by field path, so that it is refused and never half done.

A field at the value that External Secrets Operator takes without it counts as absent.
"""

from collections.abc import Iterator

from headwater.resources.external_secret import (
    CreationPolicy,
    DeletionPolicy,
    ExternalSecretSpec,
    Target,
)
from headwater.resources.references import SourceRef
from headwater.resources.secret_store import DopplerProvider, FakeProvider, OtherProvider, Provider


def unsupported_in_external_secret(spec: ExternalSecretSpec) -> list[str]:
    """Paths such as `spec.target.template`, in the order of the manifest's fields.

    `property`, `version`, `metadataPolicy` and what `find` selects by are the provider's to honour or refuse.
    """
    return [f"spec.{path}" for path in _in_spec(spec)]


def unsupported_in_store(provider: Provider) -> list[str]:
    """Paths such as `spec.provider.vault`."""
    match provider:
        case OtherProvider(name=name):
            return [f"spec.provider.{name}"]
        case DopplerProvider(auth=auth) if auth.oidc_config is not None:
            return ["spec.provider.doppler.auth.oidcConfig"]
        case DopplerProvider() | FakeProvider():
            return []


def _in_spec(spec: ExternalSecretSpec) -> Iterator[str]:
    yield from _in_target(spec.target)
    if spec.sync_windows is not None:
        yield "syncWindows"
    for index, entry in enumerate(spec.data):
        yield from _in_source(f"data[{index}]", entry.source_ref)
    for index, source in enumerate(spec.data_from):
        if source.rewrite:
            yield f"dataFrom[{index}].rewrite"
        yield from _in_source(f"dataFrom[{index}]", source.source_ref)


def _in_source(place: str, source: SourceRef | None) -> Iterator[str]:
    if source is not None and source.generator_ref is not None:
        yield f"{place}.sourceRef.generatorRef"


def _in_target(target: Target) -> Iterator[str]:
    if target.creation_policy is CreationPolicy.CREATE_OR_MERGE:
        yield "target.creationPolicy"
    if target.deletion_policy is not DeletionPolicy.RETAIN:
        yield "target.deletionPolicy"
    if target.immutable:
        yield "target.immutable"
    if target.manifest is not None:
        yield "target.manifest"
    if target.template is not None:
        yield "target.template"
