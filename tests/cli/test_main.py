"""`headwater` itself: how it leaves."""

import subprocess
import sys

LEAVE = """
import atexit, gc, sys
atexit.register(lambda: print(gc.get_freeze_count() > 0))  # the last to be called
from headwater.cli.main import main
sys.argv[1:] = ["--version"]
main()
"""


def test_leaving_does_not_walk_what_is_freed_anyway() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVE], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "True"
