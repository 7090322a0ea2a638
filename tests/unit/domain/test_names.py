from collections.abc import Callable

import pytest

from headwater.domain import names
from headwater.domain.names import EnvironmentSlug, IllegalNameError


def branch(text: str) -> str:
    return names.parse_branch_name(text, EnvironmentSlug("dev"))


def display(text: str) -> str:
    return names.parse_display_name(text, of="service token")


LEGAL = [
    (names.parse_secret_name, "A"),
    (names.parse_secret_name, "_"),
    (names.parse_secret_name, "API_KEY_2"),
    (names.parse_secret_name, "A" * 200),
    (names.parse_project_name, "ab"),
    (names.parse_project_name, "code-talk"),
    (names.parse_project_name, "Shop_2"),
    (names.parse_project_name, "p" * 80),
    (names.parse_environment_slug, "dev"),
    (names.parse_environment_slug, "e" * 50),
    (branch, "dev_x"),
    (branch, "dev_" + "x" * 56),
    (names.parse_config_name, "dev"),
    (names.parse_config_name, "dev_x-1"),
    (names.parse_description, ""),
    (names.parse_description, "two\nlines, and\ta tab é"),
    (display, "ci: deploys"),
    (display, "t" * 100),
]

ILLEGAL = [
    (names.parse_secret_name, ""),
    (names.parse_secret_name, "api_key"),
    (names.parse_secret_name, "1A"),
    (names.parse_secret_name, "A-B"),
    (names.parse_secret_name, "A B"),
    (names.parse_secret_name, "A\n"),
    (names.parse_secret_name, "A" * 201),
    (names.parse_project_name, "p"),
    (names.parse_project_name, "p" * 81),
    (names.parse_project_name, "a.b"),
    (names.parse_project_name, "../etc"),
    (names.parse_project_name, "-ab"),
    (names.parse_environment_slug, "d"),
    (names.parse_environment_slug, "dev_x"),
    (names.parse_environment_slug, "Dev"),
    (names.parse_environment_slug, "e" * 51),
    (branch, "dev"),
    (branch, "dev_"),
    (branch, "prd_x"),
    (branch, "feature"),
    (branch, "dev_X"),
    (branch, "dev_" + "x" * 57),
    (names.parse_config_name, "d"),
    (names.parse_config_name, "_dev"),
    (names.parse_config_name, "a.b"),
    (names.parse_description, "x" * 1001),
    (names.parse_description, "a\x00b"),
    (names.parse_description, "\ud800"),
    (display, "t"),
    (display, "t" * 101),
    (display, " ci"),
    (display, "c\x00i"),
]


@pytest.mark.parametrize(("parse", "text"), LEGAL)
def test_a_legal_name_is_taken_as_it_is(parse: Callable[[str], str], text: str) -> None:
    assert parse(text) == text


@pytest.mark.parametrize(("parse", "text"), ILLEGAL)
def test_an_illegal_name_is_refused_with_its_rule(parse: Callable[[str], str], text: str) -> None:
    with pytest.raises(IllegalNameError) as refused:
        parse(text)

    assert refused.value.hint


def test_a_refusal_shows_no_control_characters_and_not_the_whole_of_a_long_text() -> None:
    with pytest.raises(IllegalNameError) as refused:
        names.parse_secret_name("x\x1b[2J" + "y" * 1000)

    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 100
