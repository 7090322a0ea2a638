"""The verbs and the credentials of kube against a real API server."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from headwater.kube.access import Access, FixedCredential, Identity
from headwater.kube.client import USER_AGENT, KubeClient
from headwater.kube.encoding import Bookmark, Changed
from headwater.kube.errors import (
    AccessForbiddenError,
    AlreadyExistsError,
    ApiUnavailableError,
    CredentialRefusedError,
    ObjectNotFoundError,
    ObjectRefusedError,
    StaleObjectError,
)
from headwater.kube.events import EventRecorder, Note, Subject
from headwater.kube.kubeconfig import load_access
from headwater.kube.resource import ObjectKey, ResourceType, Selection, key_of
from headwater.kube.writes import Patch, Preconditions
from headwater.resources.kube_secret import KubeSecret
from headwater.resources.managed_fields import owned_fields
from headwater.resources.meta import ObjectMeta, PartialObjectMetadata
from tests.support.canary import secret
from tests.support.controlplane import AuditLog, Kubectl
from tools.controlplane.plane import ControlPlane, write_kubeconfig

pytestmark = pytest.mark.needs("controlplane")

SECRETS = ResourceType(version="v1", plural="secrets", kind="Secret", struct=KubeSecret)
SECRET_METADATA = ResourceType(
    version="v1", plural="secrets", kind="Secret", struct=PartialObjectMetadata, metadata_only=True
)
ACCOUNTS = ResourceType(version="v1", plural="serviceaccounts", kind="ServiceAccount", struct=PartialObjectMetadata)
NAMESPACES = ResourceType(
    version="v1", plural="namespaces", kind="Namespace", struct=PartialObjectMetadata, namespaced=False
)


def made(name: str, **data: str) -> KubeSecret:
    values = {key: value.encode() for key, value in data.items()}
    return KubeSecret(api_version="v1", kind="Secret", metadata=ObjectMeta(name=name), data=values)


@pytest.fixture
async def client(control_plane: ControlPlane) -> AsyncIterator[KubeClient]:
    async with KubeClient(load_access(control_plane.kubeconfig, {})) as connected:
        yield connected


@pytest.fixture
def key(namespace: str) -> ObjectKey:
    return ObjectKey(namespace, "db")


async def test_what_is_created_is_stored_as_bytes(client: KubeClient, key: ObjectKey) -> None:
    created = await client.create(SECRETS, key.namespace, made("db", password=secret("p")))
    assert key_of(created) == key
    assert created.metadata.uid
    found = await client.get(SECRETS, key)
    assert found.data == {"password": secret("p").encode()}


async def test_a_name_that_is_taken_is_an_error(client: KubeClient, key: ObjectKey) -> None:
    await client.create(SECRETS, key.namespace, made("db"))
    with pytest.raises(AlreadyExistsError):
        await client.create(SECRETS, key.namespace, made("db"))


async def test_what_is_not_there_is_an_error_to_get_and_none_to_find(client: KubeClient, key: ObjectKey) -> None:
    assert await client.find(SECRETS, key) is None
    with pytest.raises(ObjectNotFoundError, match=f"cannot get secrets {key}: NotFound"):
        await client.get(SECRETS, key)


async def test_a_resource_type_that_is_not_served_is_not_found(client: KubeClient) -> None:
    unknown = ResourceType(
        group="no.example.org", version="v1", plural="things", kind="Thing", struct=PartialObjectMetadata
    )
    with pytest.raises(ObjectNotFoundError):
        await client.list(unknown)


async def test_an_update_of_an_older_version_is_refused(client: KubeClient, key: ObjectKey) -> None:
    first = await client.create(SECRETS, key.namespace, made("db", a="1"))
    await client.update(SECRETS, key, replace(first, data={"a": b"2"}), field_manager="us")
    with pytest.raises(StaleObjectError):
        await client.update(SECRETS, key, replace(first, data={"a": b"3"}))


async def test_each_kind_of_patch_does_what_it_says(client: KubeClient, key: ObjectKey) -> None:
    await client.create(SECRETS, key.namespace, made("db", a="1", b="2"))
    merged = await client.patch(SECRETS, key, Patch.merge({"data": {"a": None}}))
    assert set(merged.data) == {"b"}
    tested = await client.patch(
        SECRETS,
        key,
        Patch.json([{"op": "test", "path": "/data/b", "value": "Mg=="}, {"op": "remove", "path": "/data/b"}]),
    )
    assert tested.data == {}
    with pytest.raises(ObjectRefusedError):
        await client.patch(SECRETS, key, Patch.json([{"op": "test", "path": "/data/b", "value": "Mg=="}]))
    applied = await client.patch(SECRETS, key, Patch.apply(made("db", c="3")), field_manager="us")
    assert set(applied.data) == {"c"}
    assert owned_fields(applied.metadata, "us").data == {"c"}


async def test_an_apply_of_anothers_field_is_a_conflict_unless_forced(client: KubeClient, key: ObjectKey) -> None:
    await client.patch(SECRETS, key, Patch.apply(made("db", a="1")), field_manager="them")
    with pytest.raises(StaleObjectError):
        await client.patch(SECRETS, key, Patch.apply(made("db", a="2")), field_manager="us")
    forced = await client.patch(SECRETS, key, Patch.apply(made("db", a="2"), force=True), field_manager="us")
    assert forced.data == {"a": b"2"}


async def test_a_deletion_holds_to_its_preconditions(client: KubeClient, key: ObjectKey) -> None:
    created = await client.create(SECRETS, key.namespace, made("db"))
    with pytest.raises(StaleObjectError):
        await client.delete(SECRETS, key, preconditions=Preconditions(uid="another"))
    await client.patch(SECRETS, key, Patch.merge({"data": {"a": "MQ=="}}))
    seen = Preconditions(uid=created.metadata.uid, resource_version=created.metadata.resource_version)
    with pytest.raises(StaleObjectError):
        await client.delete(SECRETS, key, preconditions=seen)
    await client.delete(SECRETS, key, preconditions=Preconditions(uid=created.metadata.uid))
    assert await client.find(SECRETS, key) is None


async def test_a_refusal_names_fields_and_quotes_nothing(client: KubeClient, namespace: str) -> None:
    odd = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "labels": {"shown": secret("not a label ")}},
    }
    with pytest.raises(ObjectRefusedError, match=r"Invalid \(metadata.labels FieldValueInvalid\)"):
        await client.create(SECRETS, namespace, odd)


async def test_only_metadata_comes_where_only_metadata_is_asked_for(client: KubeClient, key: ObjectKey) -> None:
    created = await client.create(SECRETS, key.namespace, made("db", password=secret("p")))
    listing = await client.list(SECRET_METADATA, Selection(namespace=key.namespace))
    assert [(found.kind, found.metadata.uid) for found in listing.items] == [
        ("PartialObjectMetadata", created.metadata.uid)
    ]
    whole = ResourceType(version="v1", plural="secrets", kind="Secret", struct=KubeSecret, metadata_only=True)
    assert (await client.get(whole, key)).data == {}


async def test_a_list_comes_in_pages_of_one_moment(client: KubeClient, namespace: str) -> None:
    for number in range(5):
        await client.create(SECRETS, namespace, made(f"s{number}"))
    here = Selection(namespace=namespace)
    first = await client.page(SECRETS, here, limit=2)
    await client.create(SECRETS, namespace, made("s9"))
    second = await client.page(SECRETS, here, limit=4, after=first.next)
    names = [found.metadata.name for found in [*first.items, *second.items]]
    assert (names, second.next) == (["s0", "s1", "s2", "s3", "s4"], "")
    assert first.resource_version == second.resource_version


async def test_labels_select(client: KubeClient, namespace: str) -> None:
    labelled = KubeSecret(metadata=ObjectMeta(name="labelled", labels={"managed": "true"}))
    await client.create(SECRETS, namespace, labelled)
    await client.create(SECRETS, namespace, made("other"))
    listing = await client.list(SECRETS, Selection(namespace=namespace, labels="managed=true"))
    assert [found.metadata.name for found in listing.items] == ["labelled"]


async def test_a_watch_tells_what_happens_and_how_far_it_is(client: KubeClient, key: ObjectKey) -> None:
    here = Selection(namespace=key.namespace)
    since = (await client.list(SECRETS, here)).resource_version
    async with client.watch(SECRETS, since, here, seconds=4) as events:
        await client.create(SECRETS, key.namespace, made("db", a="1"))
        await client.patch(SECRETS, key, Patch.merge({"data": {"a": "Mg=="}}))
        await client.delete(SECRETS, key)
        told = [await anext(events) for _ in range(3)]
        assert [(event.object.data, event.gone) for event in told if isinstance(event, Changed)] == [
            ({"a": b"1"}, False),
            ({"a": b"2"}, False),
            ({"a": b"2"}, True),
        ]
        bookmark = await anext(events)
        assert isinstance(bookmark, Bookmark)
        assert int(bookmark.resource_version) > int(since)


async def test_writes_bear_our_user_agent(client: KubeClient, key: ObjectKey, audit_log: AuditLog) -> None:
    await client.create(SECRETS, key.namespace, made("db"))
    await client.get(SECRETS, key)
    await client.delete(SECRETS, key)
    written = audit_log.writes(USER_AGENT, key.namespace)
    assert [(write.verb, write.resource, write.name) for write in written] == [
        ("create", "secrets", "db"),
        ("delete", "secrets", "db"),
    ]


async def test_an_event_shows_in_kubectl(client: KubeClient, kubectl: Kubectl, key: ObjectKey) -> None:
    created = await client.create(ACCOUNTS, key.namespace, {"metadata": {"name": "db"}})
    recorder = EventRecorder(client, component="external-secrets")
    about = Subject(api_version="v1", kind="ServiceAccount", key=key, uid=created.metadata.uid)
    for _ in range(2):
        await recorder.record(about, Note(type="Warning", reason="UpdateFailed", message="no such secret"))
    (event,) = kubectl.json("get", "events", "--namespace", key.namespace)["items"]
    assert (event["count"], event["source"]["component"], event["reason"]) == (2, "external-secrets", "UpdateFailed")
    described = kubectl("describe", "serviceaccount", "db", "--namespace", key.namespace)
    assert "no such secret" in described


async def test_a_token_of_a_service_account_acts_as_it(
    client: KubeClient, control_plane: ControlPlane, namespace: str
) -> None:
    await client.create(ACCOUNTS, namespace, {"metadata": {"name": "robot"}})
    issued = await client.create_token(ObjectKey(namespace, "robot"))
    known = client.access
    access = Access(
        server=known.server,
        authorities=known.authorities,
        credential=FixedCredential(Identity(bearer=issued.bearer)),
    )
    async with KubeClient(access) as robot:
        with pytest.raises(AccessForbiddenError, match="cannot list secrets: Forbidden"):
            await robot.list(SECRETS)
        kubeconfig = control_plane.folder / f"{namespace}.kubeconfig"
        write_kubeconfig(control_plane, kubeconfig, {"token": issued.bearer.reveal()})
    whoami = Kubectl(control_plane.kubectl, kubeconfig).json("auth", "whoami")
    assert whoami["status"]["userInfo"]["username"] == f"system:serviceaccount:{namespace}:robot"


async def test_a_token_that_is_none_is_refused(client: KubeClient, control_plane: ControlPlane, tmp_path: Path) -> None:
    write_kubeconfig(control_plane, tmp_path / "config", {"token": secret("nobody")})
    async with KubeClient(load_access(tmp_path / "config", {})) as nobody:
        with pytest.raises(CredentialRefusedError, match="cannot list namespaces: Unauthorized"):
            await nobody.list(NAMESPACES)
    assert (await client.list(NAMESPACES)).items


async def test_a_plugin_is_asked_who_we_are(client: KubeClient, control_plane: ControlPlane, tmp_path: Path) -> None:
    """It prints the administrator's certificate, as a cloud's plugin would."""
    config = json.loads(control_plane.kubeconfig.read_text(encoding="utf-8"))
    user = config["users"][0]["user"]
    program = (
        "import base64, json, sys\n"
        "cert, key = (base64.b64decode(text).decode() for text in sys.argv[1:])\n"
        "print(json.dumps({'status': {'clientCertificateData': cert, 'clientKeyData': key}}))\n"
    )
    arguments = ["-c", program, user["client-certificate-data"], user["client-key-data"]]
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": sys.executable, "args": arguments}
    config["users"][0]["user"] = {"exec": plugin}
    (tmp_path / "config").write_text(json.dumps(config), encoding="utf-8")
    async with KubeClient(load_access(tmp_path / "config", os.environ)) as asked:
        assert len((await asked.list(NAMESPACES)).items) == len((await client.list(NAMESPACES)).items)


async def test_a_server_that_is_not_trusted_is_not_told_who_we_are(control_plane: ControlPlane, tmp_path: Path) -> None:
    config = json.loads(control_plane.kubeconfig.read_text(encoding="utf-8"))
    del config["clusters"][0]["cluster"]["certificate-authority-data"]
    (tmp_path / "config").write_text(json.dumps(config), encoding="utf-8")
    async with KubeClient(load_access(tmp_path / "config", {})) as careful:
        with pytest.raises(ApiUnavailableError, match="the API server's certificate is not trusted"):
            await careful.list(NAMESPACES)
    config["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
    (tmp_path / "config").write_text(json.dumps(config), encoding="utf-8")
    async with KubeClient(load_access(tmp_path / "config", {})) as careless:
        assert (await careless.list(NAMESPACES)).items


async def test_many_calls_at_once_share_the_connections(client: KubeClient, namespace: str) -> None:
    await asyncio.gather(*(client.create(SECRETS, namespace, made(f"s{number}")) for number in range(200)))
    assert len((await client.list(SECRETS, Selection(namespace=namespace))).items) == 200
