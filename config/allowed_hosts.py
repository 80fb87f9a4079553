"""Which hosts a source may lie on. An operator's connection is a way to reach inside a network, so
an installation can bound it (SOURCE_ALLOWED_HOSTS)."""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAME = r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?"


class HostNotAllowedError(Exception):
    """The host is not one of SOURCE_ALLOWED_HOSTS; the message says so in a line."""


@dataclass(frozen=True)
class Place:
    """Where to connect: a host, and the addresses it has been found to have. What was checked is
    what is connected to: a name is not asked for again."""

    host: str
    addresses: tuple[str, ...]

    def as_parameters(self) -> dict[str, str]:
        """For libpq: `host` names the server, `hostaddr` is connected to."""
        if not self.addresses:
            return {"host": self.host}
        return {
            "host": ",".join([self.host] * len(self.addresses)),
            "hostaddr": ",".join(self.addresses),
        }


def understood(entry: str) -> bool:
    """Is it a name, an address, a network, or the folder of a socket?"""
    return entry.startswith("/") or _network(entry) is not None or bool(re.fullmatch(NAME, entry))


def checked(host: str) -> Place:
    """The place of a host, if it is allowed; else HostNotAllowedError. With an empty list all are,
    and nothing is looked up.

    A name that is listed may lead anywhere, save to this machine or to what only it can reach
    (loopback, link-local), unless that address is listed too. A host that is not listed by name
    is allowed when all its addresses lie in listed networks.
    """
    allowed = settings.SOURCE_ALLOWED_HOSTS
    if not allowed:
        return Place(host, ())
    listed = host.rstrip(".").lower() in {entry.rstrip(".").lower() for entry in allowed}
    if host.startswith("/") and listed:
        return Place(host, ())
    if not re.fullmatch(NAME, host) and _address(host) is None:
        raise _refused(host, "is not one of them")
    networks = [network for entry in allowed if (network := _network(entry)) is not None]
    if not listed and not networks:
        raise _refused(host, "is not one of them")
    addresses = _resolved(host)
    for address in addresses:
        inside = any(address in network for network in networks)
        if not inside and not (listed and (_is_elsewhere(address) or host.lower() == "localhost")):
            raise _refused(host, f"leads to {address}, which is not in them")
    return Place(host, tuple(dict.fromkeys(map(str, addresses))))


def _resolved(host: str) -> list[Address]:
    literal = _address(host)
    if literal is not None:
        return [literal]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _refused(host, "cannot be looked up, so it cannot be compared with them") from error
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]


def _is_elsewhere(address: Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or address
    return not (
        mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified or mapped.is_multicast
    )


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _refused(host: str, why: str) -> HostNotAllowedError:
    return HostNotAllowedError(
        f"this installation reads from the hosts of SOURCE_ALLOWED_HOSTS alone; {host[:255]} {why}"
    )
