import base64

import pytest

from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden
from headwater.kube.resource import ObjectKey
from headwater.operator.external_secret.assemble import assemble
from headwater.operator.external_secret.request import Entry, RefusedError, Treatment
from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import DataRef, EntryAbsentError, FindRef
from headwater.resources.external_secret import ConversionStrategy, NullBytePolicy
from headwater.resources.references import StoreKind
from headwater.resources.template import DecodingStrategy as D
from tests.support.canary import secret

VALUE = secret("text").encode()
STORE = StoreId(StoreKind.SECRET_STORE, ObjectKey("default", "store"))


def entry(
    secret_key: str | None = None,
    *,
    conversion: ConversionStrategy = ConversionStrategy.DEFAULT,
    decoding: D = D.NONE,
    null_bytes: NullBytePolicy = NullBytePolicy.IGNORE,
) -> Entry:
    return Entry(
        place="spec.data[0] (key: K)" if secret_key else "spec.dataFrom[0].find",
        store=STORE,
        ref=DataRef(key="K") if secret_key else FindRef(),
        secret_key=secret_key,
        treatment=Treatment(conversion=conversion, decoding=decoding, null_bytes=null_bytes),
    )


def picked(**values: bytes) -> dict[str, Hidden[bytes]]:
    return {name: Hidden(value) for name, value in values.items()}


def plain(values: object) -> dict[str, bytes]:
    assert isinstance(values, dict)
    return {key: value.reveal() for key, value in values.items()}


def test_data_takes_the_key_that_it_names() -> None:
    assert plain(assemble([entry("PASSWORD")], [picked(K=VALUE)])) == {"PASSWORD": VALUE}


def test_later_entries_win() -> None:
    entries = [entry(), entry("A")]
    values = assemble(entries, [picked(A=b"one", B=b"two"), picked(K=VALUE)])
    assert plain(values) == {"A": VALUE, "B": b"two"}


CONVERSIONS = {
    "Default replaces what a key may not hold": (ConversionStrategy.DEFAULT, "a/b c", "a_b_c"),
    "Unicode tells what it was": (ConversionStrategy.UNICODE, "a/b", "a_U002f_b"),
    "what is allowed stays": (ConversionStrategy.UNICODE, "a-b.c_d", "a-b.c_d"),
}


@pytest.mark.parametrize("case", CONVERSIONS)
def test_found_names_are_converted(case: str) -> None:
    strategy, name, key = CONVERSIONS[case]
    assert plain(assemble([entry(conversion=strategy)], [{name: Hidden(VALUE)}])) == {key: VALUE}


def test_an_empty_name_is_dropped() -> None:
    assert plain(assemble([entry()], [{"": Hidden(VALUE)}])) == {}


ENCODED = base64.b64encode(VALUE)
URL_BYTES = b"\xfb\xff\xfe?"
DECODED = {
    "None leaves it": (D.NONE, ENCODED, ENCODED),
    "Base64": (D.BASE64, ENCODED, VALUE),
    "Base64 over several lines": (D.BASE64, ENCODED[:8] + b"\r\n" + ENCODED[8:] + b"\n", VALUE),
    "Base64URL": (D.BASE64_URL, base64.urlsafe_b64encode(URL_BYTES), URL_BYTES),
    "Auto takes Base64": (D.AUTO, ENCODED, VALUE),
    "Auto takes Base64URL": (D.AUTO, base64.urlsafe_b64encode(URL_BYTES), URL_BYTES),
    "Auto leaves the rest": (D.AUTO, VALUE + b"!", VALUE + b"!"),
    "Auto leaves nothing": (D.AUTO, b"", b""),
}


@pytest.mark.parametrize("case", DECODED)
def test_values_are_decoded(case: str) -> None:
    strategy, value, expected = DECODED[case]
    assert plain(assemble([entry("A", decoding=strategy)], [picked(K=value)])) == {"A": expected}


REFUSED: dict[str, tuple[Entry, dict[str, Hidden[bytes]] | HeadwaterError, str]] = {
    "an absent secret": (entry("A"), EntryAbsentError(), "spec.data[0] (key: K), err: Secret does not exist"),
    "names that become one": (entry(), {"a/b": Hidden(b""), "a_b": Hidden(b"")}, "secret name collision"),
    "a name that no key can have": (entry(), {"schlüssel": Hidden(VALUE)}, "invalid secret keys"),
    "what is not base64": (entry("A", decoding=D.BASE64), picked(K=VALUE), "the value of A is not Base64"),
    "base64 without its padding": (entry("A", decoding=D.BASE64), picked(K=b"YQ"), "the value of A is not Base64"),
    "a null byte": (entry("A", null_bytes=NullBytePolicy.FAIL), picked(K=VALUE + b"\0"), "holds a null byte"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_by_place_and_without_its_value(case: str) -> None:
    given, outcome, cause = REFUSED[case]
    with pytest.raises(RefusedError) as refused:
        assemble([given], [outcome])
    assert refused.value.message.startswith("could not get secret data from provider: error processing spec.data")
    assert cause in refused.value.message
