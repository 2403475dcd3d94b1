"""One body of each test, run by the sync client and by the async one under asyncio and trio."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, TypeAlias

import anyio.from_thread
import httpx
import pytest

from arize_integrations import AsyncIntegrationsClient, Integration, IntegrationsClient
from arize_integrations.testing import StandInServer

KEY = "test-key"
Connect: TypeAlias = Callable[..., "Client"]


@pytest.fixture(autouse=True)
def _nothing_from_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARIZE_API_KEY", "ARIZE_REGION", "ARIZE_API_HOST", "ARIZE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class Client:
    """Either client, called the same way."""

    def __init__(self, client: Any, run: Callable[..., Any]) -> None:
        self.client = client
        self._run = run

    def get(self, integration_id: str) -> Integration:
        """What `get` returns, or `await get`."""
        result: Integration = self._run(self.client.get, integration_id)
        return result

    def listed(self, **filters: Any) -> list[Any]:
        """What a loop over `list` gives."""
        found: list[Any] = self._run(_collect, self.client.list(**filters))
        return found

    def listed_in_two_loops(self) -> list[Any]:
        """What a loop that ends at once gives, and one that goes on."""
        found: list[Any] = self._run(_collect_twice, self.client.list())
        return found

    def pages(self, **filters: Any) -> list[Any]:
        """What a loop over the pages of `list` gives."""
        found: list[Any] = self._run(_collect, self.client.list(**filters).pages())
        return found

    def call(self, method: str, *args: Any, **options: Any) -> Any:
        """What a method returns, or what awaiting it gives."""
        return self._run(functools.partial(getattr(self.client, method), *args, **options))

    def with_options(self, **options: Any) -> Client:
        return Client(self.client.with_options(**options), self._run)

    def close(self) -> None:
        self._run(self.client.close if isinstance(self.client, IntegrationsClient) else self.client.aclose)

    def enter(self) -> Any:
        """What `with` or `async with` binds."""
        sync = isinstance(self.client, IntegrationsClient)
        return self._run(self.client.__enter__ if sync else self.client.__aenter__)

    def leave(self) -> None:
        sync = isinstance(self.client, IntegrationsClient)
        self._run(self.client.__exit__ if sync else self.client.__aexit__, None, None, None)


async def _collect_async(pages: Any) -> list[Any]:
    return [item async for item in pages]


def _collect(pages: Any) -> Any:
    return list(pages) if hasattr(pages, "__iter__") else _collect_async(pages)


def _collect_twice(items: Any) -> Any:
    if not hasattr(items, "__iter__"):
        return _collect_twice_async(items)
    begun = iter(items)
    return [next(begun), *begun]


async def _collect_twice_async(items: Any) -> list[Any]:
    begun = aiter(items)
    return [await anext(begun), *[item async for item in begun]]


def _call(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer(api_key=KEY) as running:
        yield running


@pytest.fixture(params=["sync", "asyncio", "trio"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes clients, of the stand-in if they have no transport of their own, and closes them."""
    with ExitStack() as stack:
        if request.param == "sync":
            kind: Any = IntegrationsClient
            run: Callable[..., Any] = _call
        else:
            kind = AsyncIntegrationsClient
            run = stack.enter_context(
                anyio.from_thread.start_blocking_portal(request.param)
            ).call  # awaits what is awaitable

        def make(**options: Any) -> Client:
            if "base_url" not in options:
                own = isinstance(options.get("transport"), httpx.MockTransport)
                options["base_url"] = "https://h" if own else request.getfixturevalue("server").base_url
            options = {"api_key": KEY, **options}
            client = Client(kind(**options), run)
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture
def client(connect: Connect) -> Client:
    return connect()
