"""Which URLs may be asked for and which addresses may be connected to."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from pipelines.sources.errors import SourceError, TemporaryError

Address = IPv4Address | IPv6Address
AddressRule = Callable[[Address], bool]
"""Whether an address may be connected to."""

SCHEMES = ("http", "https")
MAX_URL_LENGTH = 2000
_NAT64 = IPv6Network("64:ff9b::/96")


def checked_url(text: str) -> httpx.URL:
    """A URL that may be asked for, without its fragment.

    Raises:
        SourceError: it is no URL, too long, neither http nor https, without a host, or with a user or
            password in it.
    """
    if len(text) > MAX_URL_LENGTH:
        raise SourceError(f"the URL has {len(text)} characters, more than {MAX_URL_LENGTH}")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SourceError(f"{text} is no URL ({error})") from error
    if url.userinfo:
        raise SourceError(
            "the URL holds a user or password", "Pages behind a login are not fetched; use `gwr add`."
        )
    if url.scheme not in SCHEMES:
        raise SourceError(f"{url} is refused: only http and https are fetched")
    if not url.host:
        raise SourceError(f"{url} names no host")
    return url.copy_with(fragment=None)


def _within(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does: a gateway would connect to that."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet: not private, loopback, link-local, shared,
    multicast or reserved, nor an IPv6 form of such an address.

    >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("169.254.169.254"))
    (True, False)
    """
    address = _within(address)
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_public_or_private(address: Address) -> bool:
    """The rule where GWR_FETCH_ALLOW_PRIVATE is set: addresses of one's own networks and machine too.

    Link-local ones stay refused: no page is there, but the keys that a cloud gives its machines are.

    >>> is_public_or_private(ip_address("10.0.0.1")), is_public_or_private(ip_address("169.254.169.254"))
    (True, False)
    """
    address = _within(address)
    if is_public(address) or address.is_loopback:
        return True
    never = address.is_link_local or address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_private and not never


def resolve(host: str, port: int, allowed: AddressRule) -> list[str]:
    """The addresses of a host, each checked; connect to one of these and to no other.

    Raises:
        SourceError: one of them may not be connected to, or nobody knows the name.
        TemporaryError: the name servers did not answer.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        reason = f"{host} can't be resolved ({error.strerror})"
        if error.errno == socket.EAI_AGAIN:
            raise TemporaryError(reason) from error
        raise SourceError(reason, "Correct the URL.") from error
    except UnicodeError as error:
        raise SourceError(f"{host} is no host name ({error})", "Correct the URL.") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    for address in addresses:
        if not allowed(ip_address(address)):
            raise SourceError(
                f"{host} is refused: {address} may not be connected to",
                "Only the public internet is; GWR_FETCH_ALLOW_PRIVATE=true adds your own network.",
            )
    return addresses
