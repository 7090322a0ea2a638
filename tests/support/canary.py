"""The secret canary: every value that a test treats as secret carries a mark, and no test may show it.

Loaded by pytest as a plugin: a test whose stdout, stderr, log or error text holds the mark fails, whatever it asserted.
The mark is masked in what the report then shows.
"""

from collections.abc import Generator

import pytest

CANARY = "kanarie7f3a"  # throw-away, for tests


def secret(text: str) -> str:
    """A secret value for a test, unlike any other text that the suite prints."""
    return f"{text}-{CANARY}"


_REPORTED = pytest.StashKey[int]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],  # noqa: ARG001 - pytest passes hook arguments by name
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    leaks = [place for place, text in _new_texts(item, report) if CANARY in text]
    _mask(report)
    if leaks and not report.skipped:
        report.outcome = "failed"
        report.longrepr = f"a secret value was shown in: {', '.join(leaks)}\n{report.longreprtext}"
    return report


def _new_texts(item: pytest.Item, report: pytest.TestReport) -> list[tuple[str, str]]:
    """What this phase of the test showed; a report repeats the sections of the phases before it."""
    seen = item.stash.get(_REPORTED, 0)
    item.stash[_REPORTED] = len(report.sections)
    return [("error text", report.longreprtext), *report.sections[seen:]]


def _mask(report: pytest.TestReport) -> None:
    report.sections = [(name, text.replace(CANARY, "[canary]")) for name, text in report.sections]
    if CANARY in report.longreprtext:
        report.longrepr = report.longreprtext.replace(CANARY, "[canary]")
