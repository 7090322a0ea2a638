"""The view of a config: from the cache, or opened, computed and kept."""

from headwater.domain.errors import HeadwaterError, IntegrityError
from headwater.domain.places import Config
from headwater.domain.views import View
from headwater.usecases.call import Call
from headwater.usecases.view_cache import CachedView
from headwater.usecases.world import World


class BrokenViewError(IntegrityError):
    """A config whose references lead nowhere, though every write is checked for that."""

    code = "broken_view"


def view_of(call: Call, config: Config) -> CachedView:
    """The view at `config.view_change`.

    Raises:
        LookUpMissedError: on the loop, and not in the cache.
    """
    found = call.installation.views.find(config.id, config.view_change)
    if found is not None:
        return found
    built = CachedView(config.view_change, _build(call, config))
    if call.repositories.changes.taken is None:  # else it is not committed, and its number may yet be another's
        call.installation.views.keep(config.id, built)
    return built


def _build(call: Call, config: Config) -> View:
    try:
        return World.of(call).view(config)
    except IntegrityError:
        raise
    except HeadwaterError as error:
        raise BrokenViewError(
            f"the config {config.name} cannot be read: {error.message}", hint="set the secrets that this names"
        ) from error
