"""What is refused of a pod, or of the template of one: what people meet when they write a Deployment by hand.

Source: k8s.io/kubernetes pkg/apis/core/validation.
"""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.checks import (
    at_least_zero,
    between,
    is_port,
    label_problems_of,
    one_of,
    port_name_problems,
    port_problems,
    protocol_problems,
)
from headwater.devcluster.naming import label_problems
from headwater.devcluster.objects import Json, Object
from headwater.devcluster.quantities import amount
from headwater.devcluster.status import Cause, duplicate, forbidden_field, invalid_value, required

RESTARTS: Final = ("Always", "OnFailure", "Never")
_DNS: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PULLS: Final = ("Always", "IfNotPresent", "Never")
_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc")
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_RESOURCES: Final = ("cpu", "memory", "ephemeral-storage")
_NAMED: Final = {"secret": "secretName", "configMap": "name", "persistentVolumeClaim": "claimName"}


def spec_problems(spec: Object, path: str) -> Iterator[Cause]:
    containers = spec.get("containers") or []
    if not containers:
        yield required(f"{path}.containers")
    volumes = spec.get("volumes") or []
    yield from _volume_problems(volumes, f"{path}.volumes")
    seen: set[str] = set()
    known = {volume.get("name") for volume in volumes}
    for name in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(name) or ()):
            yield from _container_problems(container, f"{path}.{name}[{index}]", seen, known)
    yield from one_of(f"{path}.restartPolicy", spec.get("restartPolicy"), RESTARTS)
    yield from one_of(f"{path}.dnsPolicy", spec.get("dnsPolicy"), _DNS)
    yield from between(f"{path}.activeDeadlineSeconds", spec.get("activeDeadlineSeconds"), 1)
    yield from label_problems_of(f"{path}.nodeSelector", spec.get("nodeSelector"))
    for index, toleration in enumerate(spec.get("tolerations") or ()):
        operator = toleration.get("operator") or None
        yield from one_of(f"{path}.tolerations[{index}].operator", operator, ("Equal", "Exists"))


def _volume_problems(volumes: list[Object], path: str) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, volume in enumerate(volumes):
        name = volume.get("name") or ""
        yield from _name_problems(name, f"{path}[{index}].name", seen)
        kinds = [kind for kind, held in volume.items() if kind != "name" and held is not None]
        for kind in sorted(kinds, key=lambda kind: kind != "secret")[1:]:
            yield forbidden_field(f"{path}[{index}].{kind}", "may not specify more than 1 volume type")
        for kind, field in _NAMED.items():
            if kinds[:1] == [kind] and not volume[kind].get(field):
                yield required(f"{path}[{index}].{kind}.{field}")


def _name_problems(name: str, path: str, seen: set[str]) -> Iterator[Cause]:
    if not name:
        yield required(path)
    elif problem := next(label_problems(path, name), None):
        yield problem
    elif name in seen:
        yield duplicate(path, name)
    seen.add(name)


def _container_problems(container: Object, path: str, seen: set[str], volumes: set[Json]) -> Iterator[Cause]:
    yield from _name_problems(container.get("name") or "", f"{path}.name", seen)
    image = container.get("image") or ""
    if not image:
        yield required(f"{path}.image")
    elif image != image.strip():
        yield invalid_value(f"{path}.image", image, "must not have leading or trailing whitespace")
    yield from one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy"), _PULLS)
    yield from _container_port_problems(container.get("ports") or [], f"{path}.ports")
    for index, entry in enumerate(container.get("env") or ()):
        yield from _env_problems(entry, f"{path}.env[{index}]")
    for index, source in enumerate(container.get("envFrom") or ()):
        yield from _env_from_problems(source, f"{path}.envFrom", index)
    yield from _mount_problems(container.get("volumeMounts") or [], f"{path}.volumeMounts", volumes)
    yield from _resource_problems(container.get("resources") or {}, f"{path}.resources")
    for probe in _PROBES:
        if container.get(probe) is not None:
            yield from _probe_problems(container[probe], f"{path}.{probe}")
    security = container.get("securityContext") or {}
    for field in ("runAsUser", "runAsGroup"):
        yield from between(f"{path}.securityContext.{field}", security.get(field), 0)


def _container_port_problems(ports: list[Object], path: str) -> Iterator[Cause]:
    names: set[str] = set()
    for index, port in enumerate(ports):
        number = port.get("containerPort")
        if not number:
            yield required(f"{path}[{index}].containerPort")
        elif not is_port(number):
            yield from port_problems(f"{path}[{index}].containerPort", number)
        if name := port.get("name"):
            yield from port_name_problems(f"{path}[{index}].name", name)
            if name in names:
                yield duplicate(f"{path}[{index}].name", name)
            names.add(name)
        yield from protocol_problems(f"{path}[{index}].protocol", port.get("protocol"))


def _env_problems(entry: Object, path: str) -> Iterator[Cause]:
    if not entry.get("name"):
        yield required(f"{path}.name")
    source = entry.get("valueFrom")
    if source is None:
        return
    if entry.get("value"):
        yield invalid_value(f"{path}.valueFrom", "", "may not be specified when `value` is not empty")
        return
    given = [name for name in _SOURCES if source.get(name) is not None]
    if not given:
        listed = ", ".join(f"`{name}`" for name in _SOURCES[:-1])
        yield invalid_value(f"{path}.valueFrom", "", f"must specify one of: {listed} or `{_SOURCES[-1]}`")
    elif len(given) > 1:
        yield invalid_value(f"{path}.valueFrom", "", "may not have more than one field specified at a time")
    elif given[0] in {"configMapKeyRef", "secretKeyRef"} and not source[given[0]].get("key"):
        yield required(f"{path}.valueFrom.{given[0]}.key")


def _env_from_problems(source: Object, path: str, index: int) -> Iterator[Cause]:
    given = [name for name in ("configMapRef", "secretRef") if source.get(name) is not None]
    if not given:
        yield invalid_value(path, "", "must specify one of: `configMapRef` or `secretRef`")
    elif len(given) > 1:
        yield invalid_value(path, "", "may not have more than one field specified at a time")
    elif not source[given[0]].get("name"):
        yield required(f"{path}[{index}].{given[0]}.name")


def _mount_problems(mounts: list[Object], path: str, volumes: set[Json]) -> Iterator[Cause]:
    places: set[str] = set()
    for index, mount in enumerate(mounts):
        name, place = mount.get("name"), mount.get("mountPath") or ""
        if not name:
            yield required(f"{path}[{index}].name")
        elif name not in volumes:
            yield Cause("FieldValueNotFound", f'Not found: "{name}"', f"{path}[{index}].name")
        if not place:
            yield required(f"{path}[{index}].mountPath")
        elif place in places:
            yield invalid_value(f"{path}[{index}].mountPath", place, "must be unique")
        places.add(place)


def _resource_problems(resources: Object, path: str) -> Iterator[Cause]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for kind, amounts in (("limits", limits), ("requests", requests)):
        for name, value in amounts.items():
            field = f"{path}.{kind}[{name}]"
            if "/" not in name and name not in _RESOURCES and not name.startswith("hugepages-"):
                yield invalid_value(field, name, "must be a standard resource type or fully qualified")
                yield invalid_value(field, name, "must be a standard resource for containers")
            if amount(value) < 0:
                yield invalid_value(field, str(value), "must be greater than or equal to 0")
    for name, value in requests.items():
        if name in limits and amount(value) > amount(limits[name]):
            words = f"must be less than or equal to {name} limit of {limits[name]}"
            yield invalid_value(f"{path}.requests", str(value), words)


def _probe_problems(probe: Object, path: str) -> Iterator[Cause]:
    given = [name for name in _HANDLERS if probe.get(name) is not None]
    if not given:
        yield required(path, "must specify a handler type")
    for name in given[1:]:
        yield forbidden_field(f"{path}.{name}", "may not specify more than 1 handler type")
    if given and given[0] in {"httpGet", "tcpSocket"}:
        yield from port_problems(f"{path}.{given[0]}.port", probe[given[0]].get("port"))
    for field in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
        yield from at_least_zero(f"{path}.{field}", probe.get(field))
