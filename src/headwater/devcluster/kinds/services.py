"""Services; their addresses are made up from the uid, and nothing routes to them."""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.pods import filled
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Object, get_in
from headwater.devcluster.status import Cause, invalid_value, required

_USUAL: Final[Object] = {"sessionAffinity": "None", "type": "ClusterIP", "internalTrafficPolicy": "Cluster"}
_FAMILIES: Final[Object] = {"ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}


def _defaults(found: Object) -> Object:
    spec = found.get("spec")
    if not isinstance(spec, dict):
        return found
    known = filled(spec, _USUAL)
    if known["type"] == "ExternalName":
        return {**found, "spec": known}
    ports = [_port(each) for each in known.get("ports") or ()]
    return {**found, "spec": {**filled(known, _FAMILIES), **({"ports": ports} if ports else {})}}


def _port(port: Object) -> Object:
    return filled(port, {"protocol": "TCP", "targetPort": port.get("port")})


def _created(found: Object) -> Object:
    return {**found, "status": {"loadBalancer": {}}}


def _kept(new: Object, old: Object) -> Object:
    addresses = {
        name: get_in(old, "spec", name)
        for name in ("clusterIP", "clusterIPs")
        if get_in(old, "spec", name) is not None and get_in(new, "spec", name) is None
    }
    return {**new, "spec": {**(new.get("spec") or {}), **addresses}} if addresses else new


def _problems(new: Object, old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    if not spec.get("ports") and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName":
        yield required("spec.ports")
    for index, port in enumerate(spec.get("ports") or ()):
        number = port.get("port", 0)
        if not 0 < number < 65536:  # noqa: PLR2004 - the range of ports
            yield invalid_value(f"spec.ports[{index}].port", number, "must be between 1 and 65535, inclusive")
    before = get_in(old, "spec", "clusterIP")
    if before and spec.get("clusterIP") != before:
        yield invalid_value("spec.clusterIPs[0]", [spec.get("clusterIP")], "may not change once set")


SERVICE: Final = Strategy(defaults=_defaults, create=_created, update=_kept, problems=_problems)
