"""What a running server consists of, once it is open: what routes reach through their request."""

from dataclasses import dataclass

from headwater.server.edge import Edge
from headwater.server.hub import Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    edge: Edge
    hub: Hub
