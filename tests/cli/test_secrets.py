"""`headwater secrets`, as it is typed and as it answers."""

import json
import socket
import stat

import pytest

from tests.cli.conftest import VALUES, Cli
from tests.support.canary import CANARY, secret
from tests.support.headwater_server import ServerThread

COMPUTED = VALUES | {"URL": f"{VALUES['GREETING']}@host"}


def test_one_secret_is_printed_as_it_is(cli: Cli) -> None:
    assert cli.must("secrets", "get", "PEM") == VALUES["PEM"] + "\n"


def test_several_are_a_line_each_with_what_would_break_lines_escaped(cli: Cli) -> None:
    pem = VALUES["PEM"].replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    assert cli.must("secrets", "get", "PEM", "GREETING") == f"PEM\t{pem}\nGREETING\t{VALUES['GREETING']}\n"


def test_raw_values_keep_their_references(cli: Cli) -> None:
    printed = [cli.must("secrets", "get", "URL", *more) for more in ([], ["--raw"])]
    assert printed == [f"{COMPUTED['URL']}\n", "${GREETING}@host\n"]


def test_what_the_server_adds_can_be_read_by_name(cli: Cli) -> None:
    assert cli.must("secrets", "get", "DOPPLER_CONFIG") == "dev\n"


def test_json_is_names_and_values(cli: Cli) -> None:
    assert json.loads(cli.must("secrets", "get", "PEM", "--json")) == {"PEM": VALUES["PEM"]}
    assert json.loads(cli.must("secrets", "list", "--json")) == COMPUTED


def test_a_list_into_a_pipe_is_a_line_each(cli: Cli) -> None:
    listed = cli.must("secrets", "list")
    assert [line.split("\t")[0] for line in listed.splitlines()] == [*VALUES]
    assert cli.must("secrets", "list", "--plain") == listed


def test_names_alone_reveal_nothing(cli: Cli) -> None:
    assert cli.must("secrets", "list", "--names") == "GREETING\nPEM\nURL\n"


def test_secrets_are_set_together(cli: Cli) -> None:
    done = cli("secrets", "set", f"A={secret('a')}", f"B={secret('b')}=c")
    assert (done.code, done.stdout, done.stderr) == (0, "", "set A, B in apps/dev\n")
    assert cli.must("secrets", "get", "B") == f"{secret('b')}=c\n"


@pytest.mark.parametrize(("typed", "kept"), [("x", "x"), ("x\n", "x"), ("x\n\n", "x\n"), ("ünï", "ünï")])
def test_a_value_from_standard_input_loses_one_newline_at_its_end(cli: Cli, typed: str, kept: str) -> None:
    cli.must("secrets", "set", "A", stdin=secret("") + typed)
    assert cli.must("secrets", "get", "A") == secret("") + kept + "\n"


USAGE = {
    "a value without a name": (["set", "=x"], "write each as NAME=VALUE"),
    "a name among assignments": (["set", "A=1", "B"], "write each as NAME=VALUE"),
    "a name twice": (["set", "A=1", "A=2"], "A is set twice"),
    "nothing to set": (["set"], "Missing argument"),
    "two forms": (["list", "--json", "--plain"], "choose one of --json and --plain"),
    "nobody to ask": (["delete", "GREETING"], "give --yes"),
    "a format that there is not": (["download", "--format", "toml"], "is not one of"),
}


@pytest.mark.parametrize("case", USAGE)
def test_usage(cli: Cli, case: str) -> None:
    arguments, said = USAGE[case]
    done = cli("secrets", *arguments)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


def test_bytes_that_are_no_text_are_refused(cli: Cli) -> None:
    done = cli("secrets", "set", "A", stdin=b"\xff\xfe")
    assert (done.code, "values are UTF-8" in done.stderr) == (2, True)


def test_secrets_are_deleted_together_or_not_at_all(cli: Cli) -> None:
    done = cli("secrets", "delete", "GREETING", "NOPE", "--yes")
    assert (done.code, done.stderr) == (
        1,
        "headwater: apps/dev has no NOPE (see headwater secrets list --names)\n",
    )
    assert cli("secrets", "delete", "PEM", "URL", "-y").stderr == "deleted PEM, URL from apps/dev\n"
    assert cli.must("secrets", "list", "--names") == "GREETING\n"


def test_what_is_missing_is_named(cli: Cli) -> None:
    done = cli("secrets", "get", "GREETING", "NOPE")
    assert (done.code, done.stdout) == (1, "")
    assert done.stderr == "headwater: apps/dev has no NOPE (see headwater secrets list --names)\n"


def test_a_name_that_the_server_refuses_is_said_in_its_words(cli: Cli) -> None:
    done = cli("secrets", "set", f"lower={secret('x')}")
    assert (done.code, "illegal secret name" in done.stderr) == (1, True)
    assert CANARY not in done.stderr


def test_a_download_goes_to_standard_output(cli: Cli) -> None:
    downloaded = json.loads(cli.must("secrets", "download"))
    assert {name: downloaded[name] for name in VALUES} == COMPUTED


def test_a_downloaded_file_is_its_owners_alone(cli: Cli) -> None:
    done = cli("secrets", "download", "app.env", "--format", "env")
    file = cli.home / "app.env"
    assert (done.code, done.stdout, done.stderr) == (0, "", "wrote apps/dev to app.env\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f'GREETING="{VALUES["GREETING"]}"' in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_leaves_nothing(cli: Cli) -> None:
    done = cli("secrets", "download", "missing/app.env")
    assert done.stderr == "headwater: cannot write missing/app.env: No such file or directory (name another file)\n"
    assert [*cli.home.iterdir()] == []


def test_a_service_token_means_its_own_config(cli: Cli, server: ServerThread) -> None:
    token = server.create_service_token("apps", "dev")
    environ = {"HEADWATER_TOKEN": token, "HEADWATER_PROJECT": "", "HEADWATER_CONFIG": ""}
    assert cli("secrets", "get", "GREETING", environ=environ).stdout == VALUES["GREETING"] + "\n"
    done = cli("secrets", "get", "NOPE", environ=environ)
    assert done.stderr.startswith("headwater: the token's config has no NOPE")


def test_a_flag_goes_before_the_environ(cli: Cli, server: ServerThread) -> None:
    server.set_secrets("apps", "stg", {"GREETING": secret("staging")})
    assert cli.must("secrets", "get", "GREETING", "--config", "stg") == secret("staging") + "\n"


def test_a_server_that_is_down_is_said_in_one_line(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    done = cli("secrets", "list", "--url", f"http://127.0.0.1:{port}")
    assert (done.code, done.stdout) == (1, "")
    assert done.stderr == (
        f"headwater: cannot connect to 127.0.0.1:{port}: connection refused (is the server up? name another by --url)\n"
    )


def test_without_a_token_nobody_is_asked(cli: Cli) -> None:
    done = cli("secrets", "list", environ={"HEADWATER_TOKEN": ""})
    assert (done.code, done.stderr) == (
        1,
        "headwater: no token is given (set HEADWATER_TOKEN, or name a file by --settings)\n",
    )


def test_a_wrong_token_is_not_shown(cli: Cli) -> None:
    done = cli("secrets", "list", environ={"HEADWATER_TOKEN": f"dp.pt.{CANARY}"})
    assert done.code == 1
    assert done.stderr.endswith(
        "(give one that this server made and has not revoked: HEADWATER_TOKEN, or a file by --settings)\n"
    )
    assert CANARY not in done.stderr


def test_a_place_that_is_not_there_says_where_to_look(cli: Cli) -> None:
    done = cli("secrets", "list", "--config", "nope")
    assert (done.code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "(see that --project, --config and --url are right, and that the token may see them)" in done.stderr
