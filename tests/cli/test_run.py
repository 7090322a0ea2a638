"""`headwater run`: what the command sees, and that it is left alone with its signals and exit code."""

import json
import signal
import subprocess
import sys

import pytest

from tests.cli.conftest import HEADWATER, VALUES, Cli
from tests.support.canary import secret
from tests.support.headwater_server import ServerThread

SHOW = "import json, os, sys; json.dump([dict(os.environ), sys.argv[1:]], sys.stdout)"


def test_the_command_sees_the_secrets_and_its_arguments(cli: Cli) -> None:
    environ, arguments = json.loads(cli.must("run", "--", sys.executable, "-c", SHOW, "-c", "stg", "--json"))
    assert {name: environ[name] for name in VALUES} == VALUES | {"URL": f"{VALUES['GREETING']}@host"}
    assert environ["HOME"] == str(cli.home)
    assert arguments == ["-c", "stg", "--json"]


def test_options_of_the_command_are_its_own(cli: Cli) -> None:
    assert cli.must("run", "sh", "-c", "echo $DOPPLER_CONFIG") == "dev\n"


@pytest.mark.parametrize(("flags", "seen"), [([], VALUES["GREETING"]), (["--preserve-env"], "mine")])
def test_secrets_go_before_the_environ_unless_it_is_preserved(cli: Cli, flags: list[str], seen: str) -> None:
    done = cli("run", *flags, "--", "sh", "-c", "echo $GREETING", environ={"GREETING": "mine"})
    assert done.stdout == f"{seen}\n"


def test_path_and_home_are_never_replaced(cli: Cli, server: ServerThread) -> None:
    server.set_secrets("apps", "dev", {"PATH": secret("path"), "HOME": secret("home")})
    assert cli.must("run", "--", "sh", "-c", "echo $HOME") == f"{cli.home}\n"


def test_standard_input_is_the_commands(cli: Cli) -> None:
    assert cli.must("run", "--", "cat", stdin="typed") == "typed"


@pytest.mark.parametrize("code", [0, 1, 3, 255])
def test_the_exit_code_is_the_commands(cli: Cli, code: int) -> None:
    assert cli("run", "--", "sh", "-c", f"exit {code}").code == code


def test_a_signal_reaches_the_command_itself(cli: Cli) -> None:
    trap = "trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen(
        [HEADWATER, "run", "--", "sh", "-c", trap], env=dict(cli.environ), stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGTERM)
        assert (running.stdout.read(), running.wait(10)) == ("caught\n", 7)


UNFIT = {
    "a command that there is not": (["no-such-command"], 127, "headwater: cannot run no-such-command: no such file"),
    "a folder": (["/"], 126, "headwater: cannot run /: permission denied"),
    "no command": ([], 2, "Missing argument"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_cannot_be_run(cli: Cli, case: str) -> None:
    words, code, said = UNFIT[case]
    done = cli("run", "--", *words)
    assert done.code == code
    assert said in done.stderr


def test_nothing_is_run_when_the_secrets_cannot_be_had(cli: Cli) -> None:
    done = cli("run", "--config", "nope", "--", "echo", "ran")
    assert (done.code, done.stdout) == (1, "")
