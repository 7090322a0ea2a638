"""The resources that the operator reads and writes, each with the struct that it needs of them.

Secrets twice: all of them by metadata alone, and the managed ones whole, from which digests are made.
"""

from headwater.kube.resource import ResourceType, Selection
from headwater.resources.external_secret import ExternalSecret
from headwater.resources.kube_secret import KubeSecret, TargetMetadata
from headwater.resources.marks import MANAGED_LABEL
from headwater.resources.meta import PartialObjectMetadata
from headwater.resources.secret_store import ClusterSecretStore, SecretStore

GROUP = "external-secrets.io"

EXTERNAL_SECRETS = ResourceType(
    group=GROUP, version="v1", plural="externalsecrets", kind="ExternalSecret", struct=ExternalSecret
)
SECRET_STORES = ResourceType(group=GROUP, version="v1", plural="secretstores", kind="SecretStore", struct=SecretStore)
CLUSTER_SECRET_STORES = ResourceType(
    group=GROUP,
    version="v1",
    plural="clustersecretstores",
    kind="ClusterSecretStore",
    struct=ClusterSecretStore,
    namespaced=False,
)
NAMESPACES = ResourceType(
    version="v1",
    plural="namespaces",
    kind="Namespace",
    struct=PartialObjectMetadata,
    namespaced=False,
    metadata_only=True,
)
SECRETS = ResourceType(version="v1", plural="secrets", kind="Secret", struct=KubeSecret)
SECRET_METADATA = ResourceType(version="v1", plural="secrets", kind="Secret", struct=TargetMetadata, metadata_only=True)

MANAGED = Selection(labels=f"{MANAGED_LABEL}=true")
