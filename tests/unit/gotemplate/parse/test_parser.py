"""What parses, how it is reprinted, and every refusal with Go's words."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from headwater.gotemplate.errors import GoError
from headwater.gotemplate.functions.catalogue import FUNCTIONS
from headwater.gotemplate.limits import Limits
from headwater.gotemplate.parse.cursor import ParseError
from headwater.gotemplate.parse.nodes import Trees
from headwater.gotemplate.parse.parser import parse


def trees(text: str) -> Trees:
    return parse(text.encode(), name=b"t", delimiters=(b"{{", b"}}"), functions=FUNCTIONS, limits=Limits())


REPRINTED = {
    "text": "text",
    "{{.a.b}}": "{{.a.b}}",
    "{{ $ }}": "{{$}}",
    "{{ $x := 1 }}{{ $x.y }}": "{{$x := 1}}{{$x.y}}",
    "{{ $x := 1 }}{{ $x = 2 }}": "{{$x := 1}}{{$x = 2}}",
    "{{ (.a).b.c }}": "{{(.a).b.c}}",
    "{{ now.Unix }}": "{{now.Unix}}",
    "{{ print (1) true nil . }}": "{{print (1) true nil .}}",
    "{{ 'a' | print | printf `x` }}": "{{'a' | print | printf `x`}}",
    "{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}": "{{if .a}}1{{else}}{{if .b}}2{{else}}3{{end}}{{end}}",
    "{{ with .a }}1{{ else with .b }}2{{ end }}": "{{with .a}}1{{else}}{{with .b}}2{{end}}{{end}}",
    "{{ range $i, $e := .a }}{{ break }}{{ continue }}{{ end }}": "{{range $i, $e := .a}}{{break}}{{continue}}{{end}}",
    "{{ range .a }}1{{ else }}2{{ end }}": "{{range .a}}1{{else}}2{{end}}",
    '{{ template "a" . }}{{ template `b` }}': '{{template "a" .}}{{template "b"}}',
    '{{ block "a" . }}x{{ end }}': '{{template "a" .}}',
    "{{ $x := 1 | }}": "{{$x := 1}}",
    "{{/* c */}}a": "a",
    "{{ $x := 1 }}{{ print $x $x }}": "{{$x := 1}}{{print $x $x}}",
}


@pytest.mark.parametrize("text", REPRINTED)
def test_a_tree_is_reprinted_as_go_does(text: str) -> None:
    assert trees(text)[b"t"].string().decode() == REPRINTED[text]


REFUSED = {
    "{{ nope }}": '1: function "nope" not defined',
    "{{ $x }}": '1: undefined variable "$x"',
    "{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}": '1: undefined variable "$x"',
    "{{ end }}": "1: unexpected {{end}}",
    "{{ else }}": "1: unexpected {{else}}",
    "{{ if true }}": "1: unexpected EOF",
    "{{ if }}{{ end }}": "1: missing value for if",
    "{{ if true }}{{ else }}{{ else }}{{ end }}": "1: expected end; found {{else}}",
    "{{ if true }}{{ end x }}": '1: unexpected "x" in end',
    "{{ if true }}{{ else x }}{{ end }}": '1: unexpected "x" in else',
    "{{ with 1 }}{{ else if 2 }}{{ end }}": "1: unexpected <if> in input",
    "{{ break }}": "1: {{break}} outside {{range}}",
    "{{ range . }}{{ else }}{{ continue }}{{ end }}": "1: {{continue}} outside {{range}}",
    "{{ range . }}{{ break x }}{{ end }}": '1: unexpected "x" in {{break}}',
    "{{ .": '1: illegal number syntax: "."',
    "{{ $.": '1: unexpected "." in operand',
    '{{ block "b" . }}\n{{ else }}{{ end }}': "1: unexpected {{else}} in block clause",
    '{{ define "b" }}\n{{ else }}{{ end }}': "2: unexpected {{else}} in define clause",
    "{{ range $a, }}{{ end }}": "1: missing value for range",
    "{{ range $a, 1 := . }}{{ end }}": "1: range can only initialize variables",
    "{{ range $a, $b, $c := . }}{{ end }}": "1: too many declarations in range",
    "{{ $a, $b := 1 }}": "1: too many declarations in command",
    "{{ 1 | 2 }}": "1: non executable command in pipeline stage 2",
    "{{ | print }}": '1: unexpected "|" in command',
    "{{ print 1 , }}": '1: unexpected "," in operand',
    "{{ print () }}": "1: missing value for parenthesized pipeline",
    "{{ 1.a }}": '1: bad number syntax: "1.a"',
    "{{ true.a }}": '1: unexpected . after term "true"',
    "{{ nil.a }}": '1: unexpected . after term "nil"',
    '{{ "\\z" }}': "1: invalid syntax",
    "{{ 08 }}": '1: integer overflow: "08"',
    '{{ define "a" }}{{ define "b" }}{{ end }}{{ end }}': "1: unexpected <define> in command",
    "{{ define a }}{{ end }}": '1: unexpected "a" in define clause',
    '{{ define "a" }}{{ else }}{{ end }}': "1: unexpected {{else}} in define clause",
    '{{ define "a" x }}{{ end }}': '1: unexpected "x" in define clause',
    '{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}': '1: template: multiple definition of template "a"',
    '{{ block "a" }}{{ end }}': "1: missing value for block clause",
    '{{ block "a" . }}{{ else }}{{ end }}': "1: unexpected {{else}} in block clause",
    "{{ template a }}": '1: unexpected "a" in template clause',
    '{{ template "\\z" }}': "1: invalid syntax",
    "{{ print ": "1: unclosed action",
    "{{ print\n1\n": "3: unclosed action started at t:1",
    "{{ print\n1\n(2}}": "3: unclosed left paren in action started at t:1",
    "x\n{{ nope }}": '2: function "nope" not defined',
    "{{ .a.b. }}": "1: unexpected <.> in operand",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_does_not_parse_says_why_and_where(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        trees(text)
    assert f"{caught.value.line}: {caught.value.text.decode()}" == REFUSED[text]


def test_an_empty_definition_gives_way() -> None:
    assert trees('{{ define "a" }} {{ end }}{{ define "a" }}2{{ end }}')[b"a"].string() == b"2"
    assert trees('{{ define "a" }}2{{ end }}{{ define "a" }} {{ end }}')[b"a"].string() == b"2"


def test_nesting_has_a_limit() -> None:
    for text in ("{{ " + "(" * 100 + "1" + ")" * 100 + " }}", "{{if 1}}" * 100 + "{{end}}" * 100):
        with pytest.raises(ParseError, match="max expression depth exceeded"):
            trees(text)


def test_a_source_has_a_limit() -> None:
    with pytest.raises(GoError, match="longer than"):
        parse(b"xx", name=b"t", delimiters=(b"", b""), functions={}, limits=Limits(source=1))


def test_a_source_has_a_limit_of_items() -> None:
    for text, right in ((b"{{ 1 }}", True), (b"{{ 1 }}{{ 1 }}", False)):
        with nullcontext() if right else pytest.raises(GoError, match="more than 6 items"):
            parse(text, name=b"t", delimiters=(b"", b""), functions={}, limits=Limits(items=6))


def test_variables_of_a_block_end_with_it_and_those_of_the_same_name_outside_do_not() -> None:
    assert trees("{{$a := 1}}{{if 1}}{{$a := 2}}{{$b := 2}}{{end}}{{$a}}")
    with pytest.raises(ParseError, match='undefined variable "\\$b"'):
        trees("{{$a := 1}}{{if 1}}{{$a := 2}}{{$b := 2}}{{end}}{{$b}}")


_MANY: dict[str, Callable[[], str]] = {
    "blocks after a long text": lambda: "x" * 700_000 + '{{block "a" .}}{{end}}' * 9_000,
    "definitions that give way to a long one": lambda: (
        '{{define "a"}}' + " " * 500_000 + "x{{end}}" + '{{define "a"}}{{end}}' * 10_000
    ),
    "variables": lambda: "".join(f"{{{{$v{at}:=1}}}}" for at in range(10_000)) + "{{print" + " $v9999" * 24_000 + "}}",
}


@pytest.mark.parametrize("case", _MANY)
def test_time_to_parse_grows_as_the_source_does(case: str) -> None:
    started = time.process_time()
    trees(_MANY[case]())
    assert time.process_time() - started < 1.5
