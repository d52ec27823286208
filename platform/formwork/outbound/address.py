"""Where a call may go: the host's name, its port, and every address the name resolves to.

A name is resolved once and the connection goes to an address that was looked at, so that a second answer of the name
server changes nothing (R1, R2 of SECURITY).
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

from formwork.kernel import Denied, Invalid, Settings, Unavailable

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
_PORTS = frozenset({443, 8443})
"""Where https is spoken in public; what listens elsewhere is not for us."""
_NAT64 = IPv6Network("64:ff9b::/96")
_LONGEST = 2_000


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host name; raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Target:
    """A place that may be called: the parts of the URL, and the address to connect to."""

    secure: bool
    host: str
    port: int
    path: str
    address: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What may be called. `hosts` empty lets any public one through; `inside` are places of the own network."""

    hosts: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    resolve: Resolve = field(default=resolve)

    @classmethod
    def of(cls, settings: Settings) -> "Gate":
        """The gate of the settings `outbound_hosts` and `outbound_inside`."""
        return cls(_listed(settings.outbound_hosts), _listed(settings.outbound_inside))

    def pass_through(self, url: str) -> Target:
        """The place a URL leads to.

        Raises Invalid `bad_url` for one that is not plain https, Denied `outbound_refused` where it may not go, and
        Unavailable `outbound_failed` when the name is not known. The messages name no address.
        """
        secure, host, port, path = _parts(url)
        inside = f"{host}:{port}" in self.inside
        if not inside:
            if not secure:
                raise _bad("Only https is called.")
            if (self.hosts and host not in self.hosts) or port not in _PORTS:
                raise _refused(host)
        try:
            found = [ip_address(one.partition("%")[0]) for one in self.resolve(host, port)]
        except (OSError, UnicodeError, ValueError) as error:
            raise Unavailable(f"The host {host} is not known.", code="outbound_failed") from error
        if not found or not (inside or all(is_public(one) for one in found)):
            raise _refused(host)
        return Target(secure, host, port, path, str(found[0]))


def is_public(address: Address) -> bool:
    """True for an address of the public internet, and none that stands for a private one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or int(address) >> 32 == 0:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _parts(url: str) -> tuple[bool, str, int, str]:
    """Scheme is https, host, port and path of a URL written plainly; raises Invalid `bad_url`."""
    if len(url) > _LONGEST or not url.isascii() or any(sign <= " " or sign == "\\" for sign in url):
        raise _bad("Write the address with ASCII letters, without spaces.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad("The address cannot be read.") from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment:
        raise _bad("Write the address as https://host/path.")
    if host.endswith(".") or "%" in host or _is_odd_number(host):
        raise _bad("Write the host as a name or as an address in its usual form.")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, host, port or (443 if secure else 80), path


def _is_odd_number(host: str) -> bool:
    """True for an IPv4 address in a spelling other than four decimal numbers, which libraries read differently."""
    last = host.rsplit(".", 1)[-1]
    if not last.isdecimal() and not last.startswith("0x"):
        return False
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


def _listed(text: str) -> frozenset[str]:
    return frozenset(one.strip().lower() for one in text.split(",") if one.strip())


def _bad(message: str) -> Invalid:
    return Invalid(message, code="bad_url")


def _refused(host: str) -> Denied:
    return Denied(f"{host} is not called from here. An administrator of the installation may allow it.",
                  code="outbound_refused")  # fmt: skip
