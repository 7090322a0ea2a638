"""Where identities come from that change while a program runs: a file that is rewritten, a program that is asked.

Surprise: after a 401 both are asked anew at once, so a rotated token costs one failed call and nothing else.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from headwater.domain.hidden import Hidden
from headwater.kube.access import ClientCertificate, Identity
from headwater.kube.errors import ApiUnavailableError
from headwater.process.clock import Clock, system_clock

REREAD_AFTER: Final = 60.0
"""Seconds for which what a token file holds is taken for current. Source: client-go, which reads as often."""

EXEC_WITHIN: Final = 60.0
"""Seconds that a program may take."""

EARLY: Final = 30.0
"""Seconds before its end at which a credential is replaced."""


class TokenFile:
    """A bearer token in a file, such as the projected one of a ServiceAccount, which the kubelet rewrites."""

    def __init__(
        self,
        path: Path,
        certificate: ClientCertificate | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._certificate = certificate
        self._monotonic = monotonic
        self._identity = Identity(certificate=certificate)
        self._fresh_until = float("-inf")

    async def identity(self, *, refused: bool = False) -> Identity:
        """Raises ApiUnavailableError if the file cannot be read."""
        now = self._monotonic()
        if refused or now >= self._fresh_until:
            self._identity = Identity(bearer=self._read(), certificate=self._certificate)
            self._fresh_until = now + REREAD_AFTER
        return self._identity

    def _read(self) -> Hidden[str]:
        try:
            return Hidden(self._path.read_text(encoding="ascii").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise ApiUnavailableError(f"cannot read the token file {self._path}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecPlugin:
    """A program that prints an ExecCredential. Source: client.authentication.k8s.io/v1."""

    command: str
    arguments: tuple[str, ...] = field(default=(), repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """All of it, as the program sees it."""
    folder: Path | None = None
    """From where a relative command is looked for: the kubeconfig's folder."""
    api_version: str = "client.authentication.k8s.io/v1"
    cluster: Mapping[str, Any] | None = None
    """What the program is told of the cluster, if it asked for that (provideClusterInfo)."""
    hint: str | None = None
    """How to install it."""


class _Credential(msgspec.Struct, frozen=True, rename="camel"):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: datetime | None = None


class _Answer(msgspec.Struct, frozen=True):
    status: _Credential


_ANSWER: Final = msgspec.json.Decoder(_Answer)


class ExecCredential:
    """What a plugin says, until it expires or is refused; asked by one call at a time."""

    def __init__(self, plugin: ExecPlugin, *, clock: Clock = system_clock) -> None:
        self._plugin = plugin
        self._clock = clock
        self._identity: Identity | None = None
        self._expires: datetime | None = None
        self._asking = asyncio.Lock()

    async def identity(self, *, refused: bool = False) -> Identity:
        """Raises ApiUnavailableError if the program fails."""
        before = self._identity
        async with self._asking:
            someone_asked_meanwhile = self._identity is not before
            if self._identity is None or self._is_stale() or (refused and not someone_asked_meanwhile):
                self._take_in(await _ask(self._plugin))
            assert self._identity is not None
            return self._identity

    def _is_stale(self) -> bool:
        return self._expires is not None and (self._expires - self._clock()).total_seconds() < EARLY

    def _take_in(self, said: _Credential) -> None:
        certificate = None
        if said.client_certificate_data and said.client_key_data:
            key = Hidden(said.client_key_data.encode())
            certificate = ClientCertificate(said.client_certificate_data.encode(), key)
        self._identity = Identity(bearer=Hidden(said.token) if said.token else None, certificate=certificate)
        self._expires = said.expiration_timestamp.astimezone(UTC) if said.expiration_timestamp else None


async def _ask(plugin: ExecPlugin) -> _Credential:
    output = await _run(plugin)
    try:
        return _ANSWER.decode(output).status
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ApiUnavailableError(f"cannot get a credential: {plugin.command} printed none") from None


async def _run(plugin: ExecPlugin) -> bytes:
    """What the program prints; its stderr is ours, since it tells a person what to do."""
    info = {"apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": _spec(plugin)}
    environ = {**plugin.environ, "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode()}
    try:
        process = await asyncio.create_subprocess_exec(
            _program(plugin),
            *plugin.arguments,
            env=environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise ApiUnavailableError(f"cannot get a credential: cannot run {plugin.command}", hint=plugin.hint) from error
    try:
        output, _ = await asyncio.wait_for(process.communicate(), EXEC_WITHIN)
    except TimeoutError:
        raise ApiUnavailableError(f"cannot get a credential: {plugin.command} did not end in time") from None
    finally:
        await _end(process)
    if process.returncode:
        raise ApiUnavailableError(f"cannot get a credential: {plugin.command} failed with {process.returncode}")
    return output


async def _end(process: asyncio.subprocess.Process) -> None:
    """No program outlives its asking, whether it took too long or nobody waits for it any more."""
    if process.returncode is None:
        process.kill()
        await process.wait()


def _spec(plugin: ExecPlugin) -> Mapping[str, Any]:
    cluster = {"cluster": plugin.cluster} if plugin.cluster is not None else {}
    return {"interactive": False, **cluster}


def _program(plugin: ExecPlugin) -> str:
    """A command with a slash is a path, relative to the kubeconfig; one without is looked for on the PATH."""
    if os.sep in plugin.command and plugin.folder is not None:
        return str(plugin.folder / plugin.command)
    return plugin.command
