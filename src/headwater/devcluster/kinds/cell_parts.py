"""What the cells of several kinds have in common."""

from collections.abc import Callable
from datetime import datetime

from headwater.devcluster.ages import age_of
from headwater.devcluster.objects import Json, Object, get_in, metadata_of
from headwater.devcluster.selectors import selector_string

Cells = Callable[[Object, datetime], list[Json]]


def age(found: Object, now: datetime) -> str:
    return age_of(metadata_of(found).get("creationTimestamp"), now)


def containers_and_images(found: Object) -> list[Json]:
    containers = get_in(found, "spec", "template", "spec", "containers") or []
    return [
        ",".join(each.get("name", "") for each in containers),
        ",".join(each.get("image", "") for each in containers),
    ]


def selector_text(selector: Object | None) -> str:
    return selector_string(selector) or "<none>"
