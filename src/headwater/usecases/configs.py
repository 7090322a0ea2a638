"""Configs: list, create (branches only), get, rename, delete, ping. Roots come and go with their environment."""

import uuid
from dataclasses import dataclass

from headwater.domain.activity import Tag, where
from headwater.domain.errors import InvalidInputError
from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.domain.names import ConfigName, parse_branch_name, root_name
from headwater.domain.places import Config, Environment
from headwater.domain.roles import Action
from headwater.domain.secrets import DOPPLER_CONFIG
from headwater.storage.places import FetchTimes
from headwater.usecases.call import Call, Outcome
from headwater.usecases.naming import edges_naming
from headwater.usecases.refs import ConfigRef, EnvironmentRef, ProjectRef
from headwater.usecases.settling import check_unnamed, settle


class ConfigExistsError(InvalidInputError):
    code = "config_exists"


class RootConfigError(InvalidInputError):
    code = "root_config"


@dataclass(frozen=True, slots=True)
class ConfigDetails:
    """A config, and when it was delivered, going by the access log."""

    config: Config
    fetched: FetchTimes


def list_configs(call: Call, ref: ProjectRef, environment: str | None = None) -> Outcome[list[ConfigDetails]]:
    """Those of a project (or of one of its environments) that the caller may see, by name."""
    project = call.authorize(Action.PROJECTS_READ, on=ref)
    found = call.repositories.configs.list(project.id)
    configs = [
        one for one in found if environment in (None, one.environment.slug) and call.may(Action.CONFIGS_READ, one)
    ]
    times = call.repositories.configs.fetch_times([config.id for config in configs])
    return Outcome(reply=[ConfigDetails(config, times[config.id]) for config in configs])


def get_config(call: Call, ref: ConfigRef) -> Outcome[ConfigDetails]:
    config = call.authorize(Action.CONFIGS_READ, on=ref)
    return Outcome(reply=_details(call, config))


def create_config(call: Call, ref: EnvironmentRef, name: str) -> Outcome[ConfigDetails]:
    """A branch, which shows what its root shows until it sets something of its own."""
    environment = call.authorize(Action.CONFIGS_CREATE, on=ref)
    project = environment.project.id
    free = _free_name(call, environment, name)
    root = call.repositories.configs.find(project, root_name(environment.slug))
    assert root is not None, "an environment has a root config"
    config = call.repositories.configs.create(
        Config(
            id=ConfigId(str(uuid.uuid4())),
            environment=environment,
            name=free,
            root=root.id,
            view_change=ChangeNumber(0),
            created_at=call.now,
        )
    )
    return Outcome(reply=ConfigDetails(config, FetchTimes()), activity=call.did(Tag.CONFIG_CREATED, where(config)))


def rename_config(call: Call, ref: ConfigRef, name: str) -> Outcome[ConfigDetails]:
    """Give a branch another name, unless references name it."""
    config = call.authorize(Action.CONFIGS_UPDATE, on=ref)
    _check_branch(config, "rename its environment instead")
    if name == config.name:
        return Outcome(reply=_details(call, config))
    free = _free_name(call, config.environment, name)
    check_unnamed(call, f"config {config.name}", edges_naming(call, config))
    call.repositories.configs.rename(config.id, free)
    settle(call, {config.id: [DOPPLER_CONFIG]})
    renamed = call.repositories.configs.get(config.id)
    activity = call.did(Tag.CONFIG_RENAMED, where(renamed), subject=config.name)
    return Outcome(reply=_details(call, renamed), activity=activity)


def delete_config(call: Call, ref: ConfigRef) -> Outcome[None]:
    """Delete a branch with its secrets and service tokens, unless somebody else refers to it."""
    config = call.authorize(Action.CONFIGS_DELETE, on=ref)
    _check_branch(config, "delete its environment instead")
    others = (edge for edge in edges_naming(call, config) if edge.owner != config.id)
    check_unnamed(call, f"config {config.name}", others)
    call.repositories.configs.delete(config.id)
    return Outcome(reply=None, activity=call.did(Tag.CONFIG_DELETED, where(config)))


def ping_config(call: Call, ref: ConfigRef) -> Outcome[None]:
    """Whether the caller may still read it; `doppler run` asks every five minutes."""
    call.authorize(Action.SECRETS_READ, on=ref)
    return Outcome(reply=None)


def _details(call: Call, config: Config) -> ConfigDetails:
    return ConfigDetails(config, call.repositories.configs.fetch_times([config.id])[config.id])


def _free_name(call: Call, environment: Environment, text: str) -> ConfigName:
    name = parse_branch_name(text, environment.slug)
    if call.repositories.configs.find(environment.project.id, name) is not None:
        raise ConfigExistsError(f"a config named {name} exists already", hint="choose another name")
    return name


def _check_branch(config: Config, hint: str) -> None:
    if config.is_root:
        raise RootConfigError(f"{config.name} is the root config of its environment", hint=hint)
