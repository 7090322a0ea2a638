"""The views of configs, decrypted and computed, kept under (config, view change), and the bodies made of them.

A view never changes under its key, so nothing is ever invalidated: a newer one takes the older one's place.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from headwater.domain.hidden import Hidden
from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.domain.names import SecretName
from headwater.domain.views import View
from headwater.formats import NameTransformer

_MAX_BODIES = 32
_OVERHEAD = 256
"""Bytes that a secret costs beside its values, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyForm:
    """What a body depends on beside the view; `names` None: all secrets."""

    format: str
    transformer: NameTransformer | None = None
    names: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A download, encoded. `etag` is without the quotes of HTTP; `names` are those in it, None when it holds all."""

    content: Hidden[bytes]
    etag: str
    names: tuple[SecretName, ...] | None


@dataclass(frozen=True, slots=True)
class CachedView:
    change: ChangeNumber
    view: View
    bodies: dict[BodyForm, Body] = field(default_factory=dict)
    """Filled by whoever needs one; two that make the same one at once make equal ones."""

    def keep(self, form: BodyForm, body: Body) -> None:
        """Keep `body` with others that together weigh no more than the view, since anybody can ask for any form."""
        held = sum(len(one.content) for one in list(self.bodies.values()))
        if len(self.bodies) >= _MAX_BODIES or held + len(body.content) > self.weight():
            self.bodies.clear()
        self.bodies[form] = body

    def weight(self) -> int:
        """Bytes, about; its bodies weigh as much again at most."""
        return sum(_OVERHEAD + 2 * len(secret.raw) + 2 * len(secret.computed) for secret in self.view.values())


class ViewCache:
    """The views that were used last, up to `max_bytes` of them; for any number of threads."""

    def __init__(self, max_bytes: int = 128 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes
        self._weight = 0
        self._views: OrderedDict[ConfigId, CachedView] = OrderedDict()
        self._lock = Lock()

    def find(self, config: ConfigId, change: ChangeNumber) -> CachedView | None:
        with self._lock:
            found = self._views.get(config)
            if found is None or found.change != change:
                return None
            self._views.move_to_end(config)
            return found

    def keep(self, config: ConfigId, view: CachedView) -> None:
        """Keep `view`, unless a newer one of the same config is there: a reader may hold an old snapshot."""
        with self._lock:
            known = self._views.get(config)
            if known is not None:
                if known.change >= view.change:
                    return
                self._weight -= known.weight()
            self._views[config] = view
            self._views.move_to_end(config)
            self._weight += view.weight()
            while self._weight > self._max_bytes and len(self._views) > 1:
                self._weight -= self._views.popitem(last=False)[1].weight()
