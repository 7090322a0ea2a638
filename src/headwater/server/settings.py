"""What `headwater server` is started with."""

from dataclasses import dataclass
from pathlib import Path

from headwater.process.settings import setting

ROOT_KEY_NAME = "root.key"
DATABASE_NAME = "headwater.db"


@dataclass(frozen=True, kw_only=True)
class StoreSettings:
    """Where the secrets are kept, for every command of the server."""

    data: Path = setting(help="The data folder.", metavar="DIR")
    database: str | None = setting(
        None,
        help="A PostgreSQL database to keep everything in, instead of SQLite in the data folder.",
        metavar="URL",
    )
    root_key_file: Path | None = setting(
        None, help=f"The root key [default: {ROOT_KEY_NAME} in the data folder].", metavar="FILE"
    )

    def root_key(self) -> Path:
        return self.root_key_file or self.data / ROOT_KEY_NAME


@dataclass(frozen=True, kw_only=True)
class ServerSettings(StoreSettings):
    listen: str = setting("127.0.0.1:8080", help="The address to listen on.", metavar="HOST:PORT")
    tls_cert: Path | None = setting(None, help="The certificate chain, in PEM.", metavar="FILE")
    tls_key: Path | None = setting(None, help="The certificate's private key, in PEM.", metavar="FILE")
    behind_proxy: bool = setting(
        default=False, help="TLS ends at a proxy in front: allows a public address without a certificate."
    )
    drain_seconds: int = setting(10, help="How long requests may still take once the server is told to stop.")
