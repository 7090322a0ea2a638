import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from headwater.domain.activity import AccessEntry, ActivityEntry, LogEntry, Tag, Where, to_canonical
from headwater.domain.ids import ChangeNumber, ConfigId, PrincipalId, RequestId
from headwater.domain.names import ConfigName, EnvironmentSlug, ProjectName, SecretName

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WRITTEN = ActivityEntry(
    tag=Tag.SECRETS_UPDATED,
    at=AT,
    principal=PrincipalId("p"),
    request=RequestId("r"),
    change=ChangeNumber(7),
    where=Where(project=ProjectName("shop"), environment=EnvironmentSlug("dev"), config=ConfigName("dev")),
    names=(SecretName("A"), SecretName("B")),
)
READ = AccessEntry(
    at=AT, principal=PrincipalId("p"), request=RequestId("r"), config=ConfigId("c"), view_change=ChangeNumber(7)
)

CANONICAL: list[tuple[LogEntry, str]] = [
    (
        WRITTEN,
        (
            '{"at":"2026-11-25T12:00:00.000000+00:00","change":7,"config":"dev","environment":"dev","names":["A","B"],'
            '"principal":"p","project":"shop","request":"r","subject":"","tag":"secrets.updated"}'
        ),
    ),
    (
        READ,
        (
            '{"at":"2026-11-25T12:00:00.000000+00:00","config":"c","delivery":false,"names":"*",'
            '"principal":"p","request":"r","tag":"secrets.read","view_change":7}'
        ),
    ),
]


@pytest.mark.parametrize("row", range(len(CANONICAL)))
def test_the_canonical_bytes_are_these_for_ever(row: int) -> None:
    """A chain that was written last year must verify next year."""
    entry, text = CANONICAL[row]

    assert to_canonical(entry).decode() == text


def test_all_names_and_a_secret_by_that_name_are_two_things() -> None:
    star = AccessEntry(
        at=AT,
        principal=PrincipalId("p"),
        request=RequestId("r"),
        config=ConfigId("c"),
        view_change=ChangeNumber(7),
        names=(SecretName("*"),),
    )

    assert to_canonical(star) != to_canonical(READ)


def test_one_instant_has_one_encoding_whatever_its_zone() -> None:
    elsewhere = ActivityEntry(
        tag=Tag.PROJECT_CREATED,
        at=AT.astimezone(timezone(timedelta(hours=9))),
        principal=PrincipalId("p"),
        request=RequestId("r"),
        change=ChangeNumber(1),
    )

    assert json.loads(to_canonical(elsewhere))["at"] == "2026-11-25T12:00:00.000000+00:00"
