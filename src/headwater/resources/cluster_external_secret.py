"""ClusterExternalSecret: one ExternalSecret, made in every namespace that is selected."""

from typing import Annotated

from headwater.resources.external_secret import ExternalSecretSpec
from headwater.resources.meta import MetadataTemplate, ObjectMeta
from headwater.resources.references import Selector
from headwater.resources.schema import KubeStruct, NamespaceName, ObjectName, doc


class NamespaceFailure(KubeStruct, frozen=True, kw_only=True):
    """A namespace in which the object could not be made."""

    namespace: Annotated[str, doc("the namespace")]
    reason: Annotated[str, doc("why not")] = ""


class ClusterCondition(KubeStruct, frozen=True, kw_only=True):
    """One aspect of the state, without reason and time."""

    type: Annotated[str, doc("the aspect; `Ready` says whether every namespace has its object")]
    status: Annotated[str, doc("`True`, `False` or `Unknown`")]
    message: Annotated[str, doc("a sentence for people")] = ""


class ClusterExternalSecretSpec(KubeStruct, frozen=True, kw_only=True):
    """The ExternalSecret to make, and where."""

    external_secret_spec: Annotated[ExternalSecretSpec, doc("the spec of each ExternalSecret")]
    external_secret_name: Annotated[ObjectName | None, doc("the name of each; without one, this object's")] = None
    external_secret_metadata: Annotated[MetadataTemplate | None, doc("the labels and annotations of each")] = None
    namespace_selector: Annotated[Selector | None, doc("older form of `namespaceSelectors`, with one entry")] = None
    namespace_selectors: Annotated[
        tuple[Selector, ...], doc("namespaces by label; one selector that matches suffices")
    ] = ()
    namespaces: Annotated[tuple[NamespaceName, ...], doc("older form: namespaces by name, besides the selected")] = ()
    refresh_time: Annotated[str | None, doc("how often to look for namespaces, such as `1h`")] = None


class ClusterExternalSecretStatus(KubeStruct, frozen=True, kw_only=True):
    """Where the ExternalSecrets are."""

    external_secret_name: Annotated[str | None, doc("the name under which they were made")] = None
    provisioned_namespaces: Annotated[tuple[str, ...], doc("the namespaces that have one, in order")] = ()
    failed_namespaces: Annotated[tuple[NamespaceFailure, ...], doc("the namespaces that should have one")] = ()
    conditions: Annotated[tuple[ClusterCondition, ...], doc("the state, one aspect each")] = ()


class ClusterExternalSecret(KubeStruct, frozen=True, kw_only=True):
    """Makes the same ExternalSecret in many namespaces."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[ClusterExternalSecretSpec | None, doc("the ExternalSecret to make, and where")] = None
    status: Annotated[ClusterExternalSecretStatus, doc("where they are")] = ClusterExternalSecretStatus()
