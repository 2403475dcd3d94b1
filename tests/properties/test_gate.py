"""The rate gate under simulated storms: a clock that is an argument, servers that count as real ones do, and no waiting."""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable, Collection, Generator
from random import Random
from typing import Protocol

import pytest
from attrs import define, field
from hypothesis import given, settings, strategies as st

from arize_integrations._call.gate import RateGate

QUIET = 301.0
"""Seconds after which a client that met no 429 may be as fast as it likes again."""


class Server(Protocol):
    """A server with a limit: None where it accepts what arrives at a time, else the seconds it asks to wait."""

    def arrive(self, now: float) -> float | None: ...


@define
class TokenBucket:
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
        return math.ceil((1 - self.tokens) / self.rate)


@define
class FixedWindow:
    limit: int
    period: float
    counted: int = 0
    window: int = -1

    def arrive(self, now: float) -> float | None:
        window = int(now // self.period)
        if window != self.window:
            self.window, self.counted = window, 0
        self.counted += 1
        return None if self.counted <= self.limit else math.ceil((window + 1) * self.period - now)


@define
class SlidingWindow:
    limit: int
    period: float
    accepted: deque[float] = field(factory=deque)

    def arrive(self, now: float) -> float | None:
        while self.accepted and self.accepted[0] <= now - self.period:
            self.accepted.popleft()
        if len(self.accepted) < self.limit:
            self.accepted.append(now)
            return None
        return math.ceil(self.accepted[0] + self.period - now)


@define
class Log:
    sent: list[float] = field(factory=list)
    finished: list[float] = field(factory=list)
    refused: list[tuple[float, float]] = field(factory=list)
    """When a refusal arrived, and until when it asks to wait."""


Caller = Generator[float, float, None]


def call(gate: RateGate, server: Server, log: Log, now: float, latency: float) -> Caller:
    """One call as the transport makes it; yields how long it waits, and is told the time."""
    ticket, accepted = gate.enter(now), False
    try:
        while True:
            while ticket is not None and (wait := gate.delay(ticket, now)) > 0:
                now = yield wait
            assert gate.closed_for(now) == 0, "sent while the gate is closed"
            log.sent.append(now)
            sent_at, asked = now, server.arrive(now + latency / 2)
            now = yield latency
            if asked is None:
                accepted = True
                log.finished.append(now)
                return
            log.refused.append((now, now + asked))
            gate.throttled(sent_at, now, asked)
            ticket = gate.queue(now) if gate.closed_for(now) else None
            if ticket is None:
                now = yield asked
    finally:
        gate.exit(ticket, now, accepted=accepted)


def run(
    callers: list[Callable[[float], Caller]], calls: int, *, start: float = 0.0, give_up: Collection[int] = ()
) -> float:
    """Let each caller make its calls one after another, on a simulated clock. Returns when the last one was done.

    `give_up` are the steps (of all callers, in order) at which the caller whose turn it is cancels its call.
    """
    order, steps = itertools.count(), itertools.count()
    agenda: list[tuple[float, int, Callable[[float], Caller], int, Caller | None]] = [
        (start + 0.001 * index, next(order), make, calls, None) for index, make in enumerate(callers)
    ]
    heapq.heapify(agenda)
    now = start
    while agenda:
        now, _, make, left, running = heapq.heappop(agenda)
        if running is not None and next(steps) in give_up:
            running.close()
            running = None
            left -= 1
        try:
            if running is None:
                if left == 0:
                    continue
                running = make(now)
                wait = next(running)
            else:
                wait = running.send(now)
        except StopIteration:
            running, left, wait = None, left - 1, 0.0
        heapq.heappush(agenda, (now + wait, next(order), make, left, running))
    return now


SERVERS: dict[str, tuple[Callable[[], Server], float]] = {
    "token bucket": (lambda: TokenBucket(rate=10, burst=20), 10.0),
    "slow token bucket": (lambda: TokenBucket(rate=1, burst=5), 1.0),
    "fixed window": (lambda: FixedWindow(limit=50, period=5), 10.0),
    "fixed minute": (lambda: FixedWindow(limit=120, period=60), 2.0),
    "sliding window": (lambda: SlidingWindow(limit=20, period=2), 10.0),
    "sliding minute": (lambda: SlidingWindow(limit=120, period=60), 2.0),
}


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("crowd", [2, 16, 64])
def test_a_storm_is_weathered(name: str, crowd: int) -> None:
    """Every call gets its answer, none is sent before its time, and few are refused once the pace is known."""
    make_server, rate = SERVERS[name]
    gate, server, log = RateGate(), make_server(), Log()
    calls = max(400 // crowd, 3)
    took = run([lambda now: call(gate, server, log, now, 0.05)] * crowd, calls)
    assert len(log.finished) == crowd * calls
    for arrived, until in log.refused:
        assert [sent for sent in log.sent if arrived < sent < until] == []
    later = len(log.refused) - crowd  # the first refusals find everybody on the way
    assert later <= max(0.1 * len(log.finished), 6)
    assert took <= 3 * len(log.finished) / rate + 130


@settings(max_examples=25)
@given(
    st.sampled_from(sorted(SERVERS)),
    st.integers(1, 24),
    st.integers(1, 8),
    st.floats(0.001, 3.0),
    st.sets(st.integers(0, 200), max_size=60),
)
def test_calls_that_give_up_leave_the_gate_sound(
    name: str, crowd: int, calls: int, latency: float, give_up: set[int]
) -> None:
    gate, server, log = RateGate(), SERVERS[name][0](), Log()
    ended = run([lambda now: call(gate, server, log, now, latency)] * crowd, calls, give_up=give_up)
    assert crowd * calls - len(give_up) <= len(log.finished) <= crowd * calls
    for arrived, until in log.refused:
        assert [sent for sent in log.sent if arrived < sent < until] == []
    # Nobody is inside any more: who comes next, long after, finds the gate open.
    assert gate.enter(ended + QUIET + 60) is None


@given(st.sampled_from(sorted(SERVERS)), st.floats(0.001, 2.0), st.integers(1, 40))
def test_who_is_alone_waits_as_long_as_asked_and_no_longer(name: str, latency: float, calls: int) -> None:
    gate, server, now = RateGate(), SERVERS[name][0](), 0.0
    for _ in range(calls):
        ticket = gate.enter(now)
        accepted = False
        while not accepted:
            if ticket is not None:
                asked = gate.closed_for(now)
                assert gate.delay(ticket, now) == asked
                now += asked
                assert asked == 0 or gate.delay(ticket, now) == 0
            sent_at, refused = now, server.arrive(now)
            now += latency
            if refused is None:
                accepted = True
            else:
                gate.throttled(sent_at, now, refused)
                assert gate.closed_for(now) == pytest.approx(refused)
                ticket = gate.queue(now)
        gate.exit(ticket, now, accepted=True)


@given(
    st.integers(2, 30), st.floats(1.5, 60), st.randoms(use_true_random=True), st.sets(st.integers(0, 29), max_size=10)
)
def test_who_came_first_goes_first(crowd: int, asked: float, chance: Random, gone: set[int]) -> None:
    """In whatever order the waiting look again, and whoever of them leaves; until the gate is open to all."""
    gate = RateGate()
    gate.enter(0.0)
    gate.throttled(0.0, 1.0, asked)
    tickets = [gate.enter(1.0 + index / 100) for index in range(crowd)]
    assert None not in tickets
    for index in sorted(gone & set(range(crowd))):
        gate.exit(tickets[index], 1.5, accepted=False)
    looks = [(2.0, chance.random(), index) for index in range(crowd) if index not in gone]
    heapq.heapify(looks)
    now, served, paced = 2.0, [], True
    while looks:
        now, _, index = heapq.heappop(looks)
        paced = paced and gate.is_throttled(now)
        wait = gate.delay(tickets[index] or 0, now)
        if wait == 0:
            if paced:
                served.append(index)
            gate.exit(tickets[index], now, accepted=True)
        else:
            assert 0 < wait < math.inf
            heapq.heappush(looks, (now + wait, chance.random(), index))
    assert not served or now >= 1.0 + asked
    assert served == sorted(served)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=10))
def test_of_several_refusals_the_longest_counts(waits: list[float]) -> None:
    gate = RateGate()
    gate.enter(0.0)
    for wait in waits:
        gate.throttled(0.0, 1.0, wait)
    assert gate.closed_for(1.0) == pytest.approx(max(waits))
    gate.hold(1.0, 200.0, 503)
    assert gate.closed_for(1.0) == pytest.approx(200.0)
    assert gate.closed_for(500.0) == 0


@given(st.floats(0.001, 100))
def test_a_hold_stops_everybody_and_teaches_no_pace(wait: float) -> None:
    gate = RateGate()
    gate.enter(0.0)
    gate.hold(1.0, wait, 503)
    assert gate.is_throttled(1.0)
    assert not gate.is_throttled(1.0 + wait)
    assert gate.enter(1.0 + wait) is None


def test_a_gate_that_was_never_closed_only_counts() -> None:
    gate = RateGate()
    assert [gate.enter(0.0) for _ in range(1000)] == [None] * 1000
    assert not gate.is_throttled(0.0)
    assert gate.queue(0.0) is None
    for _ in range(1000):
        gate.exit(None, 1.0, accepted=True)
    assert gate.closed_for(2.0) == 0


@define
class TakenByOthers:
    """A server whose limit another client has used up until a moment, and which then accepts whatever comes."""

    until: float

    def arrive(self, now: float) -> float | None:
        return math.ceil(self.until - now) if now < self.until else None


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize(("until", "crowd"), [(2.0, 64), (10.0, 20), (30.0, 10), (60.0, 64)])
def test_a_limit_that_others_used_up_slows_nobody_down_for_long(until: float, crowd: int, before: int) -> None:
    """The first refusal says nothing about the pace that the server accepts, and neither do two answers before it."""
    gate, log = RateGate(), Log()
    run([lambda now: call(gate, TakenByOthers(-1.0), log, now, 0.05)], before)
    ended = run([lambda now: call(gate, TakenByOthers(until), log, now, 0.05)] * crowd, 1, start=1.0)
    assert len(log.finished) == crowd + before
    assert ended <= 1.1 * until + 4


def test_an_answer_of_long_ago_is_no_pace() -> None:
    """One call an hour is what a program asked for, not what the server allows."""
    gate, log = RateGate(), Log()
    run([lambda now: call(gate, TakenByOthers(-1.0), log, now, 0.05)], 1)
    ended = run([lambda now: call(gate, TakenByOthers(3610.0), log, now, 0.05)] * 20, 1, start=3600.0)
    assert ended <= 3610 + 5


@given(st.sampled_from([1, 2, 3]), st.integers(2, 12))
def test_a_guess_that_rose_too_far_comes_down_again(limit: int, crowd: int) -> None:
    """A server that allows next to nothing refuses some while the pace is found, and few once it is."""
    gate, server, log = RateGate(), SlidingWindow(limit=limit, period=1), Log()
    run([lambda now: call(gate, server, log, now, 0.05)] * crowd, 10)
    assert len(log.finished) == crowd * 10
    assert len(log.refused) - crowd <= max(0.25 * len(log.finished), 6)


def test_an_old_refusal_is_forgotten() -> None:
    gate, log, server = RateGate(), Log(), TokenBucket(rate=5, burst=5)
    ended = run([lambda now: call(gate, server, log, now, 0.01)] * 10, 5)
    assert log.refused
    assert gate.is_throttled(ended)
    assert not gate.is_throttled(ended + QUIET)
    assert gate.enter(ended + QUIET) is None


def test_a_pace_rises_again_where_the_server_allows_more() -> None:
    """A limit met once, in another's storm perhaps, does not slow a client down for ever."""
    gate, log = RateGate(), Log()
    strict, generous = TokenBucket(rate=5, burst=5), TokenBucket(rate=1e9, burst=1e9)
    ended = run([lambda now: call(gate, strict, log, now, 0.01)] * 10, 10)
    run([lambda now: call(gate, generous, log, now, 0.01)] * 10, 300, start=ended)
    assert log.sent[-1] - log.sent[-101] < 100 / 5 / 2
