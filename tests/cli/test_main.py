"""`headwater` itself: how it leaves."""

import subprocess
import sys
from pathlib import Path

from tests.support.headwater_server import HEADWATER

LEAVE = """
import atexit, gc, sys
atexit.register(lambda: print(gc.get_freeze_count() > 0))  # the last to be called
from headwater.cli.main import main
sys.argv[1:] = ["--version"]
main()
"""


def test_output_that_finds_no_space_is_one_line_and_exit_1() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [HEADWATER, "crds"], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "no space" in done.stderr


def test_leaving_does_not_walk_what_is_freed_anyway() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVE], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "True"
