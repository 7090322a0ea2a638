"""Query or body, absent or blank, in every form that a client of Doppler's sends."""

import json

import pytest

from headwater.domain.hidden import Hidden
from headwater.wire import codec, configs, projects, secrets, service_tokens
from headwater.wire.base import PageQuery
from headwater.wire.reading import MalformedQueryError, read_input
from tests.support.canary import secret

CASES = {
    "the query alone": (b"project=apps&config=prd", b"", ("apps", "prd")),
    "the body alone": (b"", b'{"project": "apps", "config": "prd"}', ("apps", "prd")),
    "one in each": (b"project=apps", b'{"config": "prd"}', ("apps", "prd")),
    "both, alike": (b"project=apps", b'{"project": "apps", "config": "prd"}', ("apps", "prd")),
    "blank in the query": (b"project=&config=", b"", (None, None)),
    "blank in the query, given in the body": (b"project=&config=", b'{"project": "apps"}', ("apps", None)),
    "null in the body": (b"config=prd", b'{"project": null, "config": null}', (None, "prd")),
    "blank in the body": (b"config=prd", b'{"project": "", "config": ""}', (None, "prd")),
    "nothing": (b"", b"", (None, None)),
    "an empty object": (b"", b"{}", (None, None)),
    "what no route knows": (b"project=apps&accepts=x", b'{"tags": [1]}', ("apps", None)),
    "percent and plus": (b"project=a%2Db&config=c+d", b"", ("a-b", "c d")),
}


@pytest.mark.parametrize("case", CASES)
def test_place_is_read_from_query_or_body(case: str) -> None:
    query, body, expected = CASES[case]
    read = read_input(configs.UpdateConfigInput, query, body)
    assert (read.project, read.config) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False)]
)
def test_booleans_in_a_query_are_read_without_regard_to_case(text: str, expected: object) -> None:
    query = f"include_managed_secrets={text}".encode()
    assert read_input(secrets.ListSecretsQuery, query).include_managed_secrets is expected


def test_null_booleans_keep_their_default() -> None:
    assert read_input(
        projects.CreateProjectInput, b"", b'{"create_default_environments": null}'
    ).create_default_environments


BROKEN = {
    "no JSON": (b"", b"{"),
    "a list": (b"", b"[]"),
    "a bare word": (b"", b"null"),
    "not UTF-8": (b"", b'{"name": "\xff"}'),
    "half a surrogate pair": (b"", b'{"name": "\\ud800"}'),
    "a number for a name": (b"", b'{"name": 5}'),
    "too deep": (b"", b'{"a":' * 33 + b"1" + b"}" * 33),
    "far too deep": (b"", b"[" * 200_000),
    "too many names": (b"", json.dumps({f"k{i}": 1 for i in range(2_001)}).encode()),
    "a page that is no number": (b"page=x", b""),
    "a page before the first": (b"page=0", b""),
    "a parameter twice": (b"page=1&page=2", b""),
    "query unlike body": (b"name=ab", b'{"name": "cd"}'),
    "no percent-encoding": (b"name=%ff", b""),
    "bytes beyond ASCII": (b"name=\xc3\xa9", b""),
    "a thousand parameters": (b"&".join(b"a=1" for _ in range(1000)), b""),
}


class Everything(PageQuery, frozen=True, kw_only=True):
    """Fields of all types, for the table above."""

    name: str | None = None


@pytest.mark.parametrize("case", BROKEN)
def test_broken_input_is_refused(case: str) -> None:
    query, body = BROKEN[case]
    with pytest.raises((codec.MalformedBodyError, MalformedQueryError)):
        read_input(Everything, query, body)


@pytest.mark.parametrize("levels", [31, 32])
def test_depth_up_to_the_limit_passes(levels: int) -> None:
    body = b'{"a":' * levels + b"1" + b"}" * levels
    assert read_input(projects.ProjectQuery, b"", body).project is None


def test_two_thousand_names_pass() -> None:
    body = json.dumps({"secrets": {f"K{i}": "v" for i in range(2_000)}}).encode()
    assert len(read_input(secrets.UpdateSecretsInput, b"", body).secrets or {}) == 2_000


def test_null_deletes_in_secrets_and_is_absent_in_change_requests() -> None:
    body = {
        "secrets": {"A": None, "B": secret("b")},
        "change_requests": [{"name": "A", "originalName": None, "value": None, "shouldPromote": None}],
    }
    read = read_input(secrets.UpdateSecretsInput, b"", json.dumps(body).encode())
    assert read.secrets == {"A": None, "B": Hidden(secret("b"))}
    assert read.change_requests == [secrets.ChangeRequest(name="A")]


def test_a_change_request_with_what_we_lack_is_refused_by_name() -> None:
    body = b'{"change_requests": [{"name": "A", "visibility": "restricted"}]}'
    with pytest.raises(codec.MalformedBodyError, match="visibility"):
        read_input(secrets.UpdateSecretsInput, b"", body)


def test_a_value_of_the_wrong_type_is_named_without_being_shown() -> None:
    body = json.dumps({"secrets": {"A": [secret("a")]}}).encode()
    with pytest.raises(codec.MalformedBodyError, match=r"secrets.*expected `str`, got `array`") as caught:
        read_input(secrets.UpdateSecretsInput, b"", body)
    assert secret("a") not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"expire_at": 1800000000}', 1_800_000_000),
        (b'{"expire_at": "2027-01-15T08:00:00Z"}', "2027-01-15T08:00:00Z"),
        (b'{"expire_at": null}', None),
    ],
)
def test_expiry_comes_as_seconds_or_as_a_date(body: bytes, expected: object) -> None:
    assert read_input(service_tokens.CreateServiceTokenInput, b"", body).expire_at == expected
