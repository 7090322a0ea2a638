"""The CustomResourceDefinitions, made from the structs: `KINDS` is the list of what the API server will know.

ExternalSecret, ClusterExternalSecret and the stores are stored as v1 and served as v1beta1 too, with one schema and no
conversion, so that manifests of either version apply.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from headwater.resources.cluster_external_secret import ClusterExternalSecret
from headwater.resources.external_secret import ExternalSecret
from headwater.resources.generators import local, remote
from headwater.resources.generators.base import Generator
from headwater.resources.generators.cluster import ClusterGenerator, GeneratorState
from headwater.resources.openapi import Schema, schema_of
from headwater.resources.push_secret import ClusterPushSecret, PushSecret
from headwater.resources.secret_store import ClusterSecretStore, SecretStore

GROUP = "external-secrets.io"
GENERATORS_GROUP = "generators.external-secrets.io"

_READY_REASON = '.status.conditions[?(@.type=="Ready")].reason'
_READY_STATUS = '.status.conditions[?(@.type=="Ready")].status'
_CREATED = ".metadata.creationTimestamp"
_V1 = ("v1", "v1beta1")
_ALPHA = ("v1alpha1",)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `kubectl get`."""

    name: str
    path: str
    type: Literal["string", "date"] = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of the API; `versions` begins with the stored one."""

    name: str
    plural: str
    group: str = GROUP
    scope: Literal["Namespaced", "Cluster"] = "Namespaced"
    versions: tuple[str, ...]
    struct: Any
    short_names: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    selectable: tuple[str, ...] = ()
    status: bool = True
    summary: str = ""


_STORE_COLUMNS = (
    Column("AGE", _CREATED, "date"),
    Column("Status", _READY_REASON),
    Column("Capabilities", ".status.capabilities"),
    Column("Ready", _READY_STATUS),
)


def _generator(name: str, spec: Any) -> Kind:  # noqa: ANN401 - a struct type, or an annotated one
    return Kind(
        name=name,
        plural=f"{name.lower()}s",
        group=GENERATORS_GROUP,
        versions=_ALPHA,
        struct=Generator[spec],
        summary=schema_of(spec)["description"],
    )


KINDS = (
    Kind(
        name="ExternalSecret",
        plural="externalsecrets",
        versions=_V1,
        struct=ExternalSecret,
        short_names=("es",),
        columns=(
            Column("StoreType", ".spec.secretStoreRef.kind"),
            Column("Store", ".spec.secretStoreRef.name"),
            Column("Refresh Interval", ".spec.refreshInterval"),
            Column("Status", _READY_REASON),
            Column("Ready", _READY_STATUS),
            Column("Last Sync", ".status.refreshTime", "date"),
        ),
        selectable=(
            ".spec.secretStoreRef.name",
            ".spec.secretStoreRef.kind",
            ".spec.target.name",
            ".spec.refreshInterval",
        ),
    ),
    Kind(
        name="ClusterExternalSecret",
        plural="clusterexternalsecrets",
        scope="Cluster",
        versions=_V1,
        struct=ClusterExternalSecret,
        short_names=("ces",),
        columns=(
            Column("Store", ".spec.externalSecretSpec.secretStoreRef.name"),
            Column("Refresh Interval", ".spec.refreshTime"),
            Column("Ready", _READY_STATUS),
        ),
    ),
    Kind(
        name="SecretStore",
        plural="secretstores",
        versions=_V1,
        struct=SecretStore,
        short_names=("ss",),
        columns=_STORE_COLUMNS,
    ),
    Kind(
        name="ClusterSecretStore",
        plural="clustersecretstores",
        scope="Cluster",
        versions=_V1,
        struct=ClusterSecretStore,
        short_names=("css",),
        columns=_STORE_COLUMNS,
    ),
    Kind(
        name="PushSecret",
        plural="pushsecrets",
        versions=_ALPHA,
        struct=PushSecret,
        short_names=("ps",),
        columns=(
            Column("AGE", _CREATED, "date"),
            Column("Status", _READY_REASON),
            Column("Last Sync", ".status.refreshTime", "date"),
        ),
    ),
    Kind(
        name="ClusterPushSecret",
        plural="clusterpushsecrets",
        scope="Cluster",
        versions=_ALPHA,
        struct=ClusterPushSecret,
        columns=(Column("AGE", _CREATED, "date"), Column("Status", _READY_REASON)),
    ),
    _generator("ACRAccessToken", remote.ACRAccessTokenSpec),
    _generator("BeyondtrustWorkloadCredentialsDynamicSecret", remote.BeyondtrustSpec),
    _generator("CloudsmithAccessToken", remote.CloudsmithAccessTokenSpec),
    _generator("ECRAuthorizationToken", remote.ECRAuthorizationTokenSpec),
    _generator("Fake", local.FakeSpec),
    _generator("GCRAccessToken", remote.GCRAccessTokenSpec),
    _generator("GithubAccessToken", remote.GithubAccessTokenSpec),
    _generator("GitlabDeployToken", remote.GitlabDeployToken),
    _generator("Grafana", remote.GrafanaSpec),
    _generator("MFA", local.MFASpec),
    _generator("Password", local.PasswordSpec),
    _generator("QuayAccessToken", remote.QuayAccessTokenSpec),
    _generator("SSHKey", local.SSHKeySpec),
    _generator("STSSessionToken", remote.STSSessionTokenSpec),
    _generator("UUID", local.UUIDSpec),
    _generator("VaultDynamicSecret", remote.VaultDynamicSecretSpec),
    _generator("Webhook", remote.WebhookSpec),
    Kind(
        name="ClusterGenerator",
        plural="clustergenerators",
        group=GENERATORS_GROUP,
        scope="Cluster",
        versions=_ALPHA,
        struct=ClusterGenerator,
    ),
    Kind(
        name="GeneratorState",
        plural="generatorstates",
        group=GENERATORS_GROUP,
        versions=_ALPHA,
        struct=GeneratorState,
        short_names=("gs",),
        columns=(
            Column("GC Deadline", ".spec.garbageCollectionDeadline"),
            Column("Age", _CREATED, "date"),
        ),
        status=False,
    ),
)


def custom_resource_definition(kind: Kind) -> Schema:
    """The CustomResourceDefinition of `kind`, as `kubectl apply` takes it."""
    schema = schema_of(kind.struct)
    schema["description"] = kind.summary or schema["description"]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{kind.plural}.{kind.group}",
            "labels": {"external-secrets.io/component": "controller"},
        },
        "spec": {
            "group": kind.group,
            "scope": kind.scope,
            "names": _names(kind),
            "versions": [_version(kind, version, schema) for version in kind.versions],
        },
    }


def to_yaml(definitions: Iterable[Schema]) -> str:
    """One YAML stream, a document each, without anchors."""
    return yaml.dump_all(
        definitions, Dumper=_PlainDumper, sort_keys=False, width=120, allow_unicode=True, explicit_start=True
    )


def _names(kind: Kind) -> Schema:
    generators = ["external-secrets-generators"] if kind.group == GENERATORS_GROUP else []
    names: Schema = {
        "kind": kind.name,
        "listKind": f"{kind.name}List",
        "plural": kind.plural,
        "singular": kind.name.lower(),
        "categories": ["external-secrets", *generators],
    }
    return {**names, **({"shortNames": list(kind.short_names)} if kind.short_names else {})}


def _version(kind: Kind, version: str, schema: Schema) -> Schema:
    described: Schema = {"name": version, "served": True, "storage": version == kind.versions[0]}
    if kind.columns:
        described["additionalPrinterColumns"] = [
            {"name": column.name, "type": column.type, "jsonPath": column.path} for column in kind.columns
        ]
    if kind.selectable:
        described["selectableFields"] = [{"jsonPath": path} for path in kind.selectable]
    if kind.status:
        described["subresources"] = {"status": {}}
    return {**described, "schema": {"openAPIV3Schema": schema}}


class _PlainDumper(yaml.SafeDumper):
    """Writes every value out, also one that stands in several places."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the library's signature
        return True
