"""Identities that change under a running program."""

import asyncio
import json
import os
import stat
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.hidden import Hidden
from headwater.kube.access import ClientCertificate, Identity
from headwater.kube.credentials import REREAD_AFTER, ExecCredential, ExecPlugin, TokenFile
from headwater.kube.errors import ApiUnavailableError
from tests.support.canary import secret

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def bearer(identity: Identity) -> str | None:
    return identity.bearer.reveal() if identity.bearer else None


async def test_a_token_file_is_read_again_after_a_while(tmp_path: Path) -> None:
    now = [0.0]
    path = tmp_path / "token"
    path.write_text(secret("first") + "\n")
    credential = TokenFile(path, monotonic=lambda: now[0])
    assert bearer(await credential.identity()) == secret("first")
    path.write_text(secret("second"))
    now[0] = REREAD_AFTER - 1
    assert bearer(await credential.identity()) == secret("first")
    now[0] = REREAD_AFTER
    assert bearer(await credential.identity()) == secret("second")


async def test_a_refused_token_is_read_again_at_once(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(secret("first"))
    credential = TokenFile(path)
    await credential.identity()
    path.write_text(secret("second"))
    assert bearer(await credential.identity(refused=True)) == secret("second")


async def test_a_token_file_that_is_gone_is_an_error_for_now(tmp_path: Path) -> None:
    credential = TokenFile(tmp_path / "token")
    with pytest.raises(ApiUnavailableError, match="cannot read the token file"):
        await credential.identity()
    (tmp_path / "token").write_text(secret("late"))
    assert bearer(await credential.identity()) == secret("late")


class Plugin:
    """A program that prints what `answer` holds and notes each run with what it was told."""

    def __init__(self, folder: Path) -> None:
        self.answer = folder / "answer.json"
        self._runs = folder / "runs"
        self.program = folder / "plugin"
        body = (
            "import os, pathlib, sys\n"
            f"with open({str(self._runs)!r}, 'a') as runs:\n"
            "    runs.write(os.environ['KUBERNETES_EXEC_INFO'] + '\\n')\n"
            f"sys.stdout.write(pathlib.Path({str(self.answer)!r}).read_text())\n"
            "sys.exit(int(os.environ.get('FAIL', '0')))\n"
        )
        self.program.write_text(f"#!{sys.executable}\n{body}")
        self.program.chmod(stat.S_IRWXU)

    def prints(self, **status: Any) -> None:
        self.answer.write_text(json.dumps({"kind": "ExecCredential", "status": status}))

    def told(self) -> list[Mapping[str, Any]]:
        return [json.loads(line) for line in self._runs.read_text().splitlines()]

    def credential(self, now: list[datetime] | None = None, **more: Any) -> ExecCredential:
        clock = now or [NOW]
        return ExecCredential(ExecPlugin(command=str(self.program), **more), clock=lambda: clock[0])


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    return Plugin(tmp_path)


async def test_a_plugin_is_asked_once_and_again_when_refused(plugin: Plugin) -> None:
    plugin.prints(token=secret("first"))
    credential = plugin.credential()
    assert [bearer(await credential.identity()) for _ in range(3)] == [secret("first")] * 3
    plugin.prints(token=secret("second"))
    assert bearer(await credential.identity(refused=True)) == secret("second")
    assert len(plugin.told()) == 2


async def test_calls_at_the_same_time_ask_once(plugin: Plugin) -> None:
    plugin.prints(token=secret("one"))
    credential = plugin.credential()
    await asyncio.gather(*(credential.identity() for _ in range(5)))
    await asyncio.gather(*(credential.identity(refused=True) for _ in range(5)))
    assert len(plugin.told()) == 2


async def test_a_credential_is_replaced_before_it_expires(plugin: Plugin) -> None:
    now = [NOW]
    plugin.prints(token=secret("first"), expirationTimestamp="2026-11-25T01:00:00Z")
    credential = plugin.credential(now)
    await credential.identity()
    plugin.prints(token=secret("second"), expirationTimestamp="2026-11-25T02:00:00Z")
    now[0] = NOW + timedelta(minutes=59)
    assert bearer(await credential.identity()) == secret("first")
    now[0] = NOW + timedelta(minutes=59, seconds=31)
    assert bearer(await credential.identity()) == secret("second")


async def test_a_plugin_may_give_a_certificate(plugin: Plugin) -> None:
    plugin.prints(clientCertificateData="cert", clientKeyData=secret("key"))
    identity = await plugin.credential().identity()
    assert identity == Identity(certificate=ClientCertificate(b"cert", Hidden(secret("key").encode())))


async def test_a_plugin_is_told_of_the_cluster_if_it_asked(plugin: Plugin) -> None:
    plugin.prints(token=secret("x"))
    await plugin.credential(cluster={"server": "https://k"}).identity()
    await plugin.credential(api_version="client.authentication.k8s.io/v1beta1").identity()
    assert plugin.told() == [
        {
            "apiVersion": "client.authentication.k8s.io/v1",
            "kind": "ExecCredential",
            "spec": {"interactive": False, "cluster": {"server": "https://k"}},
        },
        {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "kind": "ExecCredential",
            "spec": {"interactive": False},
        },
    ]


async def test_a_plugin_that_fails_is_named_and_not_quoted(plugin: Plugin) -> None:
    plugin.prints(token=secret("x"))
    with pytest.raises(ApiUnavailableError, match=r"plugin failed with 3$"):
        await plugin.credential(environ={"FAIL": "3"}).identity()
    plugin.answer.write_text(secret("no json"))
    with pytest.raises(ApiUnavailableError, match=r"plugin printed none$"):
        await plugin.credential().identity()


async def test_a_plugin_that_is_missing_says_how_to_get_it() -> None:
    absent = ExecCredential(ExecPlugin(command="no-such-plugin", hint="install it"))
    with pytest.raises(ApiUnavailableError, match=r"cannot run no-such-plugin \(install it\)"):
        await absent.identity()


async def test_a_plugin_does_not_outlive_its_asking(tmp_path: Path) -> None:
    pipe, program = tmp_path / "pipe", tmp_path / "hangs"
    os.mkfifo(pipe)
    program.write_text(f"#!{sys.executable}\nimport time\nwith open({str(pipe)!r}, 'w'):\n    time.sleep(60)\n")
    program.chmod(stat.S_IRWXU)
    asking = asyncio.create_task(ExecCredential(ExecPlugin(command=str(program))).identity())
    with await asyncio.to_thread(pipe.open) as started:
        asking.cancel()
        assert await asyncio.to_thread(started.read) == ""
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_path_starts_at_the_kubeconfig(plugin: Plugin) -> None:
    plugin.prints(token=secret("x"))
    relative = ExecPlugin(command="./plugin", folder=plugin.program.parent)
    assert bearer(await ExecCredential(relative).identity()) == secret("x")
