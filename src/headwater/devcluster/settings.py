"""What `headwater devcluster` is started with."""

from dataclasses import dataclass
from pathlib import Path

from headwater.process.settings import setting


@dataclass(frozen=True, kw_only=True)
class DevclusterSettings:
    """The cluster is gone when the program ends, unless `data` keeps it."""

    listen: str = setting("127.0.0.1:0", help="The address to listen on; port 0 is any free one.", metavar="HOST:PORT")
    write_kubeconfig: Path | None = setting(None, help="Write a kubeconfig for the cluster here.", metavar="FILE")
    data: Path | None = setting(None, help="Keep the cluster in this folder across restarts.", metavar="DIR")
    audit_log: Path | None = setting(None, help="Write a line of JSON per write here.", metavar="FILE")
    public: bool = setting(
        default=False, help="Listen on an address that others can reach: anybody there may do anything."
    )
