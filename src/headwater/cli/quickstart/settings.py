"""What quickstart is started with."""

from dataclasses import dataclass
from pathlib import Path

from headwater.process.settings import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickstartSettings:
    dir: Path = setting(
        Path("headwater-quickstart"),
        help="The folder that everything is kept in; started again on it, quickstart goes on.",
        metavar="DIR",
    )
    kubeconfig: Path | None = setting(
        None, help="Use the cluster of this kubeconfig, instead of one that quickstart brings.", metavar="FILE"
    )
    listen: str = setting("127.0.0.1:8520", help="The address of the server.", metavar="HOST:PORT")
    cluster_listen: str = setting(
        "127.0.0.1:8521", help="The address of the cluster that quickstart brings.", metavar="HOST:PORT"
    )
    check: bool = setting(
        default=False, help="Try it all in a temporary folder on free ports, print how long each step took, and end."
    )
    json: bool = setting(default=False, help="With --check: print one JSON object.")
