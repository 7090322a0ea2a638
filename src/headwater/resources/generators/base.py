"""The shape that all generators share: name, and a spec of their own."""

from typing import Annotated, Generic, TypeVar

from headwater.resources.meta import ObjectMeta
from headwater.resources.schema import OPEN, KubeStruct, doc

S = TypeVar("S")


class Generator(KubeStruct, Generic[S], frozen=True, kw_only=True):
    """Makes values for ExternalSecrets and PushSecrets."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[S | None, doc("how the values are made", **OPEN)] = None
