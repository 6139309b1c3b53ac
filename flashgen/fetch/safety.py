"""Which addresses may be asked. Pure rules, decided before a byte is sent.

An address is read as browsers read it (WHATWG URL, through ada), so that what is judged here is what is asked
later: every spelling of an IPv4 address, full-width digits, percent-encoded hosts and dots all become one form.
The ranges are those of the IANA special-purpose address registries, and the addresses of cloud metadata services.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ada_url import URL, HostType

MAX_LENGTH = 8_000
DEFAULT_PORTS = {"http": 80, "https": 443}

_SHAPE = re.compile(r"https?://([^/\\?#]+)(?:[/?#].*)?", re.I)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_NOT_PUBLIC_4 = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
_PUBLIC_6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
# Inside 2000::/3: protocol assignments (Teredo, ORCHID, …), documentation, 6to4, documentation.
_NOT_PUBLIC_6 = [ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]

_LOCAL_NAMES = {
    "localhost", "localhost6", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan",
    "home.arpa",
}  # fmt: skip
# Ports of services that speak something else than HTTP, as browsers block them (Fetch standard, "port blocking").
_BAD_PORTS = {
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
}  # fmt: skip


class Unsafe(ValueError):
    """An address that must not be asked; the text is the reason, for a person."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked. `url` is the browsers' spelling of it, without its fragment.

    `host` is ASCII in lower case without a trailing dot; an IPv6 address stands without brackets.
    """

    url: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Scheme, host and port: what has its own robots.txt and its own connections."""
        return f"{self.scheme}://{self._bracketed}:{self.port}"

    @property
    def netloc(self) -> str:
        """The Host header: without the port where it is the scheme's own."""
        return self._bracketed if self.port == DEFAULT_PORTS[self.scheme] else f"{self._bracketed}:{self.port}"

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def site(self) -> str:
        """What counts as one host when asking politely: http and https together, an unusual port apart."""
        return self.host if self.port in DEFAULT_PORTS.values() else f"{self.host}:{self.port}"


def check(url: str, *, base: str = "", allow_private: bool = False) -> Target:
    """What to ask for `url`, a link as written or, with `base`, the Location of a redirect from there.

    Raises Unsafe for anything but http and https, for malformed addresses, credentials, ports of other services,
    and, unless `allow_private`, for hosts that are not public by name or number.
    """
    url = url.strip(" ")
    if not base:
        _check_shape(url)
    if len(url) > MAX_LENGTH:
        raise Unsafe(f"is longer than {MAX_LENGTH} characters")
    try:
        parsed = URL(url, base=base or None)
    except (ValueError, UnicodeError):
        raise Unsafe("is malformed") from None
    scheme = parsed.protocol.removesuffix(":")
    if scheme not in DEFAULT_PORTS:
        raise Unsafe(f"is not a web address ({scheme}:)")
    if parsed.username or parsed.password:
        raise Unsafe("contains a user name or password")
    port = int(parsed.port or DEFAULT_PORTS[scheme])
    if port in _BAD_PORTS:
        raise Unsafe(f"names port {port}, which is no web server's")
    host = _host(parsed, allow_private)
    parsed.hash = ""
    return Target(parsed.href, scheme, host, port)


def _check_shape(url: str) -> None:
    """Refuse what a browser would repair: in a reading list it is a mistake, or a trick."""
    if not url:
        raise Unsafe("is empty")
    if url.startswith(("//", "\\\\", "/\\", "\\/")):
        raise Unsafe("has no scheme: write https:// in front of it")
    if _CONTROL.search(url):
        raise Unsafe("is malformed: it contains a control character")
    scheme = _SCHEME.match(url)
    if scheme is None:
        raise Unsafe("is not a web address: it doesn't begin with http:// or https://")
    if scheme[1].lower() not in DEFAULT_PORTS:
        raise Unsafe(f"is not a web address ({scheme[1].lower()}:)")
    shape = _SHAPE.fullmatch(url)
    if shape is None:
        raise Unsafe("is malformed")
    if "@" in shape[1]:
        raise Unsafe("contains a user name or password")


def _host(parsed: URL, allow_private: bool) -> str:
    """The host of `parsed`, judged; a trailing dot is taken off it."""
    if parsed.hostname.endswith("."):
        try:
            parsed.hostname = parsed.hostname[:-1]
        except ValueError:
            raise Unsafe("is malformed: its host is not a possible name") from None
    host = parsed.hostname
    if parsed.host_type != HostType.DEFAULT:
        host = host.strip("[]")
        fault = "" if allow_private else not_public(host)
    else:
        labels = host.split(".")
        if len(host) > 253 or any(not 0 < len(label) <= 63 for label in labels):
            raise Unsafe("is malformed: its host is not a possible name")
        local = len(labels) == 1 or labels[-1] in _LOCAL_NAMES or ".".join(labels[-2:]) in _LOCAL_NAMES
        fault = "a name of this machine or of a local network" if local and not allow_private else ""
    if fault:
        raise Unsafe(f"is not public: {host} is {fault}")
    return host


@lru_cache(maxsize=4096)
def not_public(address: str) -> str:
    """What a literal IP address is if not a public one ("a link-local address"); '' for a public one.

    An IPv4 address inside an IPv6 address (mapped, NAT64) is judged itself; 6to4 and Teredo are never public here.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "no address"
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = IPv4Address(int(ip) & 0xFFFFFFFF)
    if isinstance(ip, IPv4Address):
        public = not any(ip in network for network in _NOT_PUBLIC_4)
    else:
        public = ip in _PUBLIC_6 and not any(ip in network for network in _NOT_PUBLIC_6)
    return "" if public else _kind(ip)


def _kind(ip: IPv4Address | IPv6Address) -> str:
    if ip.is_loopback or ip.is_unspecified:
        return "an address of this machine"
    if ip.is_link_local:
        return "a link-local address"
    return "an address of a private network or a reserved one"
