from datetime import timedelta

from headwater.storage.jobs import Job
from headwater.storage.storage import Storage
from tests.support.storage_builders import NOW, writing

SOON = NOW + timedelta(seconds=30)


def create(storage: Storage, *jobs: Job) -> None:
    with writing(storage) as repositories:
        for job in jobs:
            repositories.jobs.create(job)


def job(name: str, *, kind: str = "webhook", after: int = 0) -> Job:
    return Job(id=name, kind=kind, payload="{}", due_at=NOW + timedelta(seconds=after), created_at=NOW)


def claim(storage: Storage, lease: str, *, after: int = 0) -> str | None:
    with writing(storage) as repositories:
        now = NOW + timedelta(seconds=after)
        claimed = repositories.jobs.claim(["webhook"], lease, now=now, until=now + timedelta(seconds=30))
    assert repositories.changes.taken is None
    return claimed.id if claimed else None


def test_due_jobs_of_the_asked_kinds_are_claimed_oldest_first_and_once(storage: Storage) -> None:
    create(storage, job("second", after=1), job("first"), job("other", kind="sync"), job("later", after=60))
    assert [claim(storage, lease, after=10) for lease in ("one", "two", "three")] == ["first", "second", None]


def test_a_lease_that_ran_out_is_claimed_again_and_its_first_holder_finishes_nothing(storage: Storage) -> None:
    create(storage, job("job"))
    assert claim(storage, "slow") == "job"
    assert claim(storage, "early", after=29) is None
    assert claim(storage, "next", after=30) == "job"
    with writing(storage) as repositories:
        assert not repositories.jobs.finish("job", "slow")
        assert repositories.jobs.finish("job", "next")
    assert claim(storage, "again", after=600) is None


def test_a_failed_job_comes_back_later_and_counts_its_attempts(storage: Storage) -> None:
    create(storage, job("job"))
    assert claim(storage, "first") == "job"
    with writing(storage) as repositories:
        assert repositories.jobs.retry("job", "first", after=timedelta(seconds=60), now=NOW)
    assert claim(storage, "early", after=59) is None
    with writing(storage) as repositories:
        claimed = repositories.jobs.claim(["webhook"], "second", now=NOW + timedelta(seconds=60), until=SOON)
    assert claimed is not None
    assert claimed.attempts == 2
