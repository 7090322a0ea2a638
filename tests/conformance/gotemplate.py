"""Runs a table of templates that the real Go engine has answered, and counts what differs.

    .venv/bin/python tests/conformance/gotemplate.py FILE.jsonl [--show]

Each line holds a template, its data and Go's answer: an output, or a stage and an error text. A case whose output or
stage differs is wrong, and makes the run fail unless it is a named exception; error texts are counted apart.
"""

# ruff: noqa: T201 - it prints what it finds
import base64
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from headwater.gotemplate import Ambient, Limits, MissingKey, Template, TemplateError
from headwater.gotemplate.encodings.json_reader import read_json
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import StringMap, Value

# Named exceptions: case id, then why it cannot be right. Fewer than ten in all, at most two of them in printf.
EXCEPTIONS: dict[str, str] = {}

_SECONDS = 30.0


class Case(msgspec.Struct, frozen=True):
    """One line of a table; `any` is a JSON value as dot instead of a map of strings."""

    id: str
    template: str
    group: str = "random"
    data: dict[str, str] | None = None
    data_b64: dict[str, str] | None = None
    dot: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="any")
    key: str = ""
    left: str = ""
    right: str = ""
    missingkey: str = ""
    ok: bool = False
    output: str | None = None
    output_b64: str | None = None
    stage: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine said: an output, or a stage and a text."""

    output: bytes | None = None
    stage: str = ""
    error: str = ""


def expected(case: Case) -> Answer:
    if not case.ok:
        return Answer(stage=case.stage, error=case.error)
    if case.output_b64 is not None:
        return Answer(output=base64.b64decode(case.output_b64))
    return Answer(output=(case.output or "").encode())


def actual(case: Case) -> Answer:
    limits = Limits(seconds=_SECONDS)
    missing = MissingKey(case.missingkey or "error")
    try:
        template = Template.parse(
            case.template, name=case.key or "key", delimiters=(case.left, case.right), missing_key=missing
        )
        return Answer(output=template.render_value(dot(case, limits), ambient=Ambient.of_process(limits=limits)))
    except TemplateError as error:
        return Answer(stage=error.stage, error=repaired(error.exact))


def dot(case: Case, limits: Limits) -> Value:
    if bytes(case.dot):
        return read_json(bytes(case.dot), Meter(limits, deadline=time.monotonic() + _SECONDS))[0]
    data = {key.encode(): value.encode() for key, value in (case.data or {}).items()}
    binary = {key.encode(): base64.b64decode(value) for key, value in (case.data_b64 or {}).items()}
    return StringMap({**data, **binary})


def read_cases(path: Path) -> Iterator[Case]:
    for line in path.read_bytes().splitlines():
        if line.strip():
            yield msgspec.json.decode(line, type=Case)


class Tally:
    """Right and wrong by group."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.different: list[tuple[str, Case, Answer]] = []

    def add(self, case: Case) -> None:
        want, got = expected(case), actual(case)
        self._count(
            case, "output" if case.ok else "stage", got, right=(want.output, want.stage) == (got.output, got.stage)
        )
        if not case.ok and want.stage == got.stage:
            self._count(case, "text", got, right=want.error == got.error)

    def _count(self, case: Case, what: str, got: Answer, *, right: bool) -> None:
        self.counts[case.group, f"{what} {'right' if right else 'wrong'}"] += 1
        if not right:
            self.different.append((what, case, got))

    @property
    def total(self) -> int:
        return sum(count for (_, what), count in self.counts.items() if not what.startswith("text"))

    def wrong(self) -> list[Case]:
        """Cases with another output or stage, named exceptions left out."""
        return [case for what, case, _ in self.different if what != "text" and case.id not in EXCEPTIONS]

    def texts(self) -> list[Case]:
        return [case for what, case, _ in self.different if what == "text"]

    def lines(self) -> Iterator[str]:
        """The table, then the line that sums it up."""
        yield f"{'group':16}{'outputs':>14}{'stages':>14}{'error texts':>14}"
        for group in sorted({group for group, _ in self.counts}):
            cells = (self._cell(group, what) for what in ("output", "stage", "text"))
            yield f"{group:16}" + "".join(f"{cell:>14}" for cell in cells)
        excused = [case.id for _, case, _ in self.different if case.id in EXCEPTIONS]
        for name in excused:
            yield f"named exception {name}: {EXCEPTIONS[name]}"
        yield f"{self.total} cases: {len(self.wrong())} wrong, {len(self.texts())} error texts differ"

    def _cell(self, group: str, what: str) -> str:
        right, wrong = self.counts[group, f"{what} right"], self.counts[group, f"{what} wrong"]
        return f"{right} right, {wrong} wrong" if wrong else str(right) if right else ""


def run(path: Path) -> Tally:
    tally = Tally()
    for case in read_cases(path):
        tally.add(case)
    return tally


def _show(tally: Tally) -> None:
    for what, case, got in tally.different:
        want = expected(case)
        print(json.dumps({"id": case.id, "what": what, "template": case.template[:400]}, ensure_ascii=False))
        print("   want", repr(want.output)[:600] if want.output is not None else f"{want.stage}: {want.error[:600]}")
        print("   got ", repr(got.output)[:600] if got.output is not None else f"{got.stage}: {got.error[:600]}")


def main(arguments: list[str]) -> int:
    tally = run(Path(arguments[0]))
    if "--show" in arguments:
        _show(tally)
    print("\n".join(tally.lines()))
    return 1 if tally.wrong() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
