import subprocess
import sys

from click.testing import CliRunner

from headwater import __version__
from headwater.cli.main import root


def test_the_version_is_printed() -> None:
    assert CliRunner().invoke(root, ["--version"]).output == f"headwater, version {__version__}\n"


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(root, ["nope"])
    assert result.exit_code == 2
    assert "No such command 'nope'" in result.output


def test_what_an_install_lacks_is_listed_with_its_remedy() -> None:
    """In a process of its own: modules that are imported anew would be others for the tests after it."""
    assert "pip install 'headwater[server]'" in _without_uvicorn("--help").stdout
    refused = _without_uvicorn("server", "start", "--data", "d")
    assert refused.returncode == 1
    assert refused.stderr == "headwater: this install has no uvicorn (pip install 'headwater[server]')\n"


def _without_uvicorn(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; sys.modules['uvicorn'] = None; from headwater.cli.main import main; main()"
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
