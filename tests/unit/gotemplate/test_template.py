"""The public face: what is cached, what is published, what data may be."""

import inspect
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from headwater.gotemplate import Limits, MissingKey, Stage, Template, TemplateError
from tests.support.canary import CANARY, secret
from tests.support.gotemplates import ambient, render

LEAKS = [
    "{{ range .pw }}{{ end }}",
    "{{ range $a, $b := int .number }}{{ end }}",
    "{{ fail .pw }}",
    "{{ urlParse (print `http://a b/` .pw) }}",
    "{{ mustRegexMatch (print `[` .pw) `x` }}",
    "{{ regexFind (print `[` .pw) `x` }}",
    "{{ mustFromJson (print `[1 ` .pw) }}",
    "{{ mustToDate `2006` .pw }}",
    "{{ mustDateModify .pw now }}",
    "{{ semver (print `1.2.3-` .pw `!`) }}",
    "{{ semver (print `99999999999999999999` ) }}",
    "{{ semverCompare .pw `1` }}",
    "{{ eq (list .pw) (list .pw) }}",
    "{{ eq (list .pw) (dict) }}",
    "{{ call .pw }}{{ .pw | call }}",
    "{{ .pw | call }}",
    "{{ genSelfSignedCert `x` (list .pw) nil 1 }}",
    "{{ genSelfSignedCert `x` nil (list (list .pw)) 1 }}",
    "{{ genCAWithKey `x` 1 .pw }}",
    '{{ jwkPublicKeyPem (printf `{"kty":%q}` .pw) }}',
    "{{ rsaDecrypt .pw `SHA1` `x` `y` }}",
    "{{ pkcs12keyPass .pw `x` }}",
    "{{ urlJoin (dict `userinfo` (print `%` .pw)) }}",
    "{{ decryptAES .pw .pw }}",
    "{{ dig .pw 1 (dict) }}{{ dig 1 .pw (dict) }}",
]


@pytest.mark.parametrize("text", LEAKS)
def test_no_fetched_value_is_published(text: str) -> None:
    data: dict[str, str | bytes] = {"pw": secret("hunter2"), "number": "7"}
    with pytest.raises(TemplateError) as caught:
        Template.parse(text, name="k").render(data, ambient=ambient())
    assert CANARY not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.stage is Stage.EXECUTE


def test_the_exact_text_is_kept_apart() -> None:
    with pytest.raises(TemplateError) as caught:
        Template.parse("\n {{ fail .x }}", name="k").render({"x": "because"}, ambient=ambient())
    assert caught.value.exact == b'template: k:2:4: executing "k" at <fail .x>: error calling fail: because'
    assert str(caught.value) == "template k, line 2, column 4: at <fail .x>: error calling fail: [masked]"
    assert (caught.value.line, caught.value.column) == (2, 4)


def test_a_text_that_does_not_parse_has_a_line_alone() -> None:
    with pytest.raises(TemplateError) as caught:
        Template.parse("\n{{ nope }}", name="k")
    assert (caught.value.stage, caught.value.line, caught.value.column) == (Stage.PARSE, 2, None)
    assert str(caught.value) == 'template k, line 2: function "nope" not defined'


def test_a_long_name_is_cut_for_publication() -> None:
    name = "{{ .x }}" * 10 + "\nsecond line"
    with pytest.raises(TemplateError) as caught:
        Template.parse("{{ .x }}", name=name).render({}, ambient=ambient())
    assert str(caught.value).startswith("template {{ .x }}{{ .x }}{{ .x }}{{ .x }}{{ .x }}…, line 1")
    assert name.encode() in caught.value.exact


def test_templates_are_cached_by_their_text_name_and_options() -> None:
    first = Template.parse("{{ .x }}", name="k")
    assert Template.parse("{{ .x }}", name="k") is first
    assert Template.parse(b"{{ .x }}", name="k") is first
    assert Template.parse("{{ .x }}", name="other") is not first
    assert Template.parse("{{ .x }}", name="k", missing_key=MissingKey.DEFAULT) is not first
    assert Template.parse("{{ .x }}", name="k", delimiters=("[[", "]]")) is not first


def test_very_long_templates_are_not_kept() -> None:
    text = "x" * (1 << 15)
    assert Template.parse(text, name="k") is not Template.parse(text, name="k")


def test_few_long_templates_are_kept_and_take_no_place_of_short_ones() -> None:
    short = Template.parse("x", name="k")
    templates = [Template.parse("x" * 10_000 + str(at), name="k") for at in range(600)]
    assert Template.parse("x" * 10_000 + "599", name="k") is templates[-1]
    assert Template.parse("x" * 10_000 + "500", name="k") is not templates[500]
    assert Template.parse("x", name="k") is short


def test_templates_may_be_parsed_and_rendered_by_many_threads() -> None:
    def rendered(at: int) -> bytes:
        return Template.parse("{{ .x }}" + "y" * (at % 20), name="threads").render({"x": str(at)}, ambient=ambient())

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(rendered, range(400))) == [b"%d%b" % (at, b"y" * (at % 20)) for at in range(400)]


def test_data_may_be_text_or_bytes() -> None:
    assert render("{{ .a }}{{ .b | len }}", {"a": "é", "b": b"\xff\xfe"}) == "é2"


def test_data_may_be_maps_of_strings() -> None:
    template = Template.parse("{{ .auth.token }}{{ .remoteRef.key | b64enc }}", name="k")
    data: dict[str, dict[str, str | bytes]] = {"auth": {"token": "t"}, "remoteRef": {"key": b"\xff"}}
    assert template.render(data, ambient=ambient()) == b"t/w=="


def test_delimiters_of_ones_own() -> None:
    template = Template.parse("<% .x %>{{ .x }}", name="k", delimiters=("<%", "%>"))
    assert template.render({"x": "1"}, ambient=ambient()) == b"1{{ .x }}"


def test_binary_values_come_out_as_they_went_in() -> None:
    value = bytes(range(256))
    template = Template.parse("{{ .x }}", name="k")
    assert template.render({"x": value}, ambient=ambient()) == value


def test_a_surrogate_in_a_template_is_the_byte_it_stands_for() -> None:
    assert Template.parse("\udcff", name="k").render({}, ambient=ambient()) == b"\xff"


def _deeper(frames: int, text: str) -> bytes:
    if frames:
        return _deeper(frames - 1, text)
    return Template.parse(text, name=f"k{len(text)}").render({}, ambient=ambient())


@pytest.mark.parametrize("text", ["{{ " + "(" * 50 + "1" + ")" * 50 + " }}", "{{if 1}}" * 50 + "{{end}}" * 50])
def test_a_caller_deep_in_the_stack_gets_a_template_error(text: str) -> None:
    frames = sys.getrecursionlimit() - len(inspect.stack())
    for left in (60, 150):
        with pytest.raises(TemplateError, match="nested too deep"):
            _deeper(frames - left, text)


def _rendered_below(frames: int, template: Template) -> bytes:
    return _rendered_below(frames - 1, template) if frames else template.render({}, ambient=ambient())


def test_a_template_first_rendered_deep_in_the_stack_ends_in_a_template_error_and_is_good_elsewhere() -> None:
    template = Template.parse("{{if 1}}" * 50 + "x" + "{{end}}" * 50, name="first rendered deep in the stack")
    for left in (60, 150):
        with pytest.raises(TemplateError, match="nested too deep"):
            _rendered_below(sys.getrecursionlimit() - len(inspect.stack()) - left, template)
    assert template.render({}, ambient=ambient()) == b"x"


def test_a_value_has_a_limit() -> None:
    with pytest.raises(TemplateError, match="text is longer than 3 bytes"):
        Template.parse("{{ .x }}", name="k").render({"x": "long"}, ambient=ambient(Limits(text=3)))
