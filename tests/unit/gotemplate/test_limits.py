"""No template stalls or exhausts the process: each ends in a TemplateError, within its deadline and a second."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.gotemplate import Limits, Template, TemplateError
from headwater.gotemplate.errors import LimitError
from headwater.gotemplate.limits import Meter
from tests.support.gotemplates import ambient

_SECONDS = 0.5
_SMALL = Limits(seconds=_SECONDS, steps=200_000)
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{','.join(['*' + chr(97 + at)] * 9)}]\n" for at in range(9)
)
MANY_VARIABLES = "{{$b:=1}}" * 8_000
BIG = "{" + ",".join(f'"{at * 7919 % 99_991}":1' for at in range(70_000)) + "}"
SELF = '{{ $d := dict }}{{ $_ := set $d "a" $d }}'
DOUBLED = "{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}"

HOSTILE = {
    "until": "{{ until 999999 }}",
    "until within until": "{{ $x := until 9999 }}{{ range $x }}{{ range $x }}{{ end }}{{ end }}",
    "range over an integer": "{{ range 9999999999 }}{{ end }}",
    "repeat": '{{ repeat 999999999 "x" }}',
    "repeat of repeat": '{{ range until 9999 }}{{ $_ := repeat 99999 "x" }}{{ end }}',
    "seq": "{{ seq 1 99999999 }}",
    "untilStep": "{{ untilStep 0 -99999999 -1 }}",
    "widths": '{{ range until 9999 }}{{ $_ := printf "%999999d" 1 }}{{ end }}',
    "precisions": '{{ range until 9999 }}{{ $_ := printf "%.999999f %999999x %-999999q" 1.5 "" "" }}{{ end }}',
    "a YAML alias bomb": "{{ fromYaml .bomb | toJson | len }}",
    "a dict set into itself, printed": SELF + "{{ $d }}",
    "a dict set into itself, as JSON": SELF + "{{ toJson $d }}",
    "a dict set into itself, as YAML": SELF + "{{ toYaml $d }}",
    "a dict set into itself, copied": SELF + "{{ deepCopy $d }}",
    "a dict set into itself, merged": SELF + '{{ merge (dict "a" (dict)) $d }}',
    "dicts set into themselves, compared": SELF + '{{ $e := dict }}{{ $_ := set $e "a" $e }}{{ deepEqual $d $e }}',
    "10,000 parentheses": "{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}",
    "10,000 ifs": "{{if 1}}" * 10_000 + "{{end}}" * 10_000,
    "10,000 else ifs": "{{if 0}}" + "{{else if 0}}" * 10_000 + "{{end}}",
    "a template that calls itself": '{{ define "t" }}{{ template "t" . }}{{ end }}{{ template "t" . }}',
    "RSA keys": '{{ range until 1000 }}{{ $_ := genPrivateKey "rsa" }}{{ end }}',
    "DSA keys": '{{ range until 1000 }}{{ $_ := genPrivateKey "dsa" }}{{ end }}',
    "authorities": '{{ range until 1000 }}{{ $_ := genCA "x" 1 }}{{ end }}',
    "bcrypt": '{{ range until 1000 }}{{ $_ := bcrypt "x" }}{{ end }}',
    "derivePassword": '{{ range until 1000 }}{{ $_ := derivePassword 1 "long" "a" "b" "c" }}{{ end }}',
    "key stores": "{{ range until 1000 }}{{ $_ := pkcs12key `x` }}{{ end }}",
    "a text that doubles": '{{ $x := "xxxxxxxx" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}',
    "a list that doubles, printed": DOUBLED + "{{ $x }}",
    "a list that doubles, as JSON": DOUBLED + "{{ toJson $x }}",
    "a list that doubles, as YAML": DOUBLED + "{{ toYaml $x }}",
    "replace": '{{ $x := repeat 99999 "a" }}{{ replace "a" $x $x }}',
    "indent": '{{ indent 99999 (repeat 99999 "\\n") }}',
    "regexReplaceAll": '{{ $x := repeat 99999 "a" }}{{ regexReplaceAll "a" $x $x }}',
    "many matches": '{{ range until 9999 }}{{ $_ := regexFindAll "a" (repeat 9999 "a") -1 }}{{ end }}',
    "a pattern that would backtrack": '{{ $x := repeat 99999 "x" }}{{ range until 9999 }}'
    '{{ $_ := regexMatch "(x+x+)+y" $x }}{{ end }}',
    "JSON nested deep": '{{ fromJson (repeat 99999 "[") }}',
    "YAML nested deep": '{{ fromYaml (repeat 9999 "[") }}',
    "long YAML": '{{ range until 999 }}{{ $_ := fromYaml (repeat 9999 "a: b\\n") }}{{ end }}',
    "wrap": '{{ range until 9999 }}{{ $_ := wrap 1 (repeat 9999 "a ") }}{{ end }}',
    "snakecase": '{{ range until 9999 }}{{ $_ := snakecase (repeat 99999 "aB") }}{{ end }}',
    "splitList": '{{ splitList "" (repeat 999999 "a") }}',
    "uniq": "{{ uniq (until 50000) }}",
    "append": "{{ $x := list }}{{ range until 99999 }}{{ $x = append $x . }}{{ end }}",
    "output": '{{ range until 99999 }}{{ repeat 999 "x" }}{{ end }}',
    "text": "{{ range until 99999 }}" + "x" * 9_999 + "{{ end }}",
    "a long list that repeats": "{{ range until 99999 }}" + "{{ $_ := len $ }}" * 500 + "{{ end }}",
    "randAlpha": "{{ randAlpha 99999999 }}",
    "randBytes": "{{ randBytes 99999999999 }}",
    "sortAlpha": "{{ range until 999 }}{{ $_ := sortAlpha (until 9999) }}{{ end }}",
    "a long constraint": '{{ semverCompare (repeat 9999 "1 ") "1" }}',
    "durations": '{{ range until 999 }}{{ $_ := durationRound (repeat 9999 "1h") }}{{ end }}',
    "a source beyond its limit": "x" * (2 << 20),
    "a source of too many items": "{{.a}}" * 99_999,
    "many arguments of a call": "{{ range until 9999 }}{{ $_ := print" + " ``" * 20_000 + " }}{{ end }}",
    "many fields": SELF + "{{ range until 9999 }}{{ $_ := $d" + ".a" * 40_000 + " }}{{ end }}",
    "many variables, set": "{{ $a := 1 }}"
    + MANY_VARIABLES
    + "{{ range until 9999 }}"
    + "{{ $a = 1 }}" * 4_000
    + "{{ end }}",
    "many variables, in one call": "{{ $a := 1 }}" + MANY_VARIABLES + "{{ range until 9999 }}"
    "{{ $_ := print" + " $a" * 10_000 + " }}{{ end }}",
    "many keys, left at the first": "{{ $m := fromJson .big }}{{ range until 9999 }}"
    "{{ range $m }}{{ break }}{{ end }}{{ end }}",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_template_ends_in_time(case: str) -> None:
    started = time.monotonic()
    with pytest.raises(TemplateError):
        Template.parse(HOSTILE[case], name="t").render({"bomb": BOMB, "big": BIG}, ambient=ambient(_SMALL))
    assert time.monotonic() - started < _SECONDS + 1


def test_recursion_says_what_go_says() -> None:
    with pytest.raises(TemplateError, match=r"exceeded maximum template depth \(100000\)"):
        Template.parse('{{ template "t" . }}', name="t").render({}, ambient=ambient())


def test_a_deadline_in_the_past_renders_nothing() -> None:
    with pytest.raises(TemplateError, match="takes too long"):
        Template.parse("x", name="t").render({}, ambient=ambient(Limits(seconds=-1)))


def test_time_is_looked_at_every_few_steps_since_each_may_be_a_long_call() -> None:
    moments = iter((0.0, 0.0, 2.0))
    meter = Meter(Limits(), deadline=1.0, clock=lambda: next(moments))
    with pytest.raises(LimitError, match="takes too long"):
        _take_steps(meter, 60)


def _take_steps(meter: Meter, count: int) -> None:
    for _ in range(count):
        meter.step()


_PIECES = (
    "{{ }} - if else end range with define template block .x $ $x := = | ( ) 1 1.5 'a' `r` nil true printf dict list "
    "toJson fromYaml until /* */ é break continue , . index 9 merge regexFind date now"
)
_WORDS = st.sampled_from([*_PIECES.split(), '"t"', " ", "\n", "\x00"])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(_WORDS, max_size=25).map("".join), st.lists(_WORDS).map(" ".join), st.text()))
def test_random_text_renders_or_ends_in_a_template_error(text: str) -> None:
    with suppress(TemplateError):
        Template.parse(text, name="t").render({"x": text.encode("utf-8", "replace")}, ambient=ambient(_SMALL))


_BARE = (
    "fromJson fromYaml toYaml toJson quote upper title snakecase camelcase urlParse b64dec b32dec hexdec int float64 "
    "semver initials nospace swapcase untitle js html urlquery durationRound toDecimal atoi certSANs jwkPublicKeyPem "
    "pkcs12cert regexMatch printf"
)
_ONE_ARGUMENT = [
    *_BARE.split(),
    *("filterPEM `X`", "regexFind `.`", "mustRegexMatch .x", "date .x", "toDate .x", "semverCompare .x", "wrap 3"),
    *("abbrev 5", "trunc 3", "decryptAES .x", "filterCertChain `leaf`", "rsaDecrypt `RSA-OAEP` `SHA1` .x"),
    *("buildCustomCert .x", "split .x"),
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_ONE_ARGUMENT), st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_random_data_renders_or_ends_in_a_template_error(function: str, value: bytes) -> None:
    with suppress(TemplateError):
        Template.parse("{{ .x | " + function + " }}", name="t").render({"x": value}, ambient=ambient(_SMALL))


@pytest.mark.parametrize("text", ["{{ range until 9 }}abc{{ end }}", "{{ range until 99 }}abc{{ end }}"])
def test_output_beyond_its_limit_is_refused_however_many_parts_it_has(text: str) -> None:
    limits = Limits(output=20, text=1 << 20, memory=50 << 20)
    with pytest.raises(TemplateError, match="output is longer than 20 bytes"):
        Template.parse(text, name="t").render({}, ambient=ambient(limits))
    assert Template.parse("{{ range until 3 }}abc{{ end }}", name="t").render({}, ambient=ambient(limits)) == b"abc" * 3
