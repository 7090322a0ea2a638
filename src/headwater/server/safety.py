"""Unsafe settings that the server refuses before it opens anything (promise S30)."""

import ipaddress

from headwater.domain.errors import StartupError
from headwater.process.health import split_address
from headwater.server.settings import ServerSettings


class UnsafeSettingsError(StartupError):
    code = "unsafe_settings"


def check_safe(settings: ServerSettings) -> None:
    """Raises: UnsafeSettingsError, or StartupError for what is no address."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise UnsafeSettingsError("a TLS certificate and its key go together", hint="give --tls-cert and --tls-key")
    if settings.drain_seconds < 0:
        raise StartupError("--drain-seconds is below 0", hint="0 waits for nobody")
    host, _ = split_address(settings.listen)
    if not (settings.tls_cert or settings.behind_proxy or _is_loopback(host)):
        raise UnsafeSettingsError(
            f"{settings.listen} is reachable from outside and would carry secrets in the clear",
            hint="give --tls-cert and --tls-key, or --behind-proxy if TLS ends before it",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
