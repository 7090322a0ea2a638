"""What the server counts, on the registry of its program."""

from prometheus_client import Counter, Gauge

from headwater.process.metrics import Registry


class ServerMetrics:
    """Label values are routes and statuses only: never a name that a caller chose."""

    def __init__(self, registry: Registry) -> None:
        self._requests = Counter(
            "headwater_http_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=registry,
        )
        self.streams = Gauge("headwater_watch_streams", "Open watch streams.", registry=registry)
        self.commits = Counter("headwater_commits", "Transactions committed by the writer.", registry=registry)
        self.access_entries = Counter("headwater_access_entries", "Access entries made durable.", registry=registry)
        self._children: dict[tuple[str, str, int], Counter] = {}

    def count_request(self, route: str, method: str, status: int) -> None:
        key = (route, method, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._requests.labels(route, method, str(status))
        child.inc()
