"""The shape of a program: what `headwater.cli` starts, and quickstart runs several of in one loop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

S_contra = TypeVar("S_contra", contravariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a program listens, once its socket is open."""

    host: str
    port: int
    tls: bool = False

    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


Ready = Callable[[Address], None]
"""Called once, when the program answers for itself."""


class Program(Protocol[S_contra]):
    """Runs until `stop` is set, then drains and returns; raises `StartupError` when it cannot start."""

    async def __call__(self, settings: S_contra, *, ready: Ready, stop: asyncio.Event) -> None: ...
