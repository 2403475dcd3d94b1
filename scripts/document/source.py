"""Reading what upstream publishes: over https or from a file, a bare document or a page around one."""

import asyncio
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
from attrs import frozen

from scripts.document.errors import SourceError

TIMEOUT = 60.0
"""Seconds for the whole of a fetch, redirects included."""
SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes, after decompression."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\r\n`]*)\r?\n", re.MULTILINE)
_OPENAPI = re.compile(r"""^[ \t]*["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_OPENAPI_IN_BRACES = re.compile(r"""["'{,\s](?:openapi|swagger)["']?[ \t]*:""")
_URL = re.compile(r"https://[^\s'\"<>]+")


@frozen
class Source:
    """What was read: its bytes and where they came from."""

    name: str
    content: bytes


@frozen
class Published:
    """The OpenAPI text in a source, and the URL that a page gives for the whole document."""

    text: str
    upstream: str | None


def read(location: str, *, timeout: float = TIMEOUT, size_limit: int = SIZE_LIMIT) -> Source:
    """Read a URL or a file.

    Args:
        location: an https URL, a `file:` URL or a path; plain http only to this machine.
        timeout: seconds for the whole fetch.
        size_limit: bytes.

    Raises:
        SourceError: it cannot be had, or is larger or slower than allowed.
    """
    if "://" not in location or location.startswith("file:"):
        return _read_file(location, size_limit)
    try:
        _allow(httpx.URL(location), httpx.URL(location))
    except httpx.InvalidURL as error:
        raise SourceError(f"it is not a URL: {error}") from error
    return Source(location, asyncio.run(_fetch(location, timeout, size_limit)))


def _read_file(location: str, size_limit: int) -> Source:
    path = Path(unquote(urlsplit(location).path) if location.startswith("file:") else location)
    try:
        if not path.is_file():
            raise SourceError("there is no such file")
        with path.open("rb") as file:
            content = file.read(size_limit + 1)
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror}") from error
    _check_size(content, size_limit)
    return Source(path.name, content)


def _check_size(content: bytes | bytearray, size_limit: int) -> None:
    if len(content) > size_limit:
        raise SourceError(f"it is larger than {size_limit / 1024 / 1024:g} MB")


def _allow(url: httpx.URL, origin: httpx.URL) -> None:
    """Refuse any hop that would let somebody on the way write our document."""
    if url.scheme == "https" or (url.scheme == origin.scheme == "http" and url.host in _LOOPBACK):
        return
    hop = "it" if url == origin else f"it redirects to {url}, which"
    raise SourceError(f"{hop} is not an https address")


async def _fetch(location: str, timeout: float, size_limit: int) -> bytes:
    async def each_hop(request: httpx.Request) -> None:
        _allow(request.url, httpx.URL(location))

    try:
        async with (
            asyncio.timeout(timeout),
            httpx.AsyncClient(
                timeout=timeout,
                follow_redirects=True,
                max_redirects=5,
                event_hooks={"request": [each_hop]},
                headers={"User-Agent": "arize-integrations-update-spec", "Accept": "*/*"},
            ) as client,
            client.stream("GET", location) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise SourceError(f"the server answered {response.status_code}")
            return await _body(response, size_limit)
    except TimeoutError as error:
        raise SourceError(f"it was not received within {timeout:g} seconds") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"it cannot be fetched: {str(error) or type(error).__name__}") from error


async def _body(response: httpx.Response, size_limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes(64 * 1024):
        body += chunk
        _check_size(body, size_limit)
    return bytes(body)


def published(content: bytes) -> Published:
    """Return the OpenAPI text in `content`, unchanged, whether bare or fenced in a Markdown page.

    Raises:
        SourceError: there is none, more than one, or it is cut off.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("it is not UTF-8 text") from error
    if "\0" in text:
        raise SourceError("it is not a text: it holds a NUL")
    # A column-0 fence cannot occur in YAML or JSON, so what has one around OpenAPI is a page.
    blocks = list(_blocks(text))
    if len(blocks) > 1:
        raise SourceError(f"it is a page with {len(blocks)} OpenAPI blocks; one is expected")
    if blocks:
        return blocks[0]
    if text.lstrip().startswith("<"):
        raise SourceError("it is a web page (HTML), not an OpenAPI document")
    if not _is_openapi(text):
        raise SourceError("it is no OpenAPI document, nor a page that holds one")
    return Published(text, None)


def _blocks(text: str) -> list[Published]:
    blocks = []
    position = 0
    while opening := _FENCE.search(text, position):
        fence = opening["fence"]
        closing = re.compile(rf"^{fence}{fence[0]}*[ \t]*\r?$", re.MULTILINE).search(text, opening.end())
        block = text[opening.end() : closing.start() if closing else len(text)]
        is_openapi = _is_openapi(block)
        if is_openapi and not closing:
            raise SourceError("it is cut off: its OpenAPI block is never closed")
        if is_openapi:
            url = _URL.search(opening["info"])
            blocks.append(Published(block, url.group() if url else None))
        position = closing.end() if closing else len(text)
    return blocks


def _is_openapi(text: str) -> bool:
    """Whether a text may be a document: its version need not be its first key. Parsing decides."""
    braces = text.lstrip().startswith("{")
    return (_OPENAPI_IN_BRACES if braces else _OPENAPI).search(text) is not None
