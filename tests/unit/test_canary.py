"""The canary hook bites: run in a pytest of its own, so that the failing tests fail there."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent.parent

LEAKS = {
    "stdout": "print(secret('v'))",
    "stderr": "import sys; print(secret('v'), file=sys.stderr)",
    "log": "import logging; logging.getLogger().warning(secret('v'))",
    "error text": "raise ValueError(secret('v'))",
}


@pytest.mark.parametrize("place", LEAKS)
def test_a_test_that_shows_a_secret_fails_and_the_report_masks_it(place: str, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"from tests.support.canary import secret\ndef test_it():\n    {LEAKS[place]}\n")
    result = _run(pytester)
    result.assert_outcomes(failed=1)
    assert "a secret value was shown in" in result.stdout.str()
    assert "kanarie" not in result.stdout.str()


def test_a_test_that_shows_none_passes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("from tests.support.canary import secret\ndef test_it():\n    assert secret('v')\n")
    _run(pytester).assert_outcomes(passed=1)


def _run(pytester: pytest.Pytester) -> pytest.RunResult:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester._monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester.runpytest_subprocess("-p", "tests.support.canary", "-p", "no:cacheprovider")
