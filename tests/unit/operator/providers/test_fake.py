import pytest

from headwater.operator.providers.fake import FakeProvider
from headwater.operator.providers.protocol import (
    NO_CREDENTIAL,
    Body,
    DataRef,
    EntryAbsentError,
    ExtractRef,
    FeedKey,
    FindRef,
    PickError,
    ProviderConfigError,
    Ref,
    Store,
    Validation,
)
from headwater.resources.secret_store import FakeEntry
from headwater.resources.secret_store import FakeProvider as Settings
from tests.support.canary import secret

OLD, NEW, OTHER = secret("old"), secret("new"), secret("other")
DATA = (
    FakeEntry(key="a", value=OLD, version="v1"),
    FakeEntry(key="a", value=NEW, version="v2"),
    FakeEntry(key="b", value=OTHER),
    FakeEntry(key="json", value=f'{{"x":"{NEW}","n":1}}'),
)


def store(*data: FakeEntry, validation_result: int = 0) -> Store:
    settings = Settings(data=data, validation_result=validation_result)
    return Store(uid="1", generation=1, kind="SecretStore", name="fake", provider="fake", settings=settings)


PICKS: dict[str, tuple[Ref, dict[str, str] | type[Exception]]] = {
    "a value": (DataRef(key="b"), {"b": OTHER}),
    "a version of a value": (DataRef(key="a", version="v1"), {"a": OLD}),
    "a version that is not there": (DataRef(key="a", version="v3"), EntryAbsentError),
    "a value that has only versions": (DataRef(key="a"), EntryAbsentError),
    "a missing value": (DataRef(key="gone"), EntryAbsentError),
    "a property, which we lack": (DataRef(key="json", property="x"), PickError),
    "members": (ExtractRef(key="json"), {"x": NEW, "n": "1"}),
    "members of a text": (ExtractRef(key="b"), PickError),
    "members of a missing value": (ExtractRef(key="gone"), EntryAbsentError),
    "by pattern, the greatest version": (FindRef(name_regexp="^[ab]$"), {"a": NEW, "b": OTHER}),
    "by anything else": (FindRef(path="a"), PickError),
}


@pytest.mark.parametrize("case", PICKS)
async def test_pick(case: str) -> None:
    ref, expected = PICKS[case]
    provider, source = FakeProvider(), store(*DATA)
    form = provider.requests(source, ref)
    body = await provider.fetch(FeedKey(store=source, credential=NO_CREDENTIAL, form=form), None)
    assert isinstance(body, Body)
    if isinstance(expected, dict):
        assert {name: value.reveal().decode() for name, value in provider.pick(body, ref).items()} == expected
        return
    with pytest.raises(expected):
        provider.pick(body, ref)


async def test_validation_is_what_the_store_asks_for() -> None:
    provider = FakeProvider()
    assert await provider.validate(store(*DATA), NO_CREDENTIAL) is Validation.READY
    assert await provider.validate(store(*DATA, validation_result=1), NO_CREDENTIAL) is Validation.UNKNOWN
    with pytest.raises(ProviderConfigError, match="unable to validate"):
        await provider.validate(store(*DATA, validation_result=2), NO_CREDENTIAL)


@pytest.mark.parametrize("entry", [FakeEntry(key="", value=OLD), FakeEntry(key="a", value="")])
def test_an_entry_without_key_or_value_is_refused(entry: FakeEntry) -> None:
    with pytest.raises(ProviderConfigError):
        FakeProvider().credential_ref(store(entry))
