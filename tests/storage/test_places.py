from dataclasses import replace
from datetime import timedelta

import pytest

from headwater.domain.errors import NotFoundError
from headwater.domain.ids import ConfigId, EnvironmentId, ProjectId
from headwater.domain.names import ConfigName, EnvironmentSlug, ProjectName, SecretName
from headwater.domain.places import Config
from headwater.storage.places import FetchTimes
from headwater.storage.storage import Storage
from tests.support.canary import secret
from tests.support.storage_builders import (
    NOW,
    access,
    config,
    create_root_config,
    environment,
    project,
    set_secret,
    writing,
)


def create_branch(storage: Storage, root: Config, name: str = "prd_ci") -> Config:
    with writing(storage) as repositories:
        return repositories.configs.create(config(root.environment, name, root))


def test_a_config_is_read_with_its_environment_and_project(storage: Storage) -> None:
    root = create_root_config(storage)
    branch = create_branch(storage, root)
    with storage.read() as repositories:
        assert repositories.configs.get(branch.id) == branch
        assert repositories.configs.find(root.project.id, ConfigName("prd_ci")) == branch
        assert repositories.configs.find_named(ProjectName("shop"), ConfigName("prd_ci")) == branch
        assert repositories.configs.list(root.project.id) == [root, branch]
        assert repositories.configs.list(root.project.id, root.environment.id) == [root, branch]
        assert repositories.configs.branches(root.id) == [branch.id]
        assert repositories.environments.get(root.environment.id) == root.environment
        assert repositories.environments.find(root.project.id, EnvironmentSlug("prd")) == root.environment
        assert repositories.projects.find(ProjectName("shop")) == root.project


def test_what_is_not_there_is_none_or_not_found(storage: Storage) -> None:
    with storage.read() as repositories:
        assert repositories.projects.find(ProjectName("none")) is None
        assert repositories.environments.find(ProjectId("none"), EnvironmentSlug("none")) is None
        assert repositories.configs.find(ProjectId("none"), ConfigName("none")) is None
        assert repositories.configs.find_named(ProjectName("none"), ConfigName("none")) is None
        for get in (
            lambda: repositories.projects.get(ProjectId("none")),
            lambda: repositories.environments.get(EnvironmentId("none")),
            lambda: repositories.configs.get(ConfigId("none")),
            lambda: repositories.configs.view_change(ConfigId("none")),
        ):
            with pytest.raises(NotFoundError):
                get()


def test_environments_come_in_the_order_in_which_they_were_made(storage: Storage) -> None:
    made = project()
    slugs = ["stg", "dev", "prd"]
    with writing(storage) as repositories:
        repositories.projects.create(made)
        for n, slug in enumerate(slugs):
            repositories.environments.create(replace(environment(made, slug), created_at=NOW + timedelta(seconds=n)))
    with storage.read() as repositories:
        assert [one.slug for one in repositories.environments.list(made.id)] == slugs


def test_renaming_to_what_it_is_alters_nothing(storage: Storage) -> None:
    root = create_root_config(storage)
    with writing(storage) as repositories:
        repositories.configs.rename(root.id, root.name)
        repositories.environments.update(root.environment)
        repositories.projects.update(root.project)
    assert repositories.changes.taken is None


def test_renaming_keeps_the_ids(storage: Storage) -> None:
    root = create_root_config(storage)
    with writing(storage) as repositories:
        repositories.projects.update(replace(root.project, name=ProjectName("store")))
        repositories.environments.update(replace(root.environment, slug=EnvironmentSlug("prod")))
        repositories.configs.rename(root.id, ConfigName("prod"))
    with storage.read() as repositories:
        renamed = repositories.configs.get(root.id)
    assert (renamed.name, renamed.environment.slug, renamed.project.name) == ("prod", "prod", "store")


def test_deleting_a_project_deletes_what_it_holds_and_nothing_else(storage: Storage) -> None:
    gone, kept = create_root_config(storage, "gone"), create_root_config(storage, "kept")
    with writing(storage) as repositories:
        for root in (gone, kept):
            set_secret(repositories, root, "A", secret("a"))
    create_branch(storage, gone)
    with writing(storage) as repositories:
        repositories.projects.delete(gone.project.id)
    with storage.read() as repositories:
        assert repositories.configs.list(gone.project.id) == []
        assert repositories.secrets.newest(gone.id, [SecretName("A")]) == {}
        assert repositories.key_terms.list(gone.project.id) == []
        assert [one.name for one in repositories.projects.list()] == ["kept"]
        assert list(repositories.secrets.current(kept.id)) == ["A"]


def test_deleting_an_environment_deletes_its_configs(storage: Storage) -> None:
    root = create_root_config(storage)
    create_branch(storage, root)
    with writing(storage) as repositories:
        repositories.environments.delete(root.environment.id)
    with storage.read() as repositories:
        assert repositories.configs.list(root.project.id) == []
        assert repositories.environments.list(root.project.id) == []


def test_deleting_a_branch_leaves_its_root(storage: Storage) -> None:
    root = create_root_config(storage)
    branch = create_branch(storage, root)
    with writing(storage) as repositories:
        repositories.configs.delete(branch.id)
    with storage.read() as repositories:
        assert repositories.configs.list(root.project.id) == [root]


def test_fetch_times_are_those_of_deliveries(storage: Storage) -> None:
    root = create_root_config(storage)
    branch = create_branch(storage, root)
    later = NOW + timedelta(hours=1)
    storage.append_access([access(root.id, delivery=True, at=NOW), access(root.id, delivery=True, at=later)])
    storage.append_access([access(root.id, at=later + timedelta(hours=1))])
    with storage.read() as repositories:
        times = repositories.configs.fetch_times([root.id, branch.id])
    assert times == {root.id: FetchTimes(NOW, later), branch.id: FetchTimes()}
    with storage.read() as repositories:
        assert repositories.changes.newest() == 2
