"""Who is asking."""

from dataclasses import dataclass
from datetime import datetime

from headwater.domain.places import Workplace
from headwater.domain.roles import Principal
from headwater.storage.principals import Token
from headwater.storage.repositories import Repositories
from headwater.usecases.call import Call, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The caller, and the token it showed; `last_seen_at` is now."""

    principal: Principal
    token: Token
    workplace: Workplace
    last_seen_at: datetime


def get_me(call: Call) -> Outcome[Me]:
    """Anybody who is somebody may ask; there is nothing to authorize."""
    workplace = call.look_up(_workplace)
    return Outcome(reply=Me(principal=call.principal, token=call.token, workplace=workplace, last_seen_at=call.now))


def _workplace(repositories: Repositories) -> Workplace:
    return repositories.installation.get().workplace
