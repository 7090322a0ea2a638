"""Services; their addresses and node ports are made up from their names, and nothing routes to them.

Source: k8s.io/kubernetes pkg/apis/core/v1/defaults.go, pkg/registry/core/service and pkg/apis/core/validation.
"""

import hashlib
import ipaddress
from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.checks import is_port, label_problems_of, one_of, port_problems, protocol_problems
from headwater.devcluster.kinds.pods import filled
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.naming import label_problems, subdomain_problems
from headwater.devcluster.objects import Json, Object, get_in, metadata_of
from headwater.devcluster.status import Cause, duplicate, forbidden_field, invalid_value, required

_HEADLESS: Final = "None"
_TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_WITH_NODE_PORTS: Final = frozenset({"NodePort", "LoadBalancer"})
_AFFINITIES: Final = ("ClientIP", "None")
_FIRST_NODE_PORT, _LAST_NODE_PORT = 30000, 32767
_FAMILIES: Final[Object] = {"ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}


def _defaults(found: Object) -> Object:
    spec = found.get("spec") or {}
    if not isinstance(spec, dict):
        return found
    known = filled(spec, {"sessionAffinity": "None", "type": "ClusterIP"})
    if known["type"] != "ExternalName":
        known = filled(known, {**_FAMILIES, "internalTrafficPolicy": "Cluster"})
    if known["type"] in _WITH_NODE_PORTS:
        known = filled(known, {"externalTrafficPolicy": "Cluster"})
    if known["type"] == "LoadBalancer":
        known = filled(known, {"allocateLoadBalancerNodePorts": True})
    ports = [_port(each) for each in known.get("ports") or ()]
    return {**found, "spec": {**known, **({"ports": ports} if ports else {})}}


def _port(port: Object) -> Object:
    known = filled(port, {"protocol": "TCP"})
    return known if known.get("targetPort") else {**known, "targetPort": port.get("port")}


def _created(found: Object) -> Object:
    return _allocated({**found, "status": {"loadBalancer": {}}})


def _kept(new: Object, old: Object) -> Object:
    """Addresses and node ports stay for as long as the type has them."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    if spec.get("type") == "ExternalName":
        return new
    kept = {name: before[name] for name in ("clusterIP", "clusterIPs") if before.get(name) and not spec.get(name)}
    if spec.get("clusterIP") not in {None, "", before.get("clusterIP")}:
        kept["clusterIPs"] = [spec["clusterIP"]]
    return _allocated({**new, "spec": _ports_of_type({**spec, **kept}, before)})


def _ports_of_type(spec: Object, before: Object) -> Object:
    if spec.get("type") in _WITH_NODE_PORTS or before.get("type") not in _WITH_NODE_PORTS:
        return spec
    ports = [{name: held for name, held in port.items() if name != "nodePort"} for port in spec.get("ports") or ()]
    kept = {name: value for name, value in spec.items() if name != "externalTrafficPolicy"}
    return {**kept, "ports": ports}


def _allocated(found: Object) -> Object:
    """With the addresses and node ports that it lacks."""
    spec = found["spec"]
    if spec.get("type") == "ExternalName":
        return found
    named = "/".join(str(metadata_of(found).get(name, "")) for name in ("namespace", "name"))
    address = spec.get("clusterIP") or _address(named)
    known = {**spec, "clusterIP": address, "clusterIPs": spec.get("clusterIPs") or [address]}
    if spec.get("type") in _WITH_NODE_PORTS:
        ports = [
            port if port.get("nodePort") else {**port, "nodePort": _node_port(named, port)} for port in spec["ports"]
        ]
        known["ports"] = ports
    return {**found, "spec": known}


def _address(named: str) -> str:
    digest = hashlib.sha256(named.encode()).digest()
    return f"10.{96 + digest[0] % 16}.{digest[1]}.{1 + digest[2] % 254}"


def _node_port(named: str, port: Object) -> int:
    digest = hashlib.sha256(f"{named} {port.get('port')} {port.get('protocol')}".encode()).digest()
    return _FIRST_NODE_PORT + int.from_bytes(digest[:4], "big") % (_LAST_NODE_PORT + 1 - _FIRST_NODE_PORT)


def _problems(new: Object, old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    yield from one_of("spec.type", spec.get("type"), _TYPES)
    yield from one_of("spec.sessionAffinity", spec.get("sessionAffinity"), _AFFINITIES)
    yield from label_problems_of("spec.selector", spec.get("selector"))
    if spec.get("type") == "ExternalName":
        name = spec.get("externalName") or ""
        yield from subdomain_problems("spec.externalName", name) if name else (required("spec.externalName"),)
        return
    if not spec.get("ports") and spec.get("clusterIP") != _HEADLESS:
        yield required("spec.ports")
    yield from _port_problems(spec)
    yield from _address_problems(spec, get_in(old, "spec") or {})


def _port_problems(spec: Object) -> Iterator[Cause]:
    ports = spec.get("ports") or []
    names: set[str] = set()
    places: set[tuple[Json, Json]] = set()
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        name, place = port.get("name") or "", (port.get("protocol"), port.get("port"))
        if name:
            yield from label_problems(f"{path}.name", name)
        elif len(ports) > 1:
            yield required(f"{path}.name")
        if name and name in names:
            yield duplicate(f"{path}.name", name)
        yield from port_problems(f"{path}.port", port.get("port") or 0)
        yield from port_problems(f"{path}.targetPort", port.get("targetPort"))
        yield from protocol_problems(f"{path}.protocol", port.get("protocol"))
        yield from _node_port_problems(spec, port, path)
        if place in places:
            yield duplicate(path, _as_go_holds(port))
        names.add(name)
        places.add(place)


def _node_port_problems(spec: Object, port: Object, path: str) -> Iterator[Cause]:
    number = port.get("nodePort")
    if not number:
        return
    if spec.get("type") == "ClusterIP":
        yield forbidden_field(f"{path}.nodePort", "may not be used when `type` is 'ClusterIP'")
    elif not (is_port(number) and _FIRST_NODE_PORT <= number <= _LAST_NODE_PORT):
        span = f"{_FIRST_NODE_PORT}-{_LAST_NODE_PORT}"
        words = f"provided port is not in the valid range. The range of valid ports is {span}"
        yield invalid_value(f"{path}.nodePort", number, words)


def _as_go_holds(port: Object) -> Object:
    """What of a port counts as the same, as the API server shows it."""
    compared = {"Name": "", "Protocol": port.get("protocol"), "AppProtocol": None, "Port": port.get("port")}
    return {**compared, "TargetPort": 0, "NodePort": 0}


def _address_problems(spec: Object, before: Object) -> Iterator[Cause]:
    address, kept = spec.get("clusterIP"), before.get("clusterIP")
    if kept and address != kept:
        yield invalid_value("spec.clusterIPs[0]", spec.get("clusterIPs"), "may not change once set")
    elif address and address != _HEADLESS and not _is_address(address):
        words = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        yield invalid_value("spec.clusterIPs[0]", address, words)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


SERVICE: Final = Strategy(defaults=_defaults, create=_created, update=_kept, problems=_problems)
