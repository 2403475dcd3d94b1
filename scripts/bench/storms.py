"""A server that allows so many requests a second, and more callers than that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from arize_integrations import ArizeError, AsyncIntegrationsClient, IntegrationsClient
from scripts.bench.processes import count, server
from scripts.bench.worker import ID


class Storm(NamedTuple):
    """What a storm came to; the floor is one request a call, and the time the server's rate leaves."""

    callers: int
    calls: int
    rate: int
    succeeded: int
    requests: int
    seconds: float

    def __str__(self) -> str:
        total = self.callers * self.calls
        return (
            f"{self.succeeded} of {total} succeeded with {self.requests} requests in {self.seconds:.1f} s"
            f"   (floor: {total} requests, {(total - self.rate) / self.rate:.1f} s)"
        )


def storm(make_calls: Callable[[str, int, int], int], callers: int, calls: int, rate: int) -> Storm:
    """Let that many callers make that many calls each; `make_calls` says how many succeeded."""
    with server("fixed", str(rate)) as base:
        began = time.monotonic()
        succeeded = make_calls(base, callers, calls)
        return Storm(callers, calls, rate, succeeded, count(base), time.monotonic() - began)


def threads(base: str, callers: int, calls: int) -> int:
    """Threads share one client."""
    with IntegrationsClient("benchmark-key", base_url=base) as client, ThreadPoolExecutor(callers) as pool:

        def caller(_number: int) -> int:
            return sum(_answered(client) for _ in range(calls))

        return sum(pool.map(caller, range(callers)))


def _answered(client: IntegrationsClient) -> bool:
    try:
        client.get(ID)
    except ArizeError:
        return False
    return True


def tasks(base: str, callers: int, calls: int) -> int:
    """Tasks share one client."""

    async def caller(client: AsyncIntegrationsClient) -> int:
        outcomes = [await asyncio.gather(client.get(ID), return_exceptions=True) for _ in range(calls)]
        return sum(not isinstance(outcome, ArizeError) for (outcome,) in outcomes)

    async def together() -> int:
        async with AsyncIntegrationsClient("benchmark-key", base_url=base) as client:
            return sum(await asyncio.gather(*(caller(client) for _ in range(callers))))

    return asyncio.run(together())
