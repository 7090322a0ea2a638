import pytest

from headwater.domain.errors import StartupError
from headwater.domain.hidden import Hidden
from headwater.operator.providers.doppler import FILE_ENTRY, DopplerProvider, new_provider
from headwater.operator.providers.protocol import (
    Body,
    BodyForm,
    CredentialRef,
    DataRef,
    EntryId,
    ExtractRef,
    FindRef,
    Picked,
    PickError,
    ProviderConfigError,
    Ref,
    Store,
)
from headwater.resources.references import SecretKeySelector, ServiceAccountSelector
from headwater.resources.secret_store import DopplerAuth, DopplerOidc, DopplerSecretRef
from headwater.resources.secret_store import DopplerProvider as Settings
from tests.support.canary import CANARY, secret

TOKEN_REF = SecretKeySelector(name="doppler-token-auth", key="dopplerToken", namespace="external-secrets")
AUTH = DopplerAuth(secret_ref=DopplerSecretRef(doppler_token=TOKEN_REF))
OIDC = DopplerOidc(identity="id", service_account_ref=ServiceAccountSelector(name="sa"))


def store(auth: DopplerAuth = AUTH, /, **settings: str) -> Store:
    return Store(
        uid="1", generation=1, kind="ClusterSecretStore", name="doppler", provider="doppler",
        settings=Settings(auth=auth, **settings),
    )  # fmt: skip


def picked(values: Picked) -> dict[str, str]:
    return {name: value.reveal().decode() for name, value in values.items()}


URL, JWT = secret("postgres://"), secret("jwt")
BODY = Body(
    etag=None,
    entries={
        EntryId("DATABASE_URL"): Hidden(URL.encode()),
        EntryId("JWT_SECRET"): Hidden(JWT.encode()),
        EntryId("DOPPLER_PROJECT"): Hidden(b"bookmarked"),
        EntryId("OBJECT"): Hidden(f'{{"s":"{JWT}\\u00fc","n": 1.50,"o":{{"a": [1, 2]}},"z":null,"t":true}}'.encode()),
        EntryId("NULL"): Hidden(b"null"),
        EntryId("LIST"): Hidden(f'["{JWT}"]'.encode()),
        EntryId("BROKEN"): Hidden(f'{{"s":"{JWT}'.encode()),
    },
)

PICKS: dict[str, tuple[Ref, dict[str, str]]] = {
    "a value by its name": (DataRef(key="JWT_SECRET"), {"JWT_SECRET": JWT}),
    "property and version mean nothing": (DataRef(key="JWT_SECRET", property="a", version="2"), {"JWT_SECRET": JWT}),
    "the members of a value, what is no string as it is written": (
        ExtractRef(key="OBJECT"),
        {"s": JWT + "ü", "n": "1.50", "o": '{"a": [1, 2]}', "z": "", "t": "true"},
    ),
    "null has no members": (ExtractRef(key="NULL"), {}),
    "a pattern matches anywhere": (FindRef(name_regexp="SE"), {"DATABASE_URL": URL, "JWT_SECRET": JWT}),
    "a pattern may be anchored": (FindRef(name_regexp="^JWT_.*$"), {"JWT_SECRET": JWT}),
    "a path is a prefix": (FindRef(path="DATA"), {"DATABASE_URL": URL}),
    "both must hold": (FindRef(name_regexp="S", path="J"), {"JWT_SECRET": JWT}),
    "nothing matches": (FindRef(name_regexp="^nothing$"), {}),
    "automatic entries come too": (FindRef(path="DOPPLER_"), {"DOPPLER_PROJECT": "bookmarked"}),
    "tags mean nothing": (FindRef(path="JWT", tags=(("a", "b"),)), {"JWT_SECRET": JWT}),
}


@pytest.fixture
def provider() -> DopplerProvider:
    return new_provider({})


@pytest.mark.parametrize("case", PICKS)
def test_pick(provider: DopplerProvider, case: str) -> None:
    ref, expected = PICKS[case]
    assert picked(provider.pick(BODY, ref)) == expected


def test_find_without_conditions_picks_everything(provider: DopplerProvider) -> None:
    assert set(provider.pick(BODY, FindRef())) == {entry.name for entry in BODY.entries}


REFUSED: dict[str, tuple[Ref, str]] = {
    "a missing value": (DataRef(key="GONE"), "secret 'GONE' not found"),
    "members of a missing value": (ExtractRef(key="GONE"), "secret 'GONE' not found"),
    "members of a list": (ExtractRef(key="LIST"), "secret 'LIST' is not a JSON object"),
    "members of a text": (ExtractRef(key="JWT_SECRET"), "secret 'JWT_SECRET' is not a JSON object"),
    "members of half an object": (ExtractRef(key="BROKEN"), "secret 'BROKEN' is not a JSON object"),
    "a pattern of another language": (FindRef(name_regexp=r"(?=x)"), "find.name.regexp is not a regular expression"),
    "a broken pattern": (FindRef(name_regexp="("), "find.name.regexp is not a regular expression"),
    "a pattern that would take all memory": (
        FindRef(name_regexp="((a{1000}){1000}){1000}"),
        "find.name.regexp is not a regular expression",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_picked_is_said_without_a_value(
    provider: DopplerProvider, case: str, capfd: pytest.CaptureFixture[str]
) -> None:
    ref, message = REFUSED[case]
    with pytest.raises(PickError) as caught:
        provider.pick(BODY, ref)
    assert caught.value.message.startswith(message)
    assert CANARY not in f"{caught.value}{caught.value.__cause__}"
    assert capfd.readouterr() == ("", "")


def test_the_whole_file_is_one_entry(provider: DopplerProvider) -> None:
    body = Body(etag=None, entries={FILE_ENTRY: Hidden(b"A=b")})
    assert picked(provider.pick(body, FindRef())) == {"DOPPLER_SECRETS_FILE": "A=b"}
    assert picked(provider.pick(body, FindRef(path="OTHER"))) == {}


FORMS: dict[str, tuple[Ref, BodyForm]] = {
    "data reads plain names": (DataRef(key="A"), BodyForm()),
    "extract reads plain names": (ExtractRef(key="A"), BodyForm()),
    "find reads as the store says": (FindRef(), BodyForm("env", "lower-kebab")),
}


@pytest.mark.parametrize("case", FORMS)
def test_requests(provider: DopplerProvider, case: str) -> None:
    ref, form = FORMS[case]
    assert provider.requests(store(format="env", name_transformer="lower-kebab"), ref) == form


@pytest.mark.parametrize("settings", [{"format": "xml"}, {"name_transformer": "dotnet"}])
def test_a_form_that_the_schema_would_refuse_is_refused(provider: DopplerProvider, settings: dict[str, str]) -> None:
    with pytest.raises(ProviderConfigError):
        provider.requests(store(**settings), DataRef(key="A"))


def test_the_token_is_where_the_store_says(provider: DopplerProvider) -> None:
    expected = CredentialRef(
        name="doppler-token-auth",
        key="dopplerToken",
        namespace="external-secrets",
        path="doppler.auth.secretRef.dopplerToken",
    )
    without_key = DopplerAuth(
        secret_ref=DopplerSecretRef(
            doppler_token=SecretKeySelector(name="doppler-token-auth", namespace="external-secrets")
        )
    )
    assert provider.credential_ref(store()) == provider.credential_ref(store(without_key)) == expected


AUTHS = {
    "none": (DopplerAuth(), "exactly one of 'secretRef' or 'oidcConfig' must be specified in doppler.auth"),
    "both": (
        DopplerAuth(secret_ref=AUTH.secret_ref, oidc_config=OIDC),
        "exactly one of 'secretRef' or 'oidcConfig' must be specified in doppler.auth",
    ),
    "no name": (
        DopplerAuth(secret_ref=DopplerSecretRef(doppler_token=SecretKeySelector())),
        "dopplerToken.name cannot be empty",
    ),
    "a way that we lack": (DopplerAuth(oidc_config=OIDC), "not supported: doppler.auth.oidcConfig"),
}


@pytest.mark.parametrize("case", AUTHS)
def test_an_impossible_way_to_sign_in_is_refused(provider: DopplerProvider, case: str) -> None:
    auth, message = AUTHS[case]
    with pytest.raises(ProviderConfigError) as caught:
        provider.credential_ref(store(auth))
    assert caught.value.message == message


HOSTS: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "Doppler's own": ({}, {}, "https://api.doppler.com"),
    "of the environ": ({"DOPPLER_BASE_URL": "http://headwater/"}, {}, "http://headwater"),
    "of the store": ({"DOPPLER_BASE_URL": "http://headwater"}, {"host": "other.example"}, "https://other.example"),
}


@pytest.mark.parametrize("case", HOSTS)
def test_which_server_a_store_reads(case: str) -> None:
    environ, settings, host = HOSTS[case]
    assert new_provider(environ).host(store(**settings)) == host


def test_a_host_that_is_none_is_refused(provider: DopplerProvider) -> None:
    with pytest.raises(ProviderConfigError, match=r"doppler.host is not the address of a server"):
        provider.host(store(host="ftp://x"))


@pytest.mark.parametrize(("text", "verify"), [("", True), ("T", True), ("1", True), ("false", False), ("0", False)])
def test_certificates_are_verified_unless_the_environ_says_no(text: str, verify: bool) -> None:
    assert new_provider({"DOPPLER_VERIFY_TLS": text})._default.verify_tls is verify


@pytest.mark.parametrize("environ", [{"DOPPLER_VERIFY_TLS": "off"}, {"DOPPLER_BASE_URL": "ftp://x"}])
def test_an_environ_that_makes_no_sense_is_refused_at_the_start(environ: dict[str, str]) -> None:
    with pytest.raises(StartupError, match=next(iter(environ))):
        new_provider(environ)
