"""Which kind has which strategy; kinds without an entry are stored as their schema has them."""

from typing import Final

from headwater.devcluster.kinds import cluster, config, definitions, pods, rbac, services, stored, workloads
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.resource_types import ResourceType

_USUAL: Final = Strategy()
_WITH_GENERATION: Final = Strategy(has_generation=True)
CUSTOM: Final = Strategy(has_generation=True)

_STRATEGIES: Final = {
    ("", "configmaps"): config.CONFIG_MAP,
    ("", "events"): cluster.EVENT,
    ("", "namespaces"): cluster.NAMESPACE,
    ("", "persistentvolumeclaims"): stored.CLAIM,
    ("", "persistentvolumes"): stored.VOLUME,
    ("", "pods"): pods.POD,
    ("", "secrets"): config.SECRET,
    ("", "services"): services.SERVICE,
    ("apiextensions.k8s.io", "customresourcedefinitions"): definitions.DEFINITION,
    ("apps", "daemonsets"): workloads.DAEMON_SET,
    ("apps", "deployments"): workloads.DEPLOYMENT,
    ("apps", "replicasets"): workloads.REPLICA_SET,
    ("apps", "statefulsets"): workloads.STATEFUL_SET,
    ("autoscaling", "horizontalpodautoscalers"): stored.AUTOSCALER,
    ("batch", "cronjobs"): workloads.CRON_JOB,
    ("batch", "jobs"): workloads.JOB,
    ("coordination.k8s.io", "leases"): cluster.LEASE,
    ("networking.k8s.io", "ingresses"): stored.INGRESS,
    ("networking.k8s.io", "networkpolicies"): stored.NETWORK_POLICY,
    ("policy", "poddisruptionbudgets"): _WITH_GENERATION,
    ("rbac.authorization.k8s.io", "clusterrolebindings"): rbac.BINDING,
    ("rbac.authorization.k8s.io", "clusterroles"): rbac.CLUSTER_ROLE,
    ("rbac.authorization.k8s.io", "rolebindings"): rbac.BINDING,
    ("rbac.authorization.k8s.io", "roles"): rbac.ROLE,
    ("scheduling.k8s.io", "priorityclasses"): stored.PRIORITY_CLASS,
    ("storage.k8s.io", "storageclasses"): stored.STORAGE_CLASS,
}


def strategy_of(resource: ResourceType) -> Strategy:
    if resource.is_custom:
        return CUSTOM
    return _STRATEGIES.get((resource.group, resource.plural), _USUAL)
