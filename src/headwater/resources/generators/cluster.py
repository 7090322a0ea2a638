"""ClusterGenerator, which every namespace may use, and GeneratorState, the memory of generators that clean up."""

from typing import Annotated, Any

import msgspec

from headwater.resources.generators import local, remote
from headwater.resources.meta import Condition, ObjectMeta
from headwater.resources.references import GENERATOR_KINDS
from headwater.resources.schema import EXACTLY_ONE, OPEN, AnyJson, KubeStruct, Timestamp, doc, one_of

SPEC_OF = {
    "acrAccessTokenSpec": remote.ACRAccessTokenSpec,
    "beyondtrustWorkloadCredentialsDynamicSecretSpec": remote.BeyondtrustSpec,
    "cloudsmithAccessTokenSpec": remote.CloudsmithAccessTokenSpec,
    "ecrAuthorizationTokenSpec": remote.ECRAuthorizationTokenSpec,
    "fakeSpec": local.FakeSpec,
    "gcrAccessTokenSpec": remote.GCRAccessTokenSpec,
    "githubAccessTokenSpec": remote.GithubAccessTokenSpec,
    "gitlabDeployTokenSpec": remote.GitlabDeployToken,
    "grafanaSpec": remote.GrafanaSpec,
    "mfaSpec": local.MFASpec,
    "passwordSpec": local.PasswordSpec,
    "quayAccessTokenSpec": remote.QuayAccessTokenSpec,
    "sshKeySpec": local.SSHKeySpec,
    "stsSessionTokenSpec": remote.STSSessionTokenSpec,
    "uuidSpec": local.UUIDSpec,
    "vaultDynamicSecretSpec": remote.VaultDynamicSecretSpec,
    "webhookSpec": remote.WebhookSpec,
}


class ClusterGeneratorSpec(KubeStruct, frozen=True, kw_only=True):
    """A generator's kind and its spec."""

    kind: Annotated[str, doc("the generator's kind", **one_of(*GENERATOR_KINDS))]
    generator: Annotated[
        dict[str, Any],
        msgspec.Meta(
            extra_json_schema={"description": "exactly one spec, by its key", **EXACTLY_ONE, **OPEN},
            extra={"properties": SPEC_OF, "open": True},
        ),
    ]


class ClusterGenerator(KubeStruct, frozen=True, kw_only=True):
    """Makes values for the ExternalSecrets of every namespace."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[ClusterGeneratorSpec | None, doc("the generator")] = None


class GeneratorStateSpec(KubeStruct, frozen=True, kw_only=True):
    """What was generated, and until when it is kept."""

    garbage_collection_deadline: Annotated[Timestamp | None, doc("when to clean up")] = None
    resource: Annotated[AnyJson, doc("the generator as it was then")]
    state: Annotated[AnyJson, doc("what the generator needs in order to clean up")]


class GeneratorStateStatus(KubeStruct, frozen=True, kw_only=True):
    """How the cleaning up goes."""

    conditions: Annotated[tuple[Condition, ...], doc("the state, one aspect each")] = ()


class GeneratorState(KubeStruct, frozen=True, kw_only=True):
    """Remembers what a generator made elsewhere, so that it can be cleaned up; written by the operator alone."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[GeneratorStateSpec | None, doc("what was generated")] = None
    status: Annotated[GeneratorStateStatus, doc("how the cleaning up goes")] = GeneratorStateStatus()
