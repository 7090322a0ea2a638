"""What a struct says about its CRD schema: descriptions, limits, and the names that Kubernetes allows.

`doc` puts a description and any OpenAPI keyword on a type; `headwater.resources.openapi` reads them back.
"""

from typing import Annotated, Any

import msgspec

DNS_SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
DNS_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
DATA_KEY = r"^[-._a-zA-Z0-9]+$"

ATOMIC_MAP: dict[str, Any] = {"x-kubernetes-map-type": "atomic"}
ATOMIC_LIST: dict[str, Any] = {"x-kubernetes-list-type": "atomic"}
OPEN: dict[str, Any] = {"x-kubernetes-preserve-unknown-fields": True}
EXACTLY_ONE: dict[str, Any] = {"minProperties": 1, "maxProperties": 1}


class KubeStruct(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", gc=False):
    """Base of every object and part of one; immutable, and what equals its default is not written."""


def doc(description: str = "", **keywords: Any) -> msgspec.Meta:  # noqa: ANN401 - OpenAPI keywords hold any JSON
    """Annotate a type with its description and with OpenAPI keywords, which are not checked when decoding."""
    described = {"description": description} if description else {}
    return msgspec.Meta(extra_json_schema={**described, **keywords})


def rule(expression: str, message: str) -> dict[str, Any]:
    """The keywords of a CEL rule that the API server checks."""
    return {"x-kubernetes-validations": [{"rule": expression, "message": message}]}


def one_of(*values: str) -> dict[str, Any]:
    """The keywords of a string that may only be one of `values`; decoding takes any."""
    return {"enum": list(values)}


ObjectName = Annotated[str, doc(minLength=1, maxLength=253, pattern=DNS_SUBDOMAIN)]
NamespaceName = Annotated[str, doc(minLength=1, maxLength=63, pattern=DNS_LABEL)]
DataKey = Annotated[str, doc(minLength=1, maxLength=253, pattern=DATA_KEY)]
Timestamp = Annotated[str, doc(format="date-time")]

OpenObject = Annotated[dict[str, Any], doc(**OPEN)]
"""An object whose fields are kept as they were written, whatever they are."""

AnyJson = Annotated[Any, doc(**OPEN)]
"""Any JSON at all."""
