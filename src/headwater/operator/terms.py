"""What is the same for every plan of an operator."""

from dataclasses import dataclass

from headwater.operator.digest import Digester


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an operator was asked to work, as far as plans care."""

    idle_status_interval: float
    """Seconds; 0 writes `refreshTime` at every interval, as ESO."""
    digest: Digester
