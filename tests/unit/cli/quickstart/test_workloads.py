import msgspec
import pytest

from headwater.cli.quickstart.workloads import Workload, secrets_read

PODS = {
    "nothing": ({"containers": [{}]}, set()),
    "envFrom": ({"containers": [{"envFrom": [{"secretRef": {"name": "a"}}, {"configMapRef": {"name": "x"}}]}]}, {"a"}),
    "one key": (
        {"containers": [{"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "a", "key": "A"}}}]}]},
        {"a"},
    ),
    "a plain value and a field": (
        {"containers": [{"env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"fieldRef": {}}}]}]},
        set(),
    ),
    "an init container": ({"initContainers": [{"envFrom": [{"secretRef": {"name": "a"}}]}]}, {"a"}),
    "a volume": ({"volumes": [{"name": "v", "secret": {"secretName": "a"}}, {"name": "w", "emptyDir": {}}]}, {"a"}),
    "a projected volume": (
        {"volumes": [{"projected": {"sources": [{"secret": {"name": "a"}}, {"downwardAPI": {}}]}}]},
        {"a"},
    ),
    "several": (
        {
            "containers": [{"envFrom": [{"secretRef": {"name": "a"}}]}, {"envFrom": [{"secretRef": {"name": "b"}}]}],
            "volumes": [{"secret": {"secretName": "c"}}],
        },
        {"a", "b", "c"},
    ),
}


@pytest.mark.parametrize("case", PODS)
def test_a_pod_reads_secrets_as_environ_and_as_files(case: str) -> None:
    pod, names = PODS[case]
    workload = msgspec.convert({"spec": {"template": {"spec": pod}}}, Workload)
    assert secrets_read(workload) == names
