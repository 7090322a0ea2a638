from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from headwater.cli.programs import program_options
from headwater.domain.errors import StartupError
from headwater.process.settings import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    data: Path = setting(help="where it lives")
    readers: int = setting(4, help="how many")
    quiet: bool = setting(default=False, help="say less")


@click.command
@program_options(Example)
def command(settings: Example) -> None:
    click.echo(f"{settings.data} {settings.readers} {settings.quiet}")


def test_flags_reach_the_settings() -> None:
    result = CliRunner().invoke(command, ["--data", "d", "--readers", "2", "--quiet"])
    assert result.output == "d 2 True\n"


def test_what_no_flag_says_comes_from_the_environ_and_the_file(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("readers = 9\nquiet = true\n")
    result = CliRunner().invoke(command, ["--settings", str(file), "--no-quiet"], env={"HEADWATER_DATA": "e"})
    assert result.output == "e 9 False\n"


def test_a_missing_setting_is_a_startup_error() -> None:
    result = CliRunner().invoke(command, [])
    assert isinstance(result.exception, StartupError)


@pytest.mark.parametrize("text", ["--data PATH", "how many [default: 4]", "--no-quiet", "--settings FILE"])
def test_help_shows_every_setting(text: str) -> None:
    assert text in CliRunner().invoke(command, ["--help"]).output
