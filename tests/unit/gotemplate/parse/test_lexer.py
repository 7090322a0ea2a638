"""Every state of the lexer, and every error it gives."""

import pytest

from headwater.gotemplate.parse.cursor import Cursor
from headwater.gotemplate.parse.items import Item, ItemType
from headwater.gotemplate.parse.lexer import lex

T = ItemType

ITEMS = {
    "text": ("plain", [(T.TEXT, b"plain"), (T.EOF, b"")]),
    "nothing": ("", [(T.EOF, b"")]),
    "an action": ("{{.x}}", [(T.LEFT_DELIM, b"{{"), (T.FIELD, b".x"), (T.RIGHT_DELIM, b"}}"), (T.EOF, b"")]),
    "trims on both sides": (
        "a  {{- 3 -}}  b",
        [(T.TEXT, b"a"), (T.LEFT_DELIM, b"{{"), (T.NUMBER, b"3"), (T.RIGHT_DELIM, b"}}"), (T.TEXT, b"b"), (T.EOF, b"")],
    ),
    "a trim that leaves no text": (
        "  {{- 3}}",
        [(T.LEFT_DELIM, b"{{"), (T.NUMBER, b"3"), (T.RIGHT_DELIM, b"}}"), (T.EOF, b"")],
    ),
    "a trim marker with nothing to trim after it": (
        "{{3 -}}x",
        [(T.LEFT_DELIM, b"{{"), (T.NUMBER, b"3"), (T.RIGHT_DELIM, b"}}"), (T.TEXT, b"x"), (T.EOF, b"")],
    ),
    "a minus without space is a sign": (
        "{{-3}}",
        [(T.LEFT_DELIM, b"{{"), (T.NUMBER, b"-3"), (T.RIGHT_DELIM, b"}}"), (T.EOF, b"")],
    ),
    "comments vanish": ("a{{/* c */}}b", [(T.TEXT, b"a"), (T.TEXT, b"b"), (T.EOF, b"")]),
    "comments trim": ("a {{- /* c */ -}} b", [(T.TEXT, b"a"), (T.TEXT, b"b"), (T.EOF, b"")]),
    "two spaces before a trimming delimiter": (
        "{{ 1  -}} ",
        [
            (T.LEFT_DELIM, b"{{"), (T.SPACE, b" "), (T.NUMBER, b"1"), (T.SPACE, b" "), (T.RIGHT_DELIM, b"}}"),
            (T.EOF, b""),
        ],
    ),
    "words": (
        "{{if else true nil x}}",
        [
            (T.LEFT_DELIM, b"{{"), (T.IF, b"if"), (T.SPACE, b" "), (T.ELSE, b"else"), (T.SPACE, b" "),
            (T.BOOL, b"true"), (T.SPACE, b" "), (T.NIL, b"nil"), (T.SPACE, b" "), (T.IDENTIFIER, b"x"),
            (T.RIGHT_DELIM, b"}}"), (T.EOF, b""),
        ],
    ),
    "variables": (
        "{{$x:=$|.}}",
        [
            (T.LEFT_DELIM, b"{{"), (T.VARIABLE, b"$x"), (T.DECLARE, b":="), (T.VARIABLE, b"$"), (T.PIPE, b"|"),
            (T.DOT, b"."), (T.RIGHT_DELIM, b"}}"), (T.EOF, b""),
        ],
    ),
    "parentheses, assignment, comma": (
        "{{(=,)}}",
        [
            (T.LEFT_DELIM, b"{{"), (T.LEFT_PAREN, b"("), (T.ASSIGN, b"="), (T.CHAR, b","), (T.RIGHT_PAREN, b")"),
            (T.RIGHT_DELIM, b"}}"), (T.EOF, b""),
        ],
    ),
    "quotes": (
        '{{"a\\""`b`\'c\'}}',
        [
            (T.LEFT_DELIM, b"{{"), (T.STRING, b'"a\\""'), (T.RAW_STRING, b"`b`"), (T.CHAR_CONSTANT, b"'c'"),
            (T.RIGHT_DELIM, b"}}"), (T.EOF, b""),
        ],
    ),
    "numbers": (
        "{{.5 0x1p4 1+2i}}",
        [
            (T.LEFT_DELIM, b"{{"), (T.NUMBER, b".5"), (T.SPACE, b" "), (T.NUMBER, b"0x1p4"), (T.SPACE, b" "),
            (T.COMPLEX, b"1+2i"), (T.RIGHT_DELIM, b"}}"), (T.EOF, b""),
        ],
    ),
    "letters beyond ASCII": (
        "{{.é $ü}}",
        [
            (T.LEFT_DELIM, b"{{"), (T.FIELD, ".é".encode()), (T.SPACE, b" "), (T.VARIABLE, "$ü".encode()),
            (T.RIGHT_DELIM, b"}}"), (T.EOF, b""),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ITEMS)
def test_items(case: str) -> None:
    text, items = ITEMS[case]
    assert [(item.type, item.value) for item in lex(text.encode())] == items


ERRORS = {
    "{{": "unclosed action",
    "{{ 1": "unclosed action",
    "{{ (1 }}": "unclosed left paren",
    "{{ ) }}": "unexpected right paren",
    "{{/* c": "unclosed comment",
    "{{/* c */ x}}": "comment ends before closing delimiter",
    "{{ :1 }}": "expected :=",
    '{{ "a }}': "unterminated quoted string",
    "{{ `a }}": "unterminated raw quoted string",
    "{{ 'a }}": "unterminated character constant",
    "{{ 1a }}": 'bad number syntax: "1a"',
    "{{ 1+2 }}": 'bad number syntax: "1+2"',
    "{{ 1+2a }}": 'bad number syntax: "1+2a"',
    "{{ .x+1 }}": "bad character U+002B '+'",
    "{{ x\u20ac }}": "bad character U+20AC '€'",
    "{{ .\u20ac }}": "bad character U+20AC '€'",
    "{{ \x01 }}": "unrecognized character in action: U+0001",
    "{{ \u20ac }}": "unrecognized character in action: U+20AC '€'",
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors_are_the_last_item(text: str) -> None:
    last = lex(text.encode())[-1]
    assert (last.type, last.value.decode()) == (T.ERROR, ERRORS[text])


def test_an_invalid_byte_is_no_letter() -> None:
    assert lex(b"{{ \xff }}")[-1].value == "unrecognized character in action: U+FFFD '\ufffd'".encode()
    assert lex(b"{{ .a\xff }}")[-1].value == "bad character U+FFFD '\ufffd'".encode()


def test_lines_are_counted_where_an_item_starts() -> None:
    text = b"a\n{{ \n`b\nc` }}\nd"
    items = lex(text)
    assert [Cursor(text, items).line_of(item) for item in items] == [1, 2, 2, 3, 4, 4, 4, 5]


def test_delimiters_of_ones_own() -> None:
    items = lex(b"a {{b}} [[ .c ]]", b"[[", b"]]")
    assert [item.type for item in items] == [T.TEXT, T.LEFT_DELIM, T.SPACE, T.FIELD, T.SPACE, T.RIGHT_DELIM, T.EOF]


def test_a_delimiter_may_be_a_letter() -> None:
    items = lex(b"a.x 1 b", b"a", b"b")
    assert [item.type for item in items] == [
        T.LEFT_DELIM, T.FIELD, T.SPACE, T.NUMBER, T.SPACE, T.RIGHT_DELIM, T.EOF,
    ]  # fmt: skip


def test_all_items_are_found_without_the_pattern_for_common_ones() -> None:
    """A right delimiter that could be part of a name rules it out."""
    text = b"$x := if, $ . name 'c' \"s\" `r` | (1)Z"
    common = [(item.type, item.value) for item in lex(b"{{" + text.replace(b"Z", b"}}"))]
    odd = [(item.type, item.value) for item in lex(b"{{" + text, b"{{", b"Z")]
    assert [item for item in odd if item[1] != b"Z"] == [item for item in common if item[1] != b"}}"]


def test_a_delimiter_may_be_a_dot() -> None:
    assert [item.value for item in lex(b". 1.5 .", b".", b".")] == [b".", b" ", b"1.5", b" ", b".", b""]


def test_empty_delimiters_are_go_s_own() -> None:
    assert lex(b"{{1}}", b"", b"")[0].type is T.LEFT_DELIM


SHOWN = {
    "EOF": (T.EOF, b"", "EOF"),
    "an error": (T.ERROR, b"unclosed action", "unclosed action"),
    "a keyword": (T.RANGE, b"range", "<range>"),
    "a short text": (T.IDENTIFIER, b"name", '"name"'),
    "a long text is cut": (T.STRING, b'"0123456789abc"', '"\\"012345678"...'),
}


@pytest.mark.parametrize("case", SHOWN)
def test_how_messages_name_an_item(case: str) -> None:
    kind, value, shown = SHOWN[case]
    assert str(Item(kind, 0, value)) == shown
