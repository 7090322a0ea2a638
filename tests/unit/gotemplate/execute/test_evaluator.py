"""Pipelines, arguments, fields, calls and loops: what they give, and where and why they fail."""

import pytest

from headwater.gotemplate import MissingKey, Template, TemplateError
from headwater.gotemplate.values.values import AnyMap, MapMap, StringMap
from tests.support.gotemplates import ambient, refusal, render, render_value

DATA: dict[str, str | bytes] = {"user": "admin", "n": "7", "json": '{"a":{"b":1},"l":[1],"z":null}'}

RENDERED = {
    "{{ .user }}": "admin",
    "{{ (1) }}{{ (.user | upper) | lower }}": "1admin",
    '{{ print (dict "a" 1).a (index .user 0) }}': "1 97",
    "{{ $.user }}": "admin",
    "{{ . | len }}": "3",
    '{{ list "a" | first | upper | lower }}{{ list | first | kindOf | upper }}': "aINVALID",
    "{{ (fromJson .json).z | default 1 }}": "1",
    "a{{/* no text */}}b{{ if .user }}c{{ end }}d{{ $x := 1 }}e{{ $x }}": "abcde1",
    "{{ true }}{{ 1 }}{{ 1.5 }}{{ 'a' }}{{ 0x1e }}{{ 1i }}{{ 1e3 }}": "true11.59730(0+1i)1000",
    "{{ (fromJson .json).a.b }}": "1",
    "{{ $j := fromJson .json }}{{ $j.a.b }}{{ $j.z }}": "1<no value>",
    "{{ with $x := .user }}{{ $x }}{{ . }}{{ end }}": "adminadmin",
    "{{ with .user }}{{ $.n }}{{ end }}": "7",
    '{{ with "" }}a{{ else }}b{{ end }}': "b",
    '{{ if "" }}a{{ end }}': "",
    "{{ print $ .user (1) nil }}": 'map[json:{"a":{"b":1},"l":[1],"z":null} n:7 user:admin]admin1 <nil>',
    "{{ and 1 0 2 }}{{ or 0 2 3 }}{{ 5 | and 1 }}{{ 5 | or 0 }}{{ 1 | or 7 }}": "02557",
    "{{ print coalesce }}": "<nil>",
    "{{ eq (index (list nil) 0) nil }}": "true",
    '{{ repeat 2.0 "x" }}{{ round 1 0 1 }}{{ ternary 1 2 true }}': "xx11",
    "{{ range $i, $e := list 1 2 }}{{ $i }}{{ $e }};{{ end }}": "01;12;",
    "{{ range $e := list 1 2 }}{{ $e }}{{ end }}": "12",
    "{{ $i := 0 }}{{ $e := 0 }}{{ range $i, $e = list 5 }}{{ end }}{{ $i }}{{ $e }}": "05",
    "{{ $e := 0 }}{{ range $e = list 5 }}{{ end }}{{ $e }}": "5",
    '{{ range $k, $v := dict "b" 1 "a" 2 }}{{ $k }}{{ $v }}{{ end }}': "a2b1",
    "{{ range 3 }}{{ . }}{{ end }}{{ range $i := int64 2 }}{{ printf `%T` $i }}{{ end }}": "012int64int64",
    "{{ range 0 }}{{ else }}none{{ end }}{{ range list }}{{ else }}none{{ end }}": "nonenone",
    "{{ range first (list) }}x{{ else }}none{{ end }}": "none",
    "{{ range list 1 2 3 }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ . }}{{ end }}": "13",
    "{{ range list 1 2 3 }}{{ with 1 }}{{ break }}{{ end }}{{ end }}after": "after",
    '{{ define "u" }}<{{ . }}>{{ end }}{{ template "u" .user }}{{ template "u" }}': "<admin><<no value>>",
    '{{ $x := 1 }}{{ define "u" }}{{ $x := 2 }}{{ $x }}{{ end }}{{ template "u" }}{{ $x }}': "21",
    '{{ (toDate "2006" "2021").Year }}{{ (toDate "2006" "2021").Format "06" }}': "202121",
    '{{ "06" | (toDate "2006" "2021").Format }}': "21",
    '{{ (semver "1.2").Original }}{{ (semver "1.2").LessThan (semver "2") }}': "1.2true",
    "{{ $t := now }}{{ $t.UTC.Year }}": "2021",
    "{{ now.Year }}": "2021",
    "{{ index .user 0 }}": "97",
    "{{ printf `%T` (index .user 0) }}": "uint8",
}


@pytest.mark.parametrize("text", RENDERED)
def test_rendering(text: str) -> None:
    assert render(text, DATA) == RENDERED[text]


REFUSED = {
    "{{ .x }}": '1:3: executing "t" at <.x>: map has no entry for key "x"',
    "{{ .user.x }}": '1:8: executing "t" at <.user.x>: can\'t evaluate field x in type string',
    "{{ (fromJson .json).z.x }}": '1:13: executing "t" at <.json>: nil pointer evaluating interface {}.x',
    "{{ (fromJson .json).l.x }}": '1:13: executing "t" at <.json>: can\'t evaluate field x in type interface {}',
    "{{ .user 1 }}": '1:3: executing "t" at <.user>: user is not a method but has arguments',
    "{{ 1 | .user }}": '1:7: executing "t" at <.user>: user is not a method but has arguments',
    "{{ $x := 1 }}{{ $x 2 }}": '1:16: executing "t" at <$x>: can\'t give argument to non-function $x',
    "{{ (1) 2 }}": '1:3: executing "t" at <(1) 2>: can\'t give argument to non-function 1',
    "{{ 1 2 }}": '1:3: executing "t" at <1>: can\'t give argument to non-function 1',
    "{{ nil }}": '1:3: executing "t" at <nil>: nil is not a command',
    "{{ (nil).a }}": '1:4: executing "t" at <nil>: nil is not a command',
    "{{ or true ($y := 1) }}{{ $y }}": '1:26: executing "t" at <$y>: undefined variable: $y',
    "{{ $y = 1 }}": '1:8: executing "t" at <1>: undefined variable: $y',
    "{{ 18446744073709551615 }}": '1:3: executing "t" at <18446744073709551615>: 18446744073709551615 overflows int',
    "{{ upper }}": '1:3: executing "t" at <upper>: wrong number of args for upper: want 1 got 0',
    "{{ printf }}": '1:3: executing "t" at <printf>: wrong number of args for printf: want at least 1 got 0',
    "{{ upper 1 }}": '1:9: executing "t" at <1>: expected string; found 1',
    "{{ repeat true `x` }}": '1:10: executing "t" at <true>: expected integer; found true',
    "{{ derivePassword -1 `long` `a` `b` `c` }}": '1:18: executing "t" at <-1>: expected unsigned integer; found -1',
    "{{ ternary 1 2 3 }}": '1:15: executing "t" at <3>: expected bool; found 3',
    "{{ round 1 2 `x` }}": '1:13: executing "t" at <`x`>: expected float; found `x`',
    "{{ keys 1 }}": '1:8: executing "t" at <1>: can\'t handle 1 for arg of type map[string]interface {}',
    "{{ upper nil }}": '1:9: executing "t" at <nil>: cannot assign nil to string',
    "{{ upper (list) }}": '1:10: executing "t" at <list>: wrong type for value; expected string; got []interface {}',
    "{{ until (until 2) }}": '1:16: executing "t" at <2>: wrong type for value; expected int; got []int',
    "{{ get . `a` }}": (
        '1:7: executing "t" at <.>: wrong type for value; expected map[string]interface {}; got map[string]string'
    ),
    "{{ repeat (fromJson `2`) `x` }}": (
        '1:20: executing "t" at <`2`>: wrong type for value; expected int; got float64'
    ),
    "{{ upper (first (list)) }}": '1:17: executing "t" at <list>: invalid value; expected string',
    "{{ range list nil }}{{ upper . }}{{ end }}": (
        '1:29: executing "t" at <.>: wrong type for value; expected string; got interface {}'
    ),
    "{{ range .user }}{{ end }}": '1:9: executing "t" at <.user>: range can\'t iterate over admin',
    "{{ range $a, $b := 3 }}{{ end }}": (
        '1:19: executing "t" at <3>: can\'t use 3 to iterate over more than one variable'
    ),
    '{{ template "x" }}': '1:12: executing "t" at <{{template "x"}}>: template "x" not defined',
    '{{ template "t" . }}': ('1:12: executing "t" at <{{template "t" .}}>: exceeded maximum template depth (100000)'),
    '{{ define "a" }}{{ .b }}{{ end }}{{ template "a" . }}': (
        '1:19: executing "a" at <.b>: map has no entry for key "b"'
    ),
    '{{ define "a" }}{{ .b }}{{ end }}{{ template "a" }}': (
        '1:19: executing "a" at <.b>: nil data; no entry for key "b"'
    ),
    "{{ index (list 1) 5 }}": '1:3: executing "t" at <index (list 1) 5>: error calling index: index out of range: 5',
    '{{ (semver "1").major }}': (
        '1:11: executing "t" at <"1">: major is an unexported field of struct type *semver.Version'
    ),
    '{{ (semver "1").Nope }}': '1:11: executing "t" at <"1">: can\'t evaluate field Nope in type *semver.Version',
    '{{ (toDate "2006" "2021").Date }}': (
        '1:18: executing "t" at <"2021">: function Date has 3 return values; should be 1 or 2'
    ),
    "{{ call .user }}": '1:3: executing "t" at <call .user>: error calling call: non-function .user of type string',
    "{{ 1 | call }}": '1:7: executing "t" at <call>: error calling call: non-function <int Value> of type int',
    "{{ .user | call }}": '1:11: executing "t" at <call>: error calling call: non-function admin of type string',
    "x\né{{ .x }}": '2:5: executing "t" at <.x>: map has no entry for key "x"',
}


@pytest.mark.parametrize("text", REFUSED)
def test_where_and_why_a_template_fails(text: str) -> None:
    assert refusal(text, DATA) == REFUSED[text]


def test_a_missing_key_may_be_no_value() -> None:
    assert render("{{ .x }}|{{ .x | default `d` }}|{{ print .x }}", missing="default") == "<no value>|d|<nil>"
    assert render('{{ define "a" }}{{ .b.c }}{{ end }}{{ template "a" }}', missing="default") == "<no value>"
    assert refusal("{{ .x | upper }}", missing="default").endswith("invalid value; expected string")


def test_fields_of_a_certificate_take_no_arguments(certificate: str, key: str) -> None:
    data: dict[str, str | bytes] = {"c": certificate, "k": key}
    text = "{{ (buildCustomCert (b64enc .c) (b64enc .k)).Cert%s }}"
    assert render(text % "", data) == certificate
    assert refusal(text % " 1", data).endswith("Cert has arguments but cannot be invoked as function")


@pytest.fixture
def key() -> str:
    return render('{{ genPrivateKey "ecdsa" }}')


@pytest.fixture
def certificate(key: str) -> str:
    return render('{{ (genCAWithKey "ca" 1 .k).Cert }}', {"k": key})


def test_dot_may_be_a_map_of_maps() -> None:
    dot = MapMap({b"remote": StringMap({b"key": b"k"})})
    assert (
        render_value('{{ .remote.key }}{{ index .remote "x" }}{{ typeOf . }}', dot) == "kmap[string]map[string]string"
    )


def test_no_data_at_all_is_like_a_missing_key() -> None:
    template = Template.parse("{{ .x }}{{ . }}", name="t", missing_key=MissingKey.DEFAULT)
    assert template.render_value(None, ambient=ambient()) == b"<no value><no value>"
    with pytest.raises(TemplateError, match="nil data; no entry for key"):
        Template.parse("{{ .x }}", name="t").render_value(None, ambient=ambient())


def test_a_nil_map_counts_as_empty() -> None:
    assert render_value("{{ range . }}x{{ else }}none{{ end }}", AnyMap().as_nil()) == "none"
