import asyncio
from pathlib import Path

import pytest

from headwater.domain.errors import StartupError
from headwater.operator.program import run
from headwater.operator.settings import OperatorSettings


async def test_without_a_cluster_it_does_not_start(tmp_path: Path) -> None:
    settings = OperatorSettings(kubeconfig=tmp_path / "missing")
    with pytest.raises(StartupError, match="cannot read the kubeconfig"):
        await run(settings, ready=lambda _address: None, stop=asyncio.Event())
