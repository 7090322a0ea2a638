"""The templates of users, of the language's corners and of every function, against what Go's own engine answered."""

from pathlib import Path

from tests.conformance import gotemplate, gotemplate_compositions

CASES = Path(__file__).parent / "gotemplate-cases.jsonl"


def test_every_output_and_every_stage_is_that_of_go() -> None:
    tally = gotemplate.run(CASES)
    assert [case.id for case in tally.wrong()] == []
    assert tally.total > 1_500


def test_every_error_text_is_that_of_go() -> None:
    assert [case.id for case in gotemplate.run(CASES).texts()] == []


def test_a_wrong_output_counts_as_wrong(tmp_path: Path) -> None:
    table = tmp_path / "table.jsonl"
    table.write_text(
        '{"id": "a", "group": "g", "template": "{{ 1 }}", "ok": true, "output": "2"}\n'
        '{"id": "b", "group": "g", "template": "{{ x }}", "ok": false, "stage": "execute", "error": "e"}\n'
        '{"id": "c", "group": "g", "template": "{{ x }}", "ok": false, "stage": "parse", "error": "e"}\n'
    )
    tally = gotemplate.run(table)
    assert [case.id for case in tally.wrong()] == ["a", "b"]
    assert [case.id for case in tally.texts()] == ["c"]
    assert list(tally.lines())[-1] == "3 cases: 2 wrong, 1 error texts differ"


def test_the_named_exceptions_stay_few() -> None:
    assert len(gotemplate.EXCEPTIONS) < 10
    assert all(gotemplate.EXCEPTIONS.values())


def test_compositions_are_the_same_for_the_same_seed() -> None:
    first, second = (list(gotemplate_compositions.compositions(50, 7)) for _ in range(2))
    assert first == second
