from dataclasses import dataclass
from pathlib import Path

import pytest

from headwater.domain.errors import StartupError
from headwater.process.settings import declared_settings, read_settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    data: Path = setting(help="where it lives", metavar="DIR")
    listen: str = setting("127.0.0.1:8080", help="where it listens")
    readers: int = setting(4, help="how many")
    verbose: bool = setting(default=False, help="say more")
    key_file: Path | None = setting(None, help="the key")


def test_a_flag_beats_the_environ_which_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('data = "/file"\nlisten = "file:1"\nreaders = 7\n')
    environ = {"HEADWATER_DATA": "/environ", "HEADWATER_LISTEN": "environ:1"}
    read = read_settings(Example, {"data": Path("/flag")}, environ, file)
    assert read == Example(data=Path("/flag"), listen="environ:1", readers=7)


def test_the_file_names_settings_as_flags_do(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('data = "/d"\nkey-file = "/k"\nverbose = true\n')
    assert read_settings(Example, {}, {}, file) == Example(data=Path("/d"), key_file=Path("/k"), verbose=True)


@pytest.mark.parametrize(
    ("text", "verbose"), [("true", True), ("1", True), ("YES", True), ("off", False), ("0", False), ("No", False)]
)
def test_booleans_have_several_spellings(text: str, verbose: bool) -> None:
    assert read_settings(Example, {"data": Path("/d")}, {"HEADWATER_VERBOSE": text}, None).verbose is verbose


REFUSED: dict[str, tuple[dict[str, str], str | None, str]] = {
    "a missing one": ({}, None, "--data is missing"),
    "a word for a number": ({"HEADWATER_DATA": "d", "HEADWATER_READERS": "x"}, None, "READERS is not a whole number"),
    "a word for a boolean": ({"HEADWATER_DATA": "d", "HEADWATER_VERBOSE": "x"}, None, "not true or false"),
    "a boolean for a number": ({"HEADWATER_DATA": "d"}, "readers = true", "readers in .* is not a whole number"),
    "an unknown one": ({"HEADWATER_DATA": "d"}, "read-ers = 1", "unknown setting read-ers"),
    "no TOML": ({"HEADWATER_DATA": "d"}, "readers 1", "is not TOML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_setting_is_refused_in_one_line(case: str, tmp_path: Path) -> None:
    environ, text, message = REFUSED[case]
    file = tmp_path / "settings.toml" if text else None
    if file and text:
        file.write_text(text)
    with pytest.raises(StartupError, match=message):
        read_settings(Example, {}, environ, file)


def test_an_absent_settings_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="cannot read the settings file"):
        read_settings(Example, {}, {}, tmp_path / "absent.toml")


def test_a_setting_knows_its_names() -> None:
    declared = {each.name: each for each in declared_settings(Example)}
    assert declared["key_file"].flag == "--key-file"
    assert declared["key_file"].variable == "HEADWATER_KEY_FILE"
    assert declared["key_file"].kind is Path
    assert declared["data"].required
    assert not declared["key_file"].required
