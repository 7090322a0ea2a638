from click.testing import CliRunner

from headwater import __version__
from headwater.cli.main import root


def test_the_version_is_printed() -> None:
    assert CliRunner().invoke(root, ["--version"]).output == f"headwater, version {__version__}\n"


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(root, ["nope"])
    assert result.exit_code == 2
    assert "No such command 'nope'" in result.output
