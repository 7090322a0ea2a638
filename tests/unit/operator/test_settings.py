from pathlib import Path

import pytest

from headwater.domain.errors import StartupError
from headwater.operator.settings import Interval, OperatorSettings
from headwater.process.settings import read_settings


def test_an_interval_is_written_as_kubernetes_writes_it() -> None:
    settings = read_settings(OperatorSettings, {}, {"HEADWATER_IDLE_STATUS_INTERVAL": "1h30m"}, None)
    assert settings.idle_status_interval == 5400.0
    assert str(settings.idle_status_interval) == "5400s"


def test_the_defaults_are_those_of_external_secrets_operator(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("workers = 2\n")
    settings = read_settings(OperatorSettings, {}, {}, file)
    assert (settings.controller_class, settings.require_store_conditions, settings.workers) == ("default", False, 2)


@pytest.mark.parametrize("written", ["soon", "-1m", "30"])
def test_an_interval_of_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Interval(written)
    with pytest.raises(StartupError, match="HEADWATER_IDLE_STATUS_INTERVAL"):
        read_settings(OperatorSettings, {}, {"HEADWATER_IDLE_STATUS_INTERVAL": written}, None)
