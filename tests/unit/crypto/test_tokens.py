import re

import pytest

from headwater.crypto.tokens import create_personal_token, create_service_token, has_token_form, preview
from headwater.domain.hidden import Hidden

# Every token here is made on the spot and opens nothing.

SCANNERS = re.compile(r"dp\.(?:pt|st)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}")
"""Source: spec/doppler-api.md §3, the official pattern."""


def test_tokens_have_the_form_that_scanners_know() -> None:
    for token in (create_personal_token(), create_service_token("dev"), create_service_token("dev_ci-2")):
        assert SCANNERS.fullmatch(token.reveal()) is not None
        assert len(token.reveal().rpartition(".")[2]) == 43
        assert has_token_form(token)


SLUGS = {"dev": "dp.st.dev.", "dev_ci": "dp.st.dev_ci.", "d": "dp.st.", "x" * 36: "dp.st."}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_service_token_names_its_config_where_that_fits(slug: str) -> None:
    assert create_service_token(slug).reveal()[:-43] == SLUGS[slug]


def test_a_token_with_any_other_character_is_none_of_ours() -> None:
    token = create_service_token("dev").reveal()
    for at, character in enumerate(token):
        other = "a" if character != "a" else "b"
        assert not has_token_form(Hidden(token[:at] + other + token[at + 1 :]))


@pytest.mark.parametrize("text", ["", "dp.pt.", "dp.st.dev.", "x" * 49, "dp.ct." + "a" * 43, "é" * 49])
def test_other_texts_are_none_of_ours(text: str) -> None:
    assert not has_token_form(Hidden(text))


def test_two_tokens_differ() -> None:
    assert len({create_personal_token().reveal() for _ in range(100)}) == 100


def test_the_checksum_is_stable() -> None:
    token = create_personal_token(choice=lambda alphabet: alphabet[10])
    assert token == Hidden("dp.pt." + "A" * 37 + "265HX2")


def test_a_preview_shows_the_kind_and_the_checksum_alone() -> None:
    token = create_personal_token()
    assert preview(token) == f"dp.pt...{token.reveal()[-6:]}"
