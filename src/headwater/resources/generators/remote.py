"""Generators that ask somebody else for a credential that soon expires.

How each signs in is kept as written and not described here: none of them exists in this release.
"""

from typing import Annotated

import msgspec

from headwater.resources.references import CAProvider, ServiceAccountSelector
from headwater.resources.schema import (
    EXACTLY_ONE,
    AnyJson,
    DataKey,
    KubeStruct,
    ObjectName,
    OpenObject,
    Timestamp,
    doc,
    one_of,
    rule,
)


class ACRAccessTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks for access to a container registry of Azure."""

    auth: Annotated[OpenObject, doc("how to sign in")]
    registry: Annotated[str, doc("the registry's host")]
    tenant_id: Annotated[str | None, doc("the tenant")] = None
    scope: Annotated[str | None, doc("what the access is limited to")] = None
    environment_type: Annotated[
        str,
        doc(
            "which of Azure's clouds",
            **one_of("PublicCloud", "USGovernmentCloud", "ChinaCloud", "GermanCloud", "AzureStackCloud"),
        ),
    ] = "PublicCloud"


class BeyondtrustSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks BeyondTrust for a credential of a workload."""

    controller: Annotated[str | None, doc("the class of the operator that serves this generator")] = None
    provider: Annotated[OpenObject, doc("the server, and how to sign in")]
    retry_settings: Annotated[OpenObject | None, doc("how calls are tried again")] = None


class CloudsmithAccessTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks for access to a registry of Cloudsmith."""

    api_url: Annotated[str | None, doc("the API's address")] = None
    org_slug: Annotated[str, doc("the organisation")]
    service_slug: Annotated[str, doc("the service")]
    service_account_ref: Annotated[ServiceAccountSelector, doc("whose token is shown")]


class ECRAuthorizationTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks for access to a container registry of AWS."""

    region: Annotated[str, doc("the region")]
    auth: Annotated[OpenObject | None, doc("how to sign in")] = None
    role: Annotated[str | None, doc("the role to take on first")] = None
    scope: Annotated[str | None, doc("`private` or `public`")] = None


class GCRAccessTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks for access to a container registry of Google."""

    auth: Annotated[OpenObject, doc("how to sign in")]
    project_id: Annotated[str, doc("the project")] = msgspec.field(name="projectID")


class GithubAccessTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks GitHub for a token of an installed app."""

    app_id: Annotated[str, doc("the app")] = msgspec.field(name="appID")
    install_id: Annotated[str, doc("its installation")] = msgspec.field(name="installID")
    auth: Annotated[OpenObject, doc("the app's private key")]
    url: Annotated[str | None, doc("the address of a GitHub of one's own")] = None
    repositories: Annotated[tuple[str, ...], doc("the repositories to limit it to")] = ()
    permissions: Annotated[dict[str, str], doc("the permissions to limit it to")] = msgspec.field(default_factory=dict)


class GitlabDeployTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Makes a deploy token of a project or a group of GitLab."""

    auth: Annotated[OpenObject, doc("how to sign in")]
    url: Annotated[str | None, doc("the address of a GitLab of one's own")] = None
    project_id: Annotated[str | None, doc("the project; either this or a group", minLength=1)] = msgspec.field(
        default=None, name="projectID"
    )
    group_id: Annotated[str | None, doc("the group; either this or a project", minLength=1)] = msgspec.field(
        default=None, name="groupID"
    )
    name: Annotated[str, doc("the token's name", minLength=1)]
    username: Annotated[str | None, doc("the user name that goes with it")] = None
    expires_at: Annotated[Timestamp | None, doc("when it ends")] = None
    scopes: Annotated[
        tuple[
            Annotated[
                str,
                doc(
                    **one_of(
                        "read_repository",
                        "read_registry",
                        "write_registry",
                        "read_package_registry",
                        "write_package_registry",
                        "read_virtual_registry",
                        "write_virtual_registry",
                    )
                ),
            ],
            ...,
        ],
        doc("what it may do", minItems=1),
    ]


GitlabDeployToken = Annotated[
    GitlabDeployTokenSpec,
    doc(**rule("has(self.projectID) != has(self.groupID)", "exactly one of projectID or groupID must be set")),
]


class GrafanaServiceAccount(KubeStruct, frozen=True, kw_only=True):
    """The service account to make."""

    name: Annotated[str, doc("its name")]
    role: Annotated[str, doc("its role")]
    seconds_to_live: Annotated[int | None, doc("how long its token lives", format="int64", minimum=1)] = None


class GrafanaSpec(KubeStruct, frozen=True, kw_only=True):
    """Makes a token of a service account of Grafana."""

    url: Annotated[str, doc("Grafana's address")]
    auth: Annotated[OpenObject, doc("how to sign in")]
    service_account: Annotated[GrafanaServiceAccount, doc("the service account to make")]


class QuayAccessTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks Quay for a token of a robot account."""

    url: Annotated[str | None, doc("the address of a Quay of one's own")] = None
    robot_account: Annotated[str, doc("the robot account")]
    service_account_ref: Annotated[ServiceAccountSelector, doc("whose token is shown")]


class STSRequestParameters(KubeStruct, frozen=True, kw_only=True):
    """Details of a request for a session."""

    session_duration: Annotated[int | None, doc("how many seconds it lives", format="int32")] = None
    serial_number: Annotated[str | None, doc("the second factor's device")] = None
    token_code: Annotated[str | None, doc("what the device shows")] = None


class STSSessionTokenSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks AWS for a session."""

    region: Annotated[str, doc("the region")]
    auth: Annotated[OpenObject | None, doc("how to sign in")] = None
    role: Annotated[str | None, doc("the role to take on first")] = None
    request_parameters: Annotated[STSRequestParameters | None, doc("details of the request")] = None


class VaultDynamicSecretSpec(KubeStruct, frozen=True, kw_only=True):
    """Asks Vault for a credential that it makes on demand."""

    controller: Annotated[str | None, doc("the class of the operator that serves this generator")] = None
    provider: Annotated[OpenObject, doc("the server, and how to sign in")]
    path: Annotated[str, doc("the path to call")]
    method: Annotated[str | None, doc("the method to call it with; without one, GET")] = None
    parameters: Annotated[AnyJson, doc("what to send with a call that writes")] = None
    get_parameters: Annotated[dict[str, tuple[str, ...]], doc("what to send with a call that reads")] = msgspec.field(
        default_factory=dict
    )
    result_type: Annotated[str, doc("which part of the answer to take", **one_of("Data", "Auth", "Raw"))] = "Data"
    allow_empty_response: Annotated[bool, doc("whether an empty answer is fine", default=False)] = False
    retry_settings: Annotated[OpenObject | None, doc("how calls are tried again")] = None


class WebhookResult(KubeStruct, frozen=True, kw_only=True):
    """Where in the answer the values are."""

    json_path: Annotated[str | None, doc("a JSONPath; without one, the whole answer")] = None


class WebhookSecretRef(KubeStruct, frozen=True, kw_only=True):
    """One key of a Secret of the same namespace."""

    name: Annotated[ObjectName | None, doc("the Secret's name")] = None
    key: Annotated[DataKey | None, doc("the key in its data")] = None


class WebhookSecret(KubeStruct, frozen=True, kw_only=True):
    """A Secret that the templates of a call may use."""

    name: Annotated[str, doc("its name in the templates")]
    secret_ref: Annotated[WebhookSecretRef, doc("the Secret")]


class WebhookSpec(KubeStruct, frozen=True, kw_only=True):
    """Takes values from the answer to an HTTP request."""

    url: Annotated[str, doc("a template of the address")]
    method: Annotated[str | None, doc("the method; without one, GET")] = None
    headers: Annotated[dict[str, str], doc("templates of headers")] = msgspec.field(default_factory=dict)
    body: Annotated[str | None, doc("a template of the body")] = None
    timeout: Annotated[str | None, doc("how long to wait, such as `10s`")] = None
    result: Annotated[WebhookResult, doc("where in the answer the values are")]
    secrets: Annotated[tuple[WebhookSecret, ...], doc("Secrets that the templates may use")] = ()
    auth: Annotated[OpenObject | None, doc("how to sign in", **EXACTLY_ONE)] = None
    ca_bundle: Annotated[str | None, doc("certificates of the authorities to trust", format="byte")] = None
    ca_provider: Annotated[CAProvider | None, doc("where such certificates are kept")] = None
