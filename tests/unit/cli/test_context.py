from pathlib import Path

import pytest

from headwater.cli.context import Context, read_context
from headwater.client.client import ConfigAddress
from headwater.domain.errors import StartupError
from tests.support.canary import CANARY, secret

TOKEN = secret("dp.pt.x")  # throw-away, for tests

FILE = f"""
["/"]
url = "https://headwater.example"
token = "{TOKEN}"
["/shop"]
project = "shop"
config = "dev"
["/shop/web"]
config = "dev_web"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cli.toml"
    path.write_text(FILE, encoding="utf-8")
    path.chmod(0o600)
    return path


def _read(file: Path | None, folder: str = "/", environ: dict[str, str] | None = None, **flags: str) -> Context:
    return read_context(flags, environ or {}, file, Path(folder))


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("/", ("", "")),
        ("/shop", ("shop", "dev")),
        ("/shop/web/src", ("shop", "dev_web")),
        ("/shopping", ("", "")),
    ],
)
def test_the_nearest_folder_of_the_file_wins(file: Path, folder: str, place: tuple[str, str]) -> None:
    found = _read(file, folder)
    assert found.address == ConfigAddress(project=place[0], config=place[1])
    assert (found.endpoint.base_url, found.token.reveal()) == ("https://headwater.example", TOKEN)


def test_flags_go_before_the_environ_and_that_before_the_file(file: Path) -> None:
    environ = {"HEADWATER_PROJECT": "environ", "HEADWATER_CONFIG": "stg"}
    assert _read(file, "/shop", environ, config="prd").address == ConfigAddress(project="environ", config="prd")


def test_what_is_empty_is_not_given(file: Path) -> None:
    assert _read(file, "/shop", {"HEADWATER_CONFIG": ""}, project="").address.config == "dev"


def test_the_usual_file_is_read_unless_one_is_named(tmp_path: Path, file: Path) -> None:
    usual = tmp_path / "headwater" / "cli.toml"
    usual.parent.mkdir()
    file.rename(usual)
    assert _read(None, environ={"XDG_CONFIG_HOME": str(tmp_path)}).token.reveal() == TOKEN


def test_the_server_is_this_machines_by_default() -> None:
    assert _read(None, token=TOKEN).endpoint.base_url == "http://127.0.0.1:8080"


def test_a_file_that_others_can_read_must_hold_no_token(file: Path) -> None:
    file.chmod(0o640)
    with pytest.raises(StartupError, match="open to others") as raised:
        _read(file)
    assert CANARY not in str(raised.value)
    file.write_text('["/"]\nproject = "shop"\n', encoding="utf-8")
    assert _read(file, token=TOKEN).address.project == "shop"


BROKEN = {
    "no TOML": (f'token = "{TOKEN}', "is not TOML"),
    "a setting outside of a table": (f'token = "{TOKEN}"', "outside of a table"),
    "an unknown setting": (f'["/"]\ntokens = "{TOKEN}"', "has no use for tokens"),
    "a number": ('["/"]\nproject = 1', "has no use for project"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_makes_no_sense_is_named_and_not_quoted(file: Path, case: str) -> None:
    text, said = BROKEN[case]
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StartupError, match=said) as raised:
        _read(file)
    assert CANARY not in str(raised.value)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="cannot read"):
        _read(tmp_path / "nope.toml", token=TOKEN)
