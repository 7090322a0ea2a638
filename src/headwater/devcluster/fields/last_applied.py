"""The annotation that kubectl's client-side apply remembers by: kept up by the server when kubectl applies through it.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/lastappliedupdater.go.
"""

from typing import Final

import msgspec

from headwater.devcluster.objects import Object, metadata_of, with_metadata
from headwater.devcluster.schemas.go_json import encoded

ANNOTATION: Final = "kubectl.kubernetes.io/last-applied-configuration"
KUBECTL: Final = "kubectl"
"""The manager that is meant: under another name one opts out."""


def last_applied(live: Object) -> Object | None:
    """What the annotation tells of; None if there is none that can be read."""
    text = (metadata_of(live).get("annotations") or {}).get(ANNOTATION)
    try:
        return msgspec.json.decode(text, type=Object) if isinstance(text, str) else None
    except msgspec.MsgspecError:
        return None


def remembered(result: Object, configuration: Object, manager: str) -> Object:
    """`result` with the annotation, if it has one, telling of `configuration`, which was applied."""
    annotations = metadata_of(result).get("annotations") or {}
    if manager != KUBECTL or ANNOTATION not in annotations:
        return result
    named = metadata_of(configuration).get("annotations") or {}
    others = {name: value for name, value in named.items() if name != ANNOTATION}
    told = with_metadata(configuration, annotations=others or None)
    return with_metadata(result, annotations={**annotations, ANNOTATION: f"{encoded(told)}\n"})
