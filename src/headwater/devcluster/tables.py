"""Tables: what `kubectl get` prints, made here from the columns of each kind."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from headwater.devcluster.ages import age_of
from headwater.devcluster.jsonpath import find_all, to_text
from headwater.devcluster.kinds.cells import cells_of
from headwater.devcluster.objects import Json, Object, metadata_of
from headwater.devcluster.resource_types import Column, ResourceType

_NAME: Final = Column(name="Name", format="name")
_AGE: Final = Column(name="Age", type="date", path=".metadata.creationTimestamp")


def wants_table(accept: str) -> bool:
    """Clients name a Table first when they want one."""
    first = accept.partition(",")[0]
    return "as=Table" in first


def table(
    resource: ResourceType, objects: Iterable[Object], now: datetime, *, metadata: Object, include: str = ""
) -> Object:
    """`include` says how much of each object goes along: None, Metadata or Object."""
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": [_definition(column) for column in columns_of(resource)],
        "rows": [_row(resource, found, now, include) for found in objects],
    }


def columns_of(resource: ResourceType) -> tuple[Column, ...]:
    if not resource.is_custom:
        return resource.columns
    return (_NAME, *(resource.columns or (_AGE,)))


def _definition(column: Column) -> Object:
    return {
        "name": column.name,
        "type": column.type,
        "format": column.format,
        "description": "",
        "priority": column.priority,
    }


def _row(resource: ResourceType, found: Object, now: datetime, include: str) -> Object:
    if resource.is_custom:
        cells = [metadata_of(found).get("name"), *(_cell(column, found, now) for column in columns_of(resource)[1:])]
    else:
        cells = cells_of(resource, found, now)
    return {"cells": cells, "object": _included(found, include)}


def _included(found: Object, include: str) -> Json:
    if include == "None":
        return None
    if include == "Object":
        return found
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata_of(found)}


def _cell(column: Column, found: Object, now: datetime) -> Json:
    values = find_all(found, column.path)
    if not values or values[0] is None:
        return None
    match column.type:
        case "date":
            return age_of(str(values[0]), now)
        case "integer":
            return values[0] if isinstance(values[0], int) else None
        case "number" | "boolean":
            return values[0]
        case _:
            return to_text(values)
