import sys

import pytest
from click.testing import CliRunner

from headwater import __version__
from headwater.cli.main import root


def test_the_version_is_printed() -> None:
    assert CliRunner().invoke(root, ["--version"]).output == f"headwater, version {__version__}\n"


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(root, ["nope"])
    assert result.exit_code == 2
    assert "No such command 'nope'" in result.output


def test_what_an_install_lacks_is_listed_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in [name for name in sys.modules if name.startswith("headwater.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "headwater.cli.commands.server", raising=False)
    assert "pip install 'headwater[server]'" in CliRunner().invoke(root, ["--help"]).output
    result = CliRunner().invoke(root, ["server", "start", "--data", "d"])
    assert str(result.exception) == "this install has no uvicorn (pip install 'headwater[server]')"
