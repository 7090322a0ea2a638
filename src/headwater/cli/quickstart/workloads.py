"""Which workloads read a Secret: what their pods take from it as environ or as files. Pure."""

from collections.abc import Iterator

import msgspec

from headwater.kube.resource import ResourceType
from headwater.resources.meta import ObjectMeta
from headwater.resources.schema import KubeStruct


class Named(KubeStruct, frozen=True):
    """A reference by name, and nothing else of it."""

    name: str = ""


class EnvFrom(KubeStruct, frozen=True):
    secret_ref: Named | None = None


class ValueFrom(KubeStruct, frozen=True):
    secret_key_ref: Named | None = None


class EnvVar(KubeStruct, frozen=True):
    value_from: ValueFrom | None = None


class Container(KubeStruct, frozen=True):
    env_from: tuple[EnvFrom, ...] = ()
    env: tuple[EnvVar, ...] = ()


class SecretVolume(KubeStruct, frozen=True):
    secret_name: str = ""


class VolumeSource(KubeStruct, frozen=True):
    secret: Named | None = None


class Projected(KubeStruct, frozen=True):
    sources: tuple[VolumeSource, ...] = ()


class Volume(KubeStruct, frozen=True):
    secret: SecretVolume | None = None
    projected: Projected | None = None


class PodSpec(KubeStruct, frozen=True):
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()


class PodTemplate(KubeStruct, frozen=True):
    spec: PodSpec = PodSpec()


class WorkloadSpec(KubeStruct, frozen=True):
    template: PodTemplate = PodTemplate()


class WorkloadStatus(KubeStruct, frozen=True):
    available_replicas: int = 0


class Workload(KubeStruct, frozen=True, kw_only=True):
    """A Deployment, StatefulSet or DaemonSet, as far as it reads Secrets."""

    metadata: ObjectMeta = ObjectMeta()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = msgspec.field(default_factory=WorkloadStatus)


def _workload(kind: str) -> ResourceType[Workload]:
    return ResourceType(group="apps", version="v1", plural=f"{kind.lower()}s", kind=kind, struct=Workload)


DEPLOYMENTS = _workload("Deployment")
WORKLOADS = (DEPLOYMENTS, _workload("StatefulSet"), _workload("DaemonSet"))


def secrets_read(workload: Workload) -> frozenset[str]:
    """The names of the Secrets of its namespace that its pods read."""
    pod = workload.spec.template.spec
    return frozenset(filter(None, _names(pod)))


def _names(pod: PodSpec) -> Iterator[str]:
    for container in (*pod.containers, *pod.init_containers):
        yield from (source.secret_ref.name for source in container.env_from if source.secret_ref)
        for variable in container.env:
            if variable.value_from and variable.value_from.secret_key_ref:
                yield variable.value_from.secret_key_ref.name
    for volume in pod.volumes:
        if volume.secret:
            yield volume.secret.secret_name
        for source in volume.projected.sources if volume.projected else ():
            if source.secret:
                yield source.secret.name
