"""Whether the SDK's methods can do what a document asks of their operations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from scripts.document.errors import DocumentError
from scripts.document.slicing import operations_of, resolve
from scripts.document.text import quoted

_COLLECTION = "/v2/integrations"
_ITEM = re.compile(r"/v2/integrations/\{[^{}/]+\}")
_SENT = {("get", _COLLECTION): {"type", "name", "space_id", "space_name", "limit", "cursor"}}
"""The query parameters that a method of the client can send."""
_IGNORED_HEADERS = {"accept", "content-type", "authorization"}
"""OpenAPI ignores parameters of these names."""
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?(:[0-9]{1,5})?")
_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*/?")

Place = tuple[Any, ...]


def require_usable(document: Mapping[str, Any]) -> None:
    """Refuse a document that the client could not serve without new code.

    Raises:
        DocumentError: an operation is missing, or asks for what no method sends.
    """
    _require_servers(document)
    _require_get(document)
    _require_distinct_names(document)
    for path, method, operation in operations_of(document):
        item, place = document["paths"][path], ("paths", path, method)
        if "servers" in item or "servers" in operation:
            raise DocumentError("has servers of its own, but the client sends every call to one", place)
        if path == _COLLECTION or _ITEM.fullmatch(path):
            _require_parameters(document, item, operation, (method, path))
            _require_security(document, operation, place)


def operation_name(method: str, path: str) -> str:
    """The Python name of an operation: its method and path, whatever upstream calls it or its parameters."""
    words = ["item" if part.startswith("{") else part for part in path.strip("/").split("/")]
    return re.sub(r"\W+", "_", "_".join([method.lower(), *words]))


def _require_distinct_names(document: Mapping[str, Any]) -> None:
    known: dict[str, str] = {}
    for path, method, _ in operations_of(document):
        name = operation_name(method, path)
        if name in known:
            raise DocumentError(f"would have the same name as {quoted(known[name])}", ("paths", path, method))
        known[name] = path


def _require_servers(document: Mapping[str, Any]) -> None:
    servers = document.get("servers") or [{"url": "/"}]
    for index, server in enumerate(servers):
        values = {name: str(data["default"]) for name, data in server.get("variables", {}).items()}
        url = server["url"]
        for name, value in values.items():
            url = url.replace(f"{{{name}}}", value)
        if not _is_usable(url):
            raise DocumentError("is not an https URL that calls can be sent to", ("servers", index, "url"))
    if all(server.get("variables") for server in servers):
        raise DocumentError("names no server without variables, which the client uses by default", ("servers",))


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set(" \\{}?#@")
    dots = {".", ".."} & set(parts.path.split("/"))
    return bool(
        plain and parts.scheme == "https" and _HOST.fullmatch(parts.netloc) and _PATH.fullmatch(parts.path) and not dots
    )


def _require_get(document: Mapping[str, Any]) -> None:
    for path, method, operation in operations_of(document):
        if method == "get" and _ITEM.fullmatch(path):
            success = resolve(document, operation.get("responses", {}).get("200", {}))
            if any(kind.split(";")[0].strip() == "application/json" for kind in success.get("content", {})):
                return
            raise DocumentError("has no JSON answer for 200", ("paths", path, method, "responses"))
    raise DocumentError("lacks GET /v2/integrations/{id}, which client.get needs", ("paths",))


def _require_parameters(
    document: Mapping[str, Any], item: Mapping[str, Any], operation: Mapping[str, Any], key: tuple[str, str]
) -> None:
    method, path = key
    for parameter, place in _parameters(document, item, operation, key):
        name, location = parameter["name"], parameter["in"]
        if location == "path" or parameter.get("required") is not True:
            continue
        if location == "header" and name.lower() in _IGNORED_HEADERS:
            continue
        if location != "query" or name not in _SENT.get((method, path), ()):
            raise DocumentError(
                f"requires the {location} parameter {quoted(name)}, which the client cannot send", place
            )


def _parameters(
    document: Mapping[str, Any], item: Mapping[str, Any], operation: Mapping[str, Any], key: tuple[str, str]
) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """The parameters of an operation; its own replace those of the path."""
    method, path = key
    found: dict[tuple[str, str], tuple[Mapping[str, Any], Place]] = {}
    for owner, place in ((item, ("paths", path)), (operation, ("paths", path, method))):
        for index, node in enumerate(owner.get("parameters", [])):
            parameter = resolve(document, node)
            found[parameter["name"], parameter["in"]] = parameter, (*place, "parameters", index)
    yield from found.values()


def _require_security(document: Mapping[str, Any], operation: Mapping[str, Any], place: Place) -> None:
    """The client sends its key as a bearer token, and nothing else."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    asked = operation.get("security", document.get("security", []))
    if asked and not any(_is_bearer(schemes, each) for each in asked):
        where = (*place, "security") if "security" in operation else ("security",)
        raise DocumentError(
            "asks for another security scheme than a bearer token, which is what the client sends", where
        )


def _is_bearer(schemes: Mapping[str, Any], alternative: Mapping[str, Any]) -> bool:
    found = [schemes.get(name, {}) for name in alternative]
    return all(each.get("type") == "http" and str(each.get("scheme")).lower() == "bearer" for each in found)
