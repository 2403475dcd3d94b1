"""Where to send and with which key: argument before environment before default. Everything is checked before use."""

from __future__ import annotations

import ipaddress
import os
import re
import string
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from arize_integrations._secrets import Secrets
from arize_integrations.errors import ConfigurationError, short_repr
from arize_integrations_api.contract import SERVERS

API_KEY_VARIABLE = "ARIZE_API_KEY"
ENDPOINT_VARIABLES = {"region": "ARIZE_REGION", "host": "ARIZE_API_HOST", "base_url": "ARIZE_BASE_URL"}

_DNS_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_REGION = _DNS_LABEL
_IN_HOST_NAMES = frozenset(string.ascii_letters + string.digits + "-_")  # names in a container network have _
_LONGEST_LABEL, _LABELS_OF_IPV4 = 63, 4
_PATH = r"(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*/?"
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HEADER_VALUE = r"([\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?)?"
_LONGEST_KEY = 4096  # characters; servers refuse longer headers anyway, less clearly
_RESERVED_HEADERS = frozenset(
    {"authorization", "host", "content-length", "transfer-encoding", "connection", "accept-encoding"}
)
_HIGHEST_PORT = 65535


class Endpoint(NamedTuple):
    """Where requests go: scheme, host and port as a URL writes them, and the path before the API's own."""

    scheme: str
    authority: str
    prefix: str = ""

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"{self.scheme}://{self.authority}{self.prefix}"


def resolve_endpoint(
    region: str | None,
    host: str | None,
    base_url: str | None,
    *,
    allow_http: bool,
    environ: Mapping[str, str] | None = None,
) -> Endpoint:
    """The endpoint that the arguments name, else the environment, else the document's first server.

    Raises:
        ConfigurationError: more than one is named, or the one named cannot be a part of a URL.
    """
    if not isinstance(allow_http, bool):
        raise ConfigurationError(f"must be True or False, not {short_repr(allow_http)}.", parameter="allow_http")
    arguments = {"region": region, "host": host, "base_url": base_url}
    source, given = "", {name: value for name, value in arguments.items() if value is not None}
    if not given:
        environ = os.environ if environ is None else environ
        source = " (from the environment)"
        given = {name: value for name, variable in ENDPOINT_VARIABLES.items() if (value := environ.get(variable))}
    if len(given) > 1:
        names = " and ".join(ENDPOINT_VARIABLES[name] for name in given) if source else " and ".join(given)
        raise ConfigurationError("are given, but only one of them can be used: keep one.", parameter=names)
    for name, value in given.items():
        label = ENDPOINT_VARIABLES[name] if source else name
        if not isinstance(value, str):
            raise ConfigurationError(f"must be a string, not {type(value).__name__}.", parameter=label)
        return {"region": _regional, "host": _custom, "base_url": _any_url}[name](value, label, allow_http)
    return _split(_template(None).url, "the document's server", allow_http)


def _template(variable: str | None) -> Any:
    """The document's server whose URL has the variable, or the first that has none."""
    for server in SERVERS:
        if (variable in server.variables) if variable else not server.variables:
            return server
    raise ConfigurationError(f"The document names no server for {variable or 'the default'}: use base_url instead.")


def _regional(region: str, label: str, allow_http: bool) -> Endpoint:
    server = _template("region")
    if not re.fullmatch(_REGION, region):
        known = ", ".join(server.variables["region"][1])
        raise ConfigurationError(f"must be one plain DNS label, such as {known}, not {region[:80]!r}.", parameter=label)
    return _split(server.url.replace("{region}", region), label, allow_http)


def _custom(host: str, label: str, allow_http: bool) -> Endpoint:
    if "/" in host:
        shown = _without_credentials(host)[:80]
        raise ConfigurationError(
            f"must be a host alone, not {shown!r}.", parameter=label, hint="A whole URL is what base_url takes."
        )
    check_authority(host, label)
    return _split(_template("host").url.replace("{host}", host), label, allow_http)


def _any_url(url: str, label: str, allow_http: bool) -> Endpoint:
    return _split(url, label, allow_http)


def _split(url: str, label: str, allow_http: bool) -> Endpoint:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ConfigurationError(
            f"must be printable ASCII without spaces or backslashes, not {_shown(url)}.", parameter=label
        )
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ConfigurationError(f"must be a URL, not {_shown(url)}.", parameter=label) from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise ConfigurationError(f"must begin with https:// (or http://), not {_shown(url)}.", parameter=label)
    if "?" in url or "#" in url or "@" in parts.netloc:
        raise ConfigurationError(f"must have no user, password, query or fragment: {_shown(url)}.", parameter=label)
    if parts.path and (not re.fullmatch(_PATH, parts.path) or {".", ".."} & set(parts.path.split("/"))):
        raise ConfigurationError(
            f"must have a plain path, without dots for a segment or escapes: {_shown(url)}.", parameter=label
        )
    name = check_authority(parts.netloc, label)
    if parts.scheme.lower() == "http" and not allow_http and not is_loopback(name):
        raise ConfigurationError(
            f"{_shown(url)} is plain http, which would show the API key to the network.",
            parameter=label,
            hint="Use https, or pass allow_http=True if you accept that.",
        )
    return Endpoint(parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"))


def _shown(url: str) -> str:
    """A URL as a message shows it."""
    return repr(_without_credentials(url)[:120])


def _without_credentials(url: str) -> str:
    """The URL as it may be shown: what stands before an `@`, or in a query, could be a secret."""
    bare = re.sub(r"(?is)^([a-z][a-z0-9+.-]*:/+|/*).*@", r"\1...@", url)
    return re.sub(r"(?s)([?#]).+", r"\1...", bare)


def check_authority(authority: str, label: str) -> str:
    """The host in `host` or `host:port`.

    Raises:
        ConfigurationError: it is not just that.
    """
    name, port = authority, ""
    if authority.startswith("["):
        name, _, rest = authority[1:].partition("]")
        port = rest.removeprefix(":")
        good = _is_address(name, ipaddress.IPv6Address) and (rest == "" or rest.startswith(":"))
    else:
        name, colon, port = authority.partition(":")
        good = _is_host_name(name) and bool(port) == bool(colon)
    if port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= _HIGHEST_PORT):
        good = False
    if not good:
        shown = _without_credentials(authority)[:80]
        raise ConfigurationError(
            f"must name a host, with a port if need be, and nothing else, not {shown!r}.", parameter=label
        )
    return name


def _is_host_name(name: str) -> bool:
    """Whether it is a name, or an address if it looks like one. Without patterns: to compile them takes a client's time."""
    labels = name.split(".")
    if len(labels) == _LABELS_OF_IPV4 and all(map(str.isdecimal, labels)):
        return _is_address(name, ipaddress.IPv4Address)
    return all(
        0 < len(label) <= _LONGEST_LABEL and _IN_HOST_NAMES.issuperset(label) and label.strip("-") == label
        for label in name.removesuffix(".").split(".")
    )


def _is_address(name: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    try:
        return "%" not in name and bool(kind(name))
    except ValueError:
        return False


def is_loopback(name: str) -> bool:
    """Whether a host, without brackets and port, is this machine."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.lower().rstrip(".") == "localhost"


def resolve_api_key(api_key: str | None, environ: Mapping[str, str] | None = None) -> Secrets:
    """The key that the argument gives, else the environment.

    Raises:
        ConfigurationError: there is none, or it could not stand in a header. The message does not show it.
    """
    label = API_KEY_VARIABLE if api_key is None else "api_key"
    if api_key is None:
        api_key = (os.environ if environ is None else environ).get(API_KEY_VARIABLE)
    problem = _key_problem(api_key)
    if api_key is not None and problem is None:
        return Secrets(api_key)
    del api_key  # a traceback may show the names and values of this frame
    remedy = f"Set {API_KEY_VARIABLE}, or pass api_key=... in Python."
    raise ConfigurationError(problem or "is not set.", parameter=label, hint=remedy)


def _key_problem(key: object) -> str | None:
    if key is None:
        return "is not set."
    if not isinstance(key, str):
        return f"must be a string, not {type(key).__name__}."
    if not key:
        return "is empty."
    if len(key) > _LONGEST_KEY:
        return f"has {len(key)} characters, more than any key has; look at how it was copied."
    if key[0] == key[-1] and key[0] in "'\"":
        return "is in quotation marks; leave them out (an --env-file, for one, keeps them)."
    if not key.isascii() or not key.isprintable() or " " in key:
        return "has a space, a line break or another character that no key has; look at how it was copied."
    return None


def check_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """The headers to send in addition to the SDK's own.

    Raises:
        ConfigurationError: a name or value could change the request, or the SDK sets the header itself.
    """
    if headers is None:
        return {}
    if not isinstance(headers, Mapping):
        raise ConfigurationError(
            f"must be a mapping of names to values, not {type(headers).__name__}.", parameter="headers"
        )
    for name, value in headers.items():
        if not isinstance(name, str) or not re.fullmatch(_HEADER_NAME, name):
            raise ConfigurationError(f"has a name that is no HTTP header name: {name!r:.80}.", parameter="headers")
        if name.lower() in _RESERVED_HEADERS:
            hint = "pass api_key instead" if name.lower() == "authorization" else "leave it out"
            raise ConfigurationError(f"must not set {name}, which the SDK sets itself; {hint}.", parameter="headers")
        if not isinstance(value, str) or not re.fullmatch(_HEADER_VALUE, value):
            raise ConfigurationError(
                "must be printable ASCII text without line breaks.", parameter=f"headers[{name!r}]"
            )
    return dict(headers)
