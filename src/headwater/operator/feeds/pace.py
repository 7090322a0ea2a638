"""When to ask again: every pause of the feeds, in seconds, each spread so that many feeds do not act as one.

Pure; `chance` is in [0, 1). What fails is asked again every few seconds for as long as it fails, so that it heals
within 5 s of the cause's end; load is held down by one probe per host, not by growing pauses.
"""

from headwater.operator.providers.protocol import FailureKind

FIRST_WAIT = 1.0
"""How long a reconcile waits for a first body before it goes on without."""

MIN_GAP = 0.05
"""Between a fetch and the next that is asked for, so that a source that floods us with hints harms nobody."""

MIN_INTERVAL = 1.0
"""What an absurd refreshInterval is raised to."""

MAX_GRACE = 15.0
"""How long a source that gave a body may be in trouble before it is reported; restarts of a server fit in."""

REFUSED_PATIENCE = 600.0
"""How long a definite no is asked again every few seconds; after that it is rare that time alone mends it."""

MAX_RETRY_AFTER = 3600.0
UNSAID_RETRY_AFTER = 2.0
"""For how long a source that wants to be left alone is, if it does not say."""

STREAM_LIVED = 10.0
"""A stream that stood this long did not fail on opening."""
MAX_STREAM_PAUSE = 60.0
STREAM_REFUSED = 3600.0


def poll_pause(interval: float, chance: float) -> float:
    """Never later than the interval, up to a tenth earlier."""
    return max(interval, MIN_INTERVAL) * (1 - 0.1 * chance)


def probe_pause(chance: float) -> float:
    """Before the one probe of a host that does not answer."""
    return 1.5 + chance


def recovery_pause(chance: float) -> float:
    """Before what waited for a host goes on: the spread is half of a probe's pause."""
    return chance


def retry_pause(kind: FailureKind, failing_for: float, chance: float) -> float:
    """Before a fetch that failed is tried again."""
    match kind:
        case FailureKind.UNREACHABLE | FailureKind.RATE_LIMITED:
            return 0.5 + 0.5 * chance  # the host's turn, or the source's pause, is added to this
        case FailureKind.REFUSED if failing_for > REFUSED_PATIENCE:
            return 45 + 30 * chance
        case FailureKind.REFUSED | FailureKind.BROKEN:
            return 2 + 1.5 * chance


def rate_limit_pause(retry_after: float | None, chance: float) -> float:
    """Never shorter than the source asked for, up to a limit; a tenth and a second more, by chance."""
    asked = UNSAID_RETRY_AFTER if retry_after is None else min(retry_after, MAX_RETRY_AFTER)
    return asked + (1 + asked / 10) * chance


def stream_pause(failures: int, chance: float) -> float:
    """Before a stream is opened again; `failures` counts openings in a row that came to nothing."""
    return min(0.5 * 2.0 ** min(failures, 10), MAX_STREAM_PAUSE) * (0.5 + 0.5 * chance)


def refused_stream_pause(chance: float) -> float:
    """Hourly: a source without streams is polled, and may learn to stream."""
    return STREAM_REFUSED * (0.9 + 0.2 * chance)


def grace(interval: float | None) -> float:
    """How long trouble is kept from subscribers who hold a good body: never longer than they would poll."""
    return MAX_GRACE if interval is None else min(max(interval, MIN_INTERVAL), MAX_GRACE)
