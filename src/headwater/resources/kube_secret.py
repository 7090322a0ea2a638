"""A Kubernetes Secret: the one struct here that holds plaintext, so it never shows its data.

`TargetMetadata` is for whoever watches every Secret of a cluster: annotations may hold plaintext too (kubectl's
last-applied), so it decodes only those that decide something.
"""

from typing import Any

import msgspec

from headwater.resources.meta import ObjectMeta, OwnerReference
from headwater.resources.schema import KubeStruct


class KubeSecret(KubeStruct, frozen=True, kw_only=True):
    """A Secret of the cluster; `data` is base64 on the wire and bytes here."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    type: str = ""
    immutable: bool | None = None
    data: dict[str, bytes] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return f"KubeSecret({self.metadata.namespace}/{self.metadata.name}, {len(self.data)} keys)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("name", f"{self.metadata.namespace}/{self.metadata.name}"), ("keys", len(self.data))]


class TargetAnnotations(KubeStruct, frozen=True, kw_only=True):
    """The annotations of a Secret that decide something."""

    data_hash: str | None = msgspec.field(default=None, name="reconcile.external-secrets.io/data-hash")
    certificate_name: str | None = msgspec.field(default=None, name="cert-manager.io/certificate-name")


class TargetMeta(KubeStruct, frozen=True, kw_only=True):
    """What decides something in a Secret's metadata."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    annotations: TargetAnnotations = TargetAnnotations()
    owner_references: tuple[OwnerReference, ...] = ()


class TargetMetadata(KubeStruct, frozen=True, kw_only=True):
    """A Secret of which only metadata was asked for, and only what decides something is kept."""

    api_version: str = ""
    kind: str = ""
    metadata: TargetMeta = TargetMeta()
