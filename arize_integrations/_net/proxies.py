"""The proxy on the way, if there is one: what the environment names, and which endpoints it leaves out."""

from __future__ import annotations

import ipaddress
import re
from typing import TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import httpx

from arize_integrations._net.endpoint import Endpoint, check_authority, is_loopback
from arize_integrations.errors import ConfigurationError

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443}
_ENTRY = r"(?:(?P<scheme>[a-z]+)://)?(?:\*?\.)?(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<host>[^:]*))(?::(?P<port>[0-9]+))?"


def find_proxy(endpoint: Endpoint) -> httpx.Proxy | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name for the endpoint, else the system's settings.

    A proxy elsewhere is not asked for an endpoint on this machine: it would look for it on its own, and be shown the
    key on the way.

    Raises:
        ConfigurationError: it is no URL of a proxy.
    """
    proxies = getproxies()
    url = proxies.get(endpoint.scheme) or proxies.get("all")
    if not url or is_left_out(endpoint, proxies.get("no", "")):
        return None
    if not getproxies_environment() and proxy_bypass(endpoint.authority):  # the settings of macOS and Windows
        return None
    try:
        proxy = httpx.Proxy(url if "://" in url else f"http://{url}")
        name = check_authority(proxy.url.netloc.decode("ascii"), "It")
    except (ValueError, httpx.InvalidURL, ConfigurationError):
        # The URL is not shown: it may hold a password.
        raise ConfigurationError(
            "The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names cannot be used: its URL must begin with "
            "http://, https:// or socks5:// and name a host, with a port if need be."
        ) from None
    host = check_authority(endpoint.authority, "The endpoint")
    return None if is_loopback(host) and not is_loopback(name) else proxy


def describe_route(endpoint: Endpoint) -> str:
    """Where connections of the client's own lead: to the endpoint, or to the proxy on the way."""
    proxy = find_proxy(endpoint)
    return f"{endpoint.authority}, through the proxy {proxy.url.netloc.decode()}" if proxy else endpoint.authority


def is_left_out(endpoint: Endpoint, no_proxy: str) -> bool:
    """Whether NO_PROXY, a list with commas or spaces, leaves the endpoint out.

    An entry is `*` for every host, a domain (also what is below it; `.domain` and `*.domain` are the same), an address,
    or a network such as `10.0.0.0/8`; each but the network may have a scheme before it and a port behind. Addresses are
    compared as such, however they are written. Names are not resolved.
    """
    target = urlsplit(f"{endpoint.scheme}://{endpoint.authority}")
    host, port = (target.hostname or "").rstrip("."), target.port or _DEFAULT_PORTS[endpoint.scheme]
    return any(
        entry == "*" or _covers(entry, endpoint.scheme, host, port) for entry in re.split(r"[\s,]+", no_proxy.lower())
    )


def _covers(entry: str, scheme: str, host: str, port: int) -> bool:
    address = _address(host)
    if address and (network := _network(entry)):
        return address in network
    match = re.fullmatch(_ENTRY, entry)
    if match is None or match["scheme"] not in {None, "all", scheme} or int(match["port"] or port) != port:
        return False
    name = (match["address"] or match["host"]).rstrip(".")
    if address:
        return address == _address(name)
    return bool(name) and f".{host}".endswith(f".{name}")


def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A network, or an IPv6 address without brackets, which is one of a single address."""
    try:
        return ipaddress.ip_network(str(_address(entry) or entry), strict=False)
    except ValueError:
        return None
