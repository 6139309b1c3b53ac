"""Which proxy to go through, as the environment says: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY.

Read as curl reads them: lower case wins, upper-case HTTP_PROXY is not trusted in a CGI program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from flashgen.errors import SettingsError

_SCHEMES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxy for each scheme ('' for none), and the hosts that are asked directly."""

    http: str = ""
    https: str = ""
    direct: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Proxies:
        """Raises SettingsError for a proxy that can't be meant."""
        direct = tuple(entry.strip().lower() for entry in _get(env, "NO_PROXY").split(",") if entry.strip())
        return cls(_proxy(env, "HTTP_PROXY"), _proxy(env, "HTTPS_PROXY"), direct)

    def lead(self, scheme: str, host: str, port: int) -> str:
        """The proxy that leads to `host`, '' for none."""
        if any(_covers(entry, host, port) for entry in self.direct):
            return ""
        return self.https if scheme == "https" else self.http


def _get(env: Mapping[str, str], name: str) -> str:
    trusted = name != "HTTP_PROXY" or "REQUEST_METHOD" not in env
    return env.get(name.lower()) or (env.get(name, "") if trusted else "")


def _proxy(env: Mapping[str, str], name: str) -> str:
    value = _get(env, name) or _get(env, "ALL_PROXY")
    if not value:
        return ""
    url = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(url)
        possible = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        possible = False
    if not possible:
        raise SettingsError(f"{name} (or ALL_PROXY) doesn't hold a proxy's address: write http://HOST:PORT")
    return url


def _covers(entry: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY means `host`: a domain, with or without port, a network, or `*`."""
    if entry == "*":
        return True
    if "/" in entry:
        try:
            return ip_address(host) in ip_network(entry, strict=False)
        except ValueError:
            return False
    name, colon, number = entry.rpartition(":")
    if colon and number.isdigit() and (":" not in name or name.endswith("]")):
        return int(number) == port and _covers(name, host, port)
    name = entry.strip("[]").removeprefix("*").removeprefix(".")
    return host == name or host.endswith(f".{name}")
