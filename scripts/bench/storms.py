"""A server that allows so many requests a second, and more callers than that."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.request import urlopen

from arize_integrations import ArizeError, AsyncIntegrationsClient, IntegrationsClient
from scripts.bench.worker import ID


class Storm(NamedTuple):
    """What a storm came to; the floor is one request a call, and the time the server's rate leaves."""

    callers: int
    calls: int
    rate: int
    succeeded: int
    requests: int
    seconds: float

    @property
    def total(self) -> int:
        """All calls."""
        return self.callers * self.calls

    @property
    def floor(self) -> float:
        """Seconds: the first period's calls go at once."""
        return (self.total - self.rate) / self.rate

    def __str__(self) -> str:
        return (
            f"{self.succeeded} of {self.total} succeeded with {self.requests} requests in {self.seconds:.1f} s"
            f"   (floor: {self.total} requests, {self.floor:.1f} s)"
        )


def threads(base: str, callers: int, calls: int, rate: int) -> Storm:
    """That many threads share one client."""
    with IntegrationsClient("benchmark-key", base_url=f"{base}/rate/{rate}") as client:

        def caller(_number: int) -> int:
            return sum(_answered(client) for _ in range(calls))

        began = time.monotonic()
        with ThreadPoolExecutor(callers) as pool:
            succeeded = sum(pool.map(caller, range(callers)))
        return Storm(callers, calls, rate, succeeded, _requests(base), time.monotonic() - began)


def _answered(client: IntegrationsClient) -> bool:
    try:
        client.get(ID)
    except ArizeError:
        return False
    return True


def tasks(base: str, callers: int, calls: int, rate: int) -> Storm:
    """That many tasks share one client."""

    async def caller(client: AsyncIntegrationsClient) -> int:
        outcomes = [await asyncio.gather(client.get(ID), return_exceptions=True) for _ in range(calls)]
        return sum(not isinstance(outcome, ArizeError) for (outcome,) in outcomes)

    async def storm() -> int:
        async with AsyncIntegrationsClient("benchmark-key", base_url=f"{base}/rate/{rate}") as client:
            return sum(await asyncio.gather(*(caller(client) for _ in range(callers))))

    began = time.monotonic()
    succeeded = asyncio.run(storm())
    return Storm(callers, calls, rate, succeeded, _requests(base), time.monotonic() - began)


def _requests(base: str) -> int:
    with urlopen(f"{base}/count") as answer:
        counted: dict[str, Any] = json.load(answer)
    return int(counted["requests"])
