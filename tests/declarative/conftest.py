"""One body of each test, run by the sync client and by the async one under asyncio and trio, against an account in memory."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio.from_thread
import httpx
import pytest

from arize_integrations import AsyncIntegrationsClient, IntegrationsClient, RetryPolicy

if TYPE_CHECKING:  # with a document that creates nothing, the modules that need an account are skipped
    from tests.declarative.account import Account

KEY = "a-key-of-tests"
Call: TypeAlias = Callable[..., Any]
"""Calls a method of a client by its name, and awaits what is to be awaited."""


class Wire(httpx.MockTransport):
    """Sends to an account. `before` and `after` see each request, and may raise as a connection would."""

    def __init__(self, account: Account) -> None:
        super().__init__(self._answer)
        self.account = account
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.after: Callable[[httpx.Request], object] = lambda request: None

    def _answer(self, request: httpx.Request) -> httpx.Response:
        early = self.before(request)
        if early is not None:
            return early
        status, answer = self.account.handle(
            request.method, request.url.path, request.url.query.decode(), request.content
        )
        self.after(request)
        return httpx.Response(status) if answer is None else httpx.Response(status, json=answer)


def creations(*outcomes: Callable[[httpx.Request], httpx.Response | None]) -> Callable[[httpx.Request], Any]:
    """What happens to the first creations; those after them go through."""
    left = list(outcomes)
    return lambda request: left.pop(0)(request) if left and request.method == "POST" else None


def answered(status: int) -> Callable[[httpx.Request], httpx.Response | None]:
    return lambda request: httpx.Response(status)


@pytest.fixture
def account() -> Account:
    from tests.declarative.account import Account

    return Account()


@pytest.fixture
def wire(account: Account) -> Wire:
    return Wire(account)


def sync_client(wire: Wire) -> IntegrationsClient:
    return IntegrationsClient(KEY, base_url="https://a", transport=wire, retry=RetryPolicy(initial_backoff=0.001))


@pytest.fixture(params=["sync", "asyncio", "trio"])
def call(request: pytest.FixtureRequest, wire: Wire) -> Iterator[Call]:
    with ExitStack() as stack:
        if request.param == "sync":
            client = stack.enter_context(sync_client(wire))
            yield lambda method, *args, **options: getattr(client, method)(*args, **options)
        else:
            run = stack.enter_context(anyio.from_thread.start_blocking_portal(request.param)).call
            retry = RetryPolicy(initial_backoff=0.001)
            twin = AsyncIntegrationsClient(KEY, base_url="https://a", transport=wire, retry=retry)
            stack.callback(run, twin.aclose)
            yield lambda method, *args, **options: run(functools.partial(getattr(twin, method), *args, **options))
