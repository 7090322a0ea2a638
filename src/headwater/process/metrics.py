"""The metrics registry of one program: never the library's global one, so that several programs share a process.

A metric is declared beside what it measures, on the `Registry` passed in, and has a line in the metrics reference.
"""

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

Registry = CollectorRegistry

CONTENT_TYPE = CONTENT_TYPE_LATEST


def new_registry(*, with_process: bool = True) -> Registry:
    """A registry that also reports on the process, unless another program of this process does."""
    registry = CollectorRegistry()
    if with_process:
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
    return registry


def to_text(registry: Registry) -> bytes:
    """The exposition text of every metric in `registry`."""
    return generate_latest(registry)
