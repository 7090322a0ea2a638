import click
import pytest

from headwater.cli.output import Form, chosen_form, escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\nb\tc\\d\r", "a\\nb\\tc\\\\d\\r"),
        ("\x1b[2J", "\\x1b[2J"),
        ("ünï €", "ünï €"),
        ("\u202eevil", "\\u202eevil"),
    ],
)
def test_a_value_stands_on_one_line_and_moves_no_cursor(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(
    ("as_json", "as_plain", "terminal", "form"),
    [
        (False, False, True, Form.TABLE),
        (False, False, False, Form.PLAIN),
        (False, True, True, Form.PLAIN),
        (True, False, True, Form.JSON),
    ],
)
def test_people_get_a_table_and_scripts_get_lines(as_json: bool, as_plain: bool, terminal: bool, form: Form) -> None:
    assert chosen_form(as_json=as_json, as_plain=as_plain, terminal=terminal) is form


def test_two_forms_are_one_too_many() -> None:
    with pytest.raises(click.UsageError):
        chosen_form(as_json=True, as_plain=True, terminal=True)
