"""Which references name a config, by the project that each of them is read in."""

from headwater.domain.places import Config
from headwater.domain.views import Edge
from headwater.usecases.call import Call


def edges_naming(call: Call, config: Config) -> list[Edge]:
    """The edges that would lead nowhere if `config` went or had another name."""
    repositories = call.repositories
    found = []
    for edge in repositories.references.naming_config(config.name):
        project = edge.reference.project or repositories.configs.get(edge.owner).project.name
        if project == config.project.name:
            found.append(edge)
    return found
