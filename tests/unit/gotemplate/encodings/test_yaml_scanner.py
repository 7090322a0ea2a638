"""YAML as go-yaml scans it: each text beside what `fromYaml` makes of it, errors without what leads to them."""

import pytest

from tests.support.gotemplates import render

READ = (
    ("a: [a:]", '{"a":["a:"]}'),
    ("a: {b: a:}", '{"a":{"b":"a:"}}'),
    ("a: |# c\n x", '{"a":"x"}'),
    ("a: |2-\n    x\n\n", '{"a":"  x"}'),
    ("a: >+1 # c\n x\n\n", '{"a":"x\\n\\n"}'),
    ("a: !!map\t {}", '{"a":{}}'),
    ("a: !<tag:yaml.org,2002:str> 1", '{"a":"1"}'),
    ("a: !foo%C3%A9 x", '{"a":"x"}'),
    ("a: ! 1", '{"a":"1"}'),
    ("a: \"x \\'y\\'\"", '{"a":"x \'y\'"}'),
    ("a: 'it''s' ", '{"a":"it\'s"}'),
    ('a: "\\x41\\u00e9\\U0001f511"', '{"a":"Aé🔑"}'),
    ('a: "b \\\n   c"', '{"a":"b c"}'),
    ("a: x\n\n  y\n  z", '{"a":"x\\ny z"}'),
    ("\ufeffa: 1", '{"a":1}'),
    ("%YAML 1.1 # c\n---\na: 1", '{"a":1}'),
    ("%TAG ! tag:yaml.org,2002:\n---\na: !str 1", '{"a":"1"}'),
    ("a: x\n...\nb: 2", '{"a":"x"}'),
    ("? a\n: b", '{"a":"b"}'),
    ("a: [? b : c]", '{"a":[{"b":"c"}]}'),
    ("a: [? b, c: d]", '{"a":[{"b":null},{"c":"d"}]}'),
    ("{}: 1", "{}"),
)
REFUSED = (
    ("a: {b: !a}", "did not find expected whitespace or line break"),
    ("a: !<x", "did not find the expected '>'"),
    ("a: !<>", "did not find expected tag URI"),
    ("a: !x%", "did not find URI escaped octet"),
    ("a: !x%ff", "found an incorrect leading UTF-8 octet"),
    ("a: !x%c3%41", "found an incorrect trailing UTF-8 octet"),
    ('a: "1\n---\n2"', "line 2: found unexpected document indicator"),
    ('a: "\\/"', "found unknown escape character"),
    ('a: "\\ud83d"', "found invalid Unicode character escape code"),
    ('a: "\\x4"', "did not find expected hexdecimal number"),
    ("a: |\n  \tx", "line 2: found a tab character where an indentation space is expected"),
    ("a: |\n  x\n\ty", "line 3: found a tab character where an indentation space is expected"),
    ("a: x\n\ty", "line 2: found a tab character that violates indentation"),
    ("a: |0\n x", "found an indentation indicator equal to 0"),
    ("a: |x\n y", "did not find expected comment or line break"),
    ("a: [?]", "line 1: did not find expected ',' or ']'"),
    ("a: {[]: 2}", "did not find expected ',' or '}'"),
    ("a: 1\n[", "line 3: could not find expected ':'"),
    ("a: 1\nb\nc", "line 3: could not find expected ':'"),
    ("a: ]", "did not find expected node content"),
    ("%YAML 1.2\n---\na: 1", "found incompatible YAML document"),
    ("%YAML 1.1\n%YAML 1.1\n---\na: 1", "line 1: found duplicate %YAML directive"),
    ("%TAG ! x\n%TAG ! y\n---\na: 1", "line 1: found duplicate %TAG directive"),
    ("%TAG !a y\n---\na: 1", "did not find expected '!'"),
    ("%TAG x y\n---\na: 1", "did not find expected '!'"),
    ("%TAG !x!y\n---\na: 1", "did not find expected whitespace"),
    ("%TAG ! y>\n---\na: 1", "did not find expected whitespace or line break"),
    ("%YAML 1\n---\na: 1", "did not find expected digit or '.' character"),
    ("%YAML x\n---\na: 1", "did not find expected version number"),
    ("%YAML 1.111\n---\na: 1", "found extremely long version number"),
    ("%YAML 1.1 x\n---\na: 1", "did not find expected comment or line break"),
    ("% \n---\na: 1", "could not find expected directive name"),
    ("%x! \n---\na: 1", "found unexpected non-alphabetical character"),
    ("%x \n---\na: 1", "found unknown directive name"),
)


def _read(text: str) -> str:
    shown = render('{{ $m := fromYaml .y }}{{ get $m "Error" | default ($m | toRawJson) }}', {"y": text})
    return shown.removeprefix("error converting YAML to JSON: ")


@pytest.mark.parametrize(("text", "shown"), READ)
def test_texts_are_read_as_go_yaml_reads_them(text: str, shown: str) -> None:
    assert _read(text) == shown


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_refusals_are_worded_and_placed_as_go_yaml_has_them(text: str, problem: str) -> None:
    assert _read(text) == f"yaml: {problem}"
