import json

import pytest

from headwater.domain.ids import ChangeNumber
from headwater.domain.roles import Access
from headwater.formats import NameTransformer, UnknownFormatError
from headwater.usecases.call import Call, Outcome
from headwater.usecases.downloads import (
    Download,
    NotModified,
    download_secrets,
    parse_form,
    watch_secrets,
)
from headwater.usecases.look_ups import LookUpMissedError
from headwater.usecases.refs import ConfigRef
from headwater.usecases.view_cache import BodyForm
from tests.support.canary import secret
from tests.support.desk import Desk

DEV = ConfigRef("shop", "dev")
JSON = parse_form("json")


def download(call: Call, form: BodyForm = JSON, known: str | None = None) -> Outcome[Download | NotModified]:
    return download_secrets(call, DEV, form, known)


def body_of(reply: Download | NotModified) -> dict[str, str]:
    assert isinstance(reply, Download)
    found: dict[str, str] = json.loads(reply.content.reveal())
    return found


def etag_of(desk: Desk, form: BodyForm = JSON) -> str:
    return desk.outcome(lambda call: download(call, form)).reply.etag


def test_the_body_is_the_computed_view_in_sorted_compact_json(shop: Desk) -> None:
    shop.set("dev", {"B": "${A}!", "A": "1"})

    assert shop.body("dev") == (
        '{"A":"1","B":"1!","DOPPLER_CONFIG":"dev","DOPPLER_ENVIRONMENT":"dev","DOPPLER_PROJECT":"shop"}'
    )


def test_a_200_has_an_access_entry_for_what_it_holds(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a"), "B": secret("b")})

    everything = shop.outcome(download).access
    one = shop.outcome(lambda call: download(call, parse_form("env", names="B,NOT_THERE"))).access

    assert everything is not None
    assert everything.names is None
    assert everything.delivery
    assert everything.view_change == shop.view_change("dev")
    assert one is not None
    assert one.names == ("B",)


def test_an_empty_selection_holds_no_values_and_needs_no_entry(shop: Desk) -> None:
    outcome = shop.outcome(lambda call: download(call, parse_form("json", names="NOT_THERE")))

    assert body_of(outcome.reply) == {}
    assert outcome.access is None


@pytest.mark.parametrize("sent", ['"{}"', 'W/"{}"', "{}", '"other", "{}"'])
def test_who_has_the_body_gets_a_304_without_an_access_entry(shop: Desk, sent: str) -> None:
    shop.set("dev", {"A": secret("a")})

    outcome = shop.outcome(lambda call: download(call, known=sent.format(etag_of(shop))))

    assert isinstance(outcome.reply, NotModified)
    assert outcome.access is None


@pytest.mark.parametrize("sent", ["", "*", '"other"', 'W/""'])
def test_who_has_another_body_or_none_gets_this_one(shop: Desk, sent: str) -> None:
    assert isinstance(shop.outcome(lambda call: download(call, known=sent)).reply, Download)


def test_the_etag_follows_the_body_not_the_change(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    before, names_only = etag_of(shop), etag_of(shop, parse_form("json", names="A"))
    shop.set("dev", {"A": secret("b"), "C": secret("c")})
    during = etag_of(shop)
    shop.set("dev", {"A": secret("a"), "C": None})

    assert etag_of(shop) == before
    assert len({before, during, names_only, etag_of(shop, parse_form("env"))}) == 4


def test_the_etag_changes_with_what_a_reference_brings(shop: Desk) -> None:
    shop.set("prd", {"P": secret("1")})
    shop.set("dev", {"A": "${prd.P}"})
    before = etag_of(shop)

    shop.set("prd", {"P": secret("2")})

    assert etag_of(shop) != before


def test_another_restore_epoch_repeats_no_etag(shop: Desk) -> None:
    before = etag_of(shop)

    shop.restored_from_backup()

    assert etag_of(shop) != before


def test_format_transformer_and_names_are_asked_for_as_text(shop: Desk) -> None:
    shop.set("dev", {"API_KEY": "k", "OTHER": "o"})

    reply = shop.outcome(lambda call: download(call, parse_form("env", "camel", " API_KEY ,,"))).reply

    assert isinstance(reply, Download)
    assert reply.content.reveal() == b'apiKey="k"'
    assert reply.content_type == "text/plain; charset=utf-8"
    with pytest.raises(UnknownFormatError):
        parse_form("xml")


def test_blank_parameters_are_as_good_as_none() -> None:
    assert parse_form("json", "", "") == BodyForm(format="json")
    assert parse_form("json", "tf-var").transformer is NameTransformer.TF_VAR


def test_a_repeated_download_is_answered_on_the_loop_and_so_is_its_304(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    with pytest.raises(LookUpMissedError):
        shop.on_the_loop(download)
    first = shop.outcome(download).reply

    again = shop.on_the_loop(download)

    assert body_of(again.reply) == body_of(first)
    assert again.access is not None
    assert isinstance(shop.on_the_loop(lambda call: download(call, known=first.etag)).reply, NotModified)


def test_a_change_sends_the_next_download_back_to_storage(shop: Desk) -> None:
    shop.set("dev", {"A": secret("old")})
    shop.outcome(download)

    shop.set("dev", {"A": secret("new")})

    with pytest.raises(LookUpMissedError):
        shop.on_the_loop(download)
    assert body_of(shop.outcome(download).reply)["A"] == secret("new")


def test_a_reader_with_an_older_snapshot_reads_its_own_state(shop: Desk) -> None:
    """The view of a snapshot goes by the number in that snapshot, whatever was committed meanwhile."""
    shop.set("dev", {"A": secret("old")})
    with shop.storage.read() as before:
        old_call = shop.reading(before)
        shop.set("dev", {"A": secret("new")})
        assert body_of(shop.outcome(download).reply)["A"] == secret("new")

        assert body_of(download(old_call).reply)["A"] == secret("old")

    assert body_of(shop.outcome(download).reply)["A"] == secret("new")


def test_a_view_from_a_transaction_that_was_rolled_back_is_never_served(shop: Desk) -> None:
    shop.set("dev", {"A": secret("old")})
    with pytest.raises(RuntimeError, match="cut"):
        shop.write(lambda call: shop.set_then(call, "dev", {"A": secret("never")}, RuntimeError("cut")))
    shop.set("dev", {"B": secret("b")})

    assert body_of(shop.outcome(download).reply)["A"] == secret("old")


def test_a_watch_begins_at_the_view_change_and_needs_the_right_to_read(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    token = shop.service_token("dev", Access.READ)

    watch = shop.outcome(lambda call: watch_secrets(call, ConfigRef()), token=token).reply

    assert watch.config == shop.config("dev").id
    assert watch.view_change == ChangeNumber(shop.view_change("dev"))
