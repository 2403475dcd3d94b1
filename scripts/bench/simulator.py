"""Several clients on one limit, in simulated time: thousands of seconds of a storm in one of ours.

A `World` has one server and a clock that jumps from event to event. Clients are generators: they yield how long they
wait, and are given the time. `sdk` makes calls as the SDK does, with the real gate and the real policy; `loop` is the retry
loop that programs have otherwise. Both write down in a `Log` what they sent and got.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Callable, Collection, Generator, Iterable
from typing import TypeAlias

from attrs import define, field

from arize_integrations import RetryPolicy
from arize_integrations._call.gate import RateGate
from scripts.bench.limits import Server

Client: TypeAlias = Generator[float, float, None]


@define
class Log:
    """What one client, with all its threads, has sent and got: times in seconds."""

    sent: list[float] = field(factory=list)
    finished: list[float] = field(factory=list)
    lost: list[float] = field(factory=list)
    refused: list[tuple[float, float]] = field(factory=list)
    """When a refusal arrived, and until when it asks to wait."""

    @property
    def ended(self) -> float:
        return max(self.finished + self.lost, default=0.0)

    @property
    def requests_per_success(self) -> float:
        return len(self.sent) / max(len(self.finished), 1)

    def rate(self, begins: float, ends: float) -> float:
        """Calls finished a second, between two times."""
        return sum(begins <= then < ends for then in self.finished) / (ends - begins)


class World:
    """A server and those who call it.

    Args:
        server: whom everybody calls.
        seed: for all chance in this world.
        latency: seconds from a request to its answer, at least and at most.
        jitter: seconds by which a sleeper may wake up late.
        give_up: numbers of events, counted over all clients, at which the client whose turn it is cancels its call.
    """

    def __init__(
        self,
        server: Server,
        seed: int = 0,
        *,
        latency: tuple[float, float] = (0.001, 0.005),
        jitter: float = 0.002,
        give_up: Collection[int] = (),
    ) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.now = 0.0
        self._latency, self._jitter, self._give_up = latency, jitter, give_up
        self._order, self._events = itertools.count(), itertools.count()
        self._agenda: list[tuple[float, int, Client]] = []

    def start(
        self, threads: int, client: Callable[[Iterable[int]], Client], calls: int | None, at: float = 0.0
    ) -> None:
        """Let threads share so many calls, or go on for ever."""
        shared = iter(range(calls)) if calls is not None else itertools.count()
        for index in range(threads):
            heapq.heappush(self._agenda, (at + index * 0.0005, next(self._order), client(shared)))

    def run(self, until: float = math.inf) -> None:
        """Let time pass until nobody has anything left to do, or until a moment."""
        begun: set[Client] = set()
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, client = heapq.heappop(self._agenda)
            if client in begun and next(self._events) in self._give_up:
                client.close()
            try:
                wait = client.send(self.now) if client in begun else next(client)
            except StopIteration:
                continue
            begun.add(client)
            heapq.heappush(self._agenda, (self.now + wait, next(self._order), client))

    def sleep(self, seconds: float) -> Generator[float, float, float]:
        return (yield seconds + self.chance.uniform(0, self._jitter))

    def request(self, log: Log) -> Generator[float, float, float | None]:
        """Send one request. Returns what the server asked for, or None."""
        log.sent.append(self.now)
        there = yield self.chance.uniform(*self._latency) / 2
        asked = self.server.arrive(there)
        back = yield self.chance.uniform(*self._latency) / 2
        if asked is None:
            self.server.leave(back)
        return asked


def sdk(world: World, gate: RateGate, log: Log, policy: RetryPolicy | None = None) -> Callable[[Iterable[int]], Client]:
    """A thread that makes calls one after another through a gate, as the SDK does."""
    patience = policy or RetryPolicy()

    def client(calls: Iterable[int]) -> Client:
        for _ in calls:
            yield from _sdk_call(world, gate, log, patience)
            yield 0.0

    return client


def _sdk_call(world: World, gate: RateGate, log: Log, policy: RetryPolicy) -> Client:
    started, accepted = world.now, False
    ticket = gate.enter(started)
    try:
        for attempt in itertools.count(1):
            while ticket is not None and (wait := gate.delay(ticket, world.now)) > 0:
                if not policy.allows(wait, world.now - started):
                    log.lost.append(world.now)
                    return
                yield from world.sleep(wait)
            sent_at = world.now
            asked = yield from world.request(log)
            if asked is None:
                accepted = True
                log.finished.append(world.now)
                return
            wait = asked or policy.backoff(attempt, world.chance.random())
            log.refused.append((world.now, world.now + wait))
            gate.throttled(sent_at, world.now, wait)
            if attempt > policy.max_retries or not policy.allows(wait, world.now - started):
                log.lost.append(world.now)
                return
            if wait > gate.closed_for(world.now) + 1e-6:
                yield from world.sleep(wait)
            ticket = gate.queue(world.now)
    finally:
        gate.exit(ticket, world.now, accepted=accepted)


def loop(
    world: World, log: Log, tries: int = 21, first: float = 0.5, most: float = 8.0
) -> Callable[[Iterable[int]], Client]:
    """A thread with a plain retry loop: exponential backoff with full jitter, whatever the server asks."""

    def client(calls: Iterable[int]) -> Client:
        for _ in calls:
            for attempt in range(tries):
                if (yield from world.request(log)) is None:
                    log.finished.append(world.now)
                    break
                yield min(most, first * 2.0**attempt) * world.chance.random()
            else:
                log.lost.append(world.now)
            yield 0.0

    return client
