"""The one workplace of the installation."""

from headwater.domain.places import Workplace
from headwater.domain.roles import Action
from headwater.usecases.call import Call, Outcome
from headwater.usecases.refs import WORKPLACE


def get_workplace(call: Call) -> Outcome[Workplace]:
    return Outcome(reply=call.authorize(Action.WORKPLACE_READ, on=WORKPLACE))
