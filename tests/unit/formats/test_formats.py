"""Each format, byte for byte, on the values that break formats."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from headwater.domain.hidden import Hidden
from headwater.domain.names import SecretName
from headwater.formats import (
    NameTransformer,
    UnknownFormatError,
    UnknownNameTransformerError,
    get_format,
    get_name_transformer,
    list_formats,
)

DOPPLERS_OWN = {
    "TEST": "abc",
    "FOO": "bar",
    "HOME": "123",
    "DOPPLER_PROJECT": "cli",
    "DOPPLER_ENVIRONMENT": "e2e",
    "DOPPLER_CONFIG": "e2e",
}

BYTES: list[tuple[str, dict[str, str], str]] = [
    (
        "json",
        DOPPLERS_OWN,
        '{"DOPPLER_CONFIG":"e2e","DOPPLER_ENVIRONMENT":"e2e","DOPPLER_PROJECT":"cli","FOO":"bar","HOME":"123","TEST":"abc"}',
    ),
    ("json", {}, "{}"),
    ("json", {"A": 'q"b\\n\n/é\u2028\x01'}, '{"A":"q\\"b\\\\n\\n/é\u2028\\u0001"}'),
    ("json", {"A_1": "", "A": "", "AA": ""}, '{"A":"","AA":"","A_1":""}'),
    (
        "env",
        DOPPLERS_OWN,
        'DOPPLER_CONFIG="e2e"\nDOPPLER_ENVIRONMENT="e2e"\nDOPPLER_PROJECT="cli"\nFOO="bar"\nHOME="123"\nTEST="abc"',
    ),
    ("env", {}, ""),
    ("env", {"A": 'say "hi"\\n'}, 'A="say \\"hi\\"\\\\n"'),
    ("env", {"A": "one\ntwo", "B": "$HOME `x` #"}, 'A="one\ntwo"\nB="$HOME `x` #"'),
    ("env-no-quotes", {"A": 'a "b" \\ $c', "B": "one\ntwo"}, 'A=a "b" \\ $c\nB=one\ntwo'),
    ("docker", {"A": 'a "b"', "B": "-----BEGIN\r\nx\n"}, 'A=a "b"\nB=-----BEGIN\\r\\nx\\n'),
    ("yaml", {"A": 'no "q" \\', "NO": "1e3"}, '"A": "no \\"q\\" \\\\"\n"NO": "1e3"\n'),
    ("yaml", {"A": "one\ntwo"}, '"A": "one\\ntwo"\n'),
    ("yaml", {}, "{}\n"),
    ("dotnet-json", {"SMTP__USER_NAME": "u", "API_KEY": "k"}, '{"ApiKey":"k","Smtp:UserName":"u"}'),
]


def encode(format_name: str, secrets: dict[str, str], transformer: NameTransformer | None = None) -> str:
    hidden = {SecretName(name): Hidden(value) for name, value in secrets.items()}
    return get_format(format_name).encode(hidden, transformer).reveal().decode()


@pytest.mark.parametrize("row", range(len(BYTES)))
def test_bytes(row: int) -> None:
    format_name, secrets, expected = BYTES[row]

    assert encode(format_name, secrets) == expected


def test_these_formats_are_there_and_every_one_has_a_case() -> None:
    assert set(list_formats()) == {"docker", "dotnet-json", "env", "env-no-quotes", "json", "yaml"}
    assert set(list_formats()) == {name for name, _, _ in BYTES}


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("json", "application/json"), ("dotnet-json", "application/json"), ("env", "text/plain; charset=utf-8")],
)
def test_content_types(name: str, content_type: str) -> None:
    assert get_format(name).content_type == content_type


TRANSFORMED: dict[NameTransformer, dict[str, str]] = {
    NameTransformer.CAMEL: {"API_KEY": "apiKey", "SMTP__USER_NAME": "smtpUserName", "_A": "a", "A": "a"},
    NameTransformer.UPPER_CAMEL: {"API_KEY": "ApiKey", "SMTP__USER_NAME": "SmtpUserName", "TEST__SECRET": "TestSecret"},
    NameTransformer.LOWER_SNAKE: {"API_KEY": "api_key", "SMTP__USER_NAME": "smtp__user_name"},
    NameTransformer.TF_VAR: {"API_KEY": "TF_VAR_api_key", "DOPPLER_CONFIG": "TF_VAR_doppler_config"},
    NameTransformer.LOWER_KEBAB: {"API_KEY": "api-key"},
    NameTransformer.DOTNET: {"API_KEY": "ApiKey", "SMTP__USER_NAME": "Smtp:UserName", "TEST__SECRET": "Test:Secret"},
    NameTransformer.DOTNET_ENV: {"API_KEY": "ApiKey", "SMTP__USER_NAME": "Smtp__UserName"},
}


@pytest.mark.parametrize("transformer", NameTransformer)
def test_names_are_transformed(transformer: NameTransformer) -> None:
    for name, expected in TRANSFORMED[transformer].items():
        assert encode("json", {name: ""}, transformer) == json.dumps({expected: ""}, separators=(",", ":"))


@pytest.mark.parametrize("transformer", NameTransformer)
def test_no_name_is_transformed_away(transformer: NameTransformer) -> None:
    assert all(name for name in json.loads(encode("json", {"_": "", "__": ""}, transformer)))


def test_transformed_names_are_sorted_anew() -> None:
    assert encode("json", {"A_B": "", "AA": ""}, NameTransformer.LOWER_KEBAB) == '{"a-b":"","aa":""}'


def test_of_two_names_that_become_one_the_last_in_order_wins() -> None:
    assert encode("json", {"A_B": "first", "A__B": "second"}, NameTransformer.CAMEL) == '{"aB":"second"}'


def test_a_transformer_that_is_asked_for_goes_before_the_formats_own() -> None:
    assert encode("dotnet-json", {"API_KEY": ""}, NameTransformer.CAMEL) == '{"apiKey":""}'


def test_what_is_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(UnknownFormatError, match="json"):
        get_format("xml")
    with pytest.raises(UnknownNameTransformerError, match="lower-kebab"):
        get_name_transformer("shout")


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SECRETS = st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,12}", fullmatch=True), TEXT)


@given(SECRETS)
def test_json_is_read_back(secrets: dict[str, str]) -> None:
    assert json.loads(encode("json", secrets)) == secrets


@given(SECRETS)
def test_yaml_is_read_back_as_text_whatever_it_looks_like(secrets: dict[str, str]) -> None:
    assert yaml.safe_load(encode("yaml", secrets)) == secrets


@given(SECRETS)
def test_env_is_read_back_by_undoing_its_two_escapes(secrets: dict[str, str]) -> None:
    rest, found = encode("env", secrets) + "\n", {}
    while rest.strip("\n") or '="' in rest:
        name, _, rest = rest.partition('="')
        value, rest = _until_quote(rest)
        found[name] = value
        rest = rest.removeprefix("\n")
    assert found == secrets


def _until_quote(text: str) -> tuple[str, str]:
    value, position = "", 0
    while text[position] != '"':
        position += text[position] == "\\"
        value += text[position]
        position += 1
    return value, text[position + 1 :]


@given(st.text(st.characters(max_codepoint=0x17F), max_size=20))
def test_yaml_is_what_the_library_writes_also_where_it_is_not_asked(text: str) -> None:
    line = yaml.dump({"A": text}, default_style='"', width=float("inf"), allow_unicode=True)
    assert encode("yaml", {"A": text}) == line
