"""The secrets of a config: list, one, names, update, delete.

A reply with values has its access entry, also that of a write, which shows what is there after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from headwater.domain.activity import AccessEntry, Tag, where
from headwater.domain.edits import Edit
from headwater.domain.names import SecretName
from headwater.domain.places import Config
from headwater.domain.roles import Action
from headwater.domain.secrets import AUTO_SECRETS
from headwater.domain.views import View, ViewedSecret
from headwater.usecases.call import Call, Outcome
from headwater.usecases.refs import ConfigRef
from headwater.usecases.saving import save
from headwater.usecases.views import view_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which secrets of a config: `names` None is all; names that are not there are left out."""

    names: frozenset[str] | None = None
    auto: bool = True
    """Whether the auto secrets belong to "all"; named ones always come."""

    def of(self, view: View) -> View:
        if self.names is not None:
            return {name: secret for name, secret in view.items() if name in self.names}
        return view if self.auto else {name: secret for name, secret in view.items() if name not in AUTO_SECRETS}


EVERYTHING = Selection()


def parse_names(listed: str | None) -> frozenset[str] | None:
    """Names as a query lists them, with commas between; blank is None, which is all."""
    return frozenset(part.strip() for part in (listed or "").split(",")) - {""} or None


def list_secrets(call: Call, ref: ConfigRef, selection: Selection = EVERYTHING) -> Outcome[View]:
    """Raw and computed values, by name."""
    config = call.authorize(Action.SECRETS_READ, on=ref)
    chosen = selection.of(view_of(call, config).view)
    return Outcome(reply=chosen, access=_access(call, config, selection, chosen))


def get_secret(call: Call, ref: ConfigRef, name: str) -> Outcome[ViewedSecret | None]:
    """One secret, or None: a missing one is no error here, as the live service has it."""
    config = call.authorize(Action.SECRETS_READ, on=ref)
    found = view_of(call, config).view.get(SecretName(name))
    access = None if found is None else call.read(config, [found.name])
    return Outcome(reply=found, access=access)


def list_secret_names(call: Call, ref: ConfigRef, *, auto: bool = True) -> Outcome[list[SecretName]]:
    config = call.authorize(Action.SECRETS_READ, on=ref)
    return Outcome(reply=list(Selection(auto=auto).of(view_of(call, config).view)))


def update_secrets(call: Call, ref: ConfigRef, edits: Iterable[Edit]) -> Outcome[View]:
    """All edits or none; the reply is all that the config holds after them."""
    config = call.authorize(Action.SECRETS_WRITE, on=ref)
    call.authorize(Action.SECRETS_READ, on=ref)
    names = save(call, config, edits)
    after = call.repositories.configs.get(config.id)
    activity = call.did(Tag.SECRETS_UPDATED, where(config), names=names) if names else ()
    return Outcome(reply=view_of(call, after).view, access=call.read(after), activity=activity)


def delete_secret(call: Call, ref: ConfigRef, name: str) -> Outcome[None]:
    """A deleted override of a branch lets its root's value through; what is not there is deleted already."""
    config = call.authorize(Action.SECRETS_WRITE, on=ref)
    names = save(call, config, [Edit(name=name, delete=True)])
    activity = call.did(Tag.SECRETS_UPDATED, where(config), names=names) if names else ()
    return Outcome(reply=None, activity=activity)


def _access(call: Call, config: Config, selection: Selection, chosen: View) -> AccessEntry | None:
    if not chosen:
        return None
    return call.read(config, None if selection.names is None else chosen)
