"""Servers with a limit, as gateways have them: each decides about one request at a time, and is given the time."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Protocol

from attrs import define, field

SILENT = 0.0
"""A refusal that does not say how long to wait."""


class Server(Protocol):
    """A server with a limit."""

    def arrive(self, now: float) -> float | None:
        """None if the request is accepted, else the seconds it is asked to wait."""
        ...

    def leave(self, now: float) -> None:
        """A request that was accepted is answered."""
        ...


class _Counting:
    """A server to which it does not matter how many requests are under way."""

    def leave(self, now: float) -> None:
        pass


@define
class Unlimited(_Counting):
    def arrive(self, now: float) -> float | None:
        return None


@define
class TokenBucket(_Counting):
    """So many a second, and as many at once as were saved up."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    then: float = 0.0

    def __attrs_post_init__(self) -> None:
        self.tokens = self.burst

    def arrive(self, now: float) -> float | None:
        self.tokens = min(self.burst, self.tokens + (now - self.then) * self.rate)
        self.then = now
        if self.tokens >= 1:
            self.tokens -= 1
            return None
        return float(math.ceil((1 - self.tokens) / self.rate))


@define
class FixedWindow(_Counting):
    """So many in each period; a period begins with the first request after the one before."""

    limit: int
    period: float
    began: float = -math.inf
    counted: int = 0

    def arrive(self, now: float) -> float | None:
        if now - self.began >= self.period:
            self.began, self.counted = now, 0
        self.counted += 1
        return None if self.counted <= self.limit else float(math.ceil(self.began + self.period - now))


@define
class SlidingWindow(_Counting):
    """So many in any period."""

    limit: int
    period: float
    accepted: deque[float] = field(factory=deque)

    def arrive(self, now: float) -> float | None:
        while self.accepted and self.accepted[0] <= now - self.period:
            self.accepted.popleft()
        if len(self.accepted) < self.limit:
            self.accepted.append(now)
            return None
        return float(max(math.ceil(self.accepted[0] + self.period - now), 1))


@define
class Concurrency:
    """So many under way at a time."""

    limit: int
    wait: float = SILENT
    under_way: int = 0

    def arrive(self, now: float) -> float | None:
        if self.under_way >= self.limit:
            return self.wait
        self.under_way += 1
        return None

    def leave(self, now: float) -> None:
        self.under_way -= 1


@define
class Silent:
    """A server that refuses without saying for how long."""

    server: Server

    def arrive(self, now: float) -> float | None:
        return None if self.server.arrive(now) is None else SILENT

    def leave(self, now: float) -> None:
        self.server.leave(now)


@define
class Outage:
    """A server that refuses everything for a while."""

    server: Server
    begins: float
    ends: float
    wait: float = SILENT

    def arrive(self, now: float) -> float | None:
        return self.wait if self.begins <= now < self.ends else self.server.arrive(now)

    def leave(self, now: float) -> None:
        self.server.leave(now)


def parse(text: str) -> Server:
    """The server that is meant: nothing, `bucket 25`, `sliding 25`, `fixed 25`, `silent 30` (so many a second), or `outage 1`.

    An outage begins in ten seconds and lasts for a minute; the number is how long it asks to wait.
    """
    match text.split():
        case []:
            return Unlimited()
        case ["bucket", rate]:
            return TokenBucket(float(rate), float(rate), then=time.monotonic())
        case ["sliding", limit]:
            return SlidingWindow(int(limit), 1.0)
        case ["fixed", limit]:
            return FixedWindow(int(limit), 1.0)
        case ["silent", limit]:
            return Silent(FixedWindow(int(limit), 1.0))
        case ["outage", wait]:
            begins = time.monotonic() + 10.0
            return Outage(Unlimited(), begins, begins + 60.0, float(wait))
    raise ValueError(f"no such limit: {text}")
