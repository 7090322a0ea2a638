"""What the operator is started with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from headwater.process.settings import setting
from headwater.resources.durations import InvalidDurationError, parse_duration


def _seconds(text: str) -> float:
    try:
        return parse_duration(text).total_seconds()
    except InvalidDurationError as error:
        raise ValueError(str(error)) from error


class Interval(float):
    """Seconds, written as `30m` or as a number of seconds."""

    __slots__ = ()

    def __new__(cls, written: str | float) -> Self:
        """Raises ValueError for what is no duration, or less than none."""
        seconds = _seconds(written) if isinstance(written, str) else float(written)
        if seconds < 0:
            raise ValueError(f"{written!r} is negative")
        return super().__new__(cls, seconds)

    def __str__(self) -> str:
        return f"{float(self):g}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSettings:
    """Settings of `headwater operator`."""

    kubeconfig: Path | None = setting(
        None,
        help="The kubeconfig of the cluster; without it $KUBECONFIG, the pod's service account, ~/.kube/config.",
        metavar="FILE",
    )
    controller_class: str = setting("default", help="Serve only stores of this class (their `spec.controller`).")
    require_store_conditions: bool = setting(
        False,  # noqa: FBT003 - a default
        help="Let a ClusterSecretStore without conditions serve nobody, instead of everybody.",
    )
    idle_status_interval: Interval = setting(
        Interval("30m"),
        help="How often `status.refreshTime` is written while nothing changes; 0 for every refreshInterval.",
        metavar="DURATION",
    )
    workers: int = setting(16, help="How many objects are reconciled at a time.")
    health_listen: str = setting("", help="Where to answer /healthz, /readyz and /metrics.", metavar="HOST:PORT")
