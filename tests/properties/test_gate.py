"""The rate gate, alone and beside others: a clock that is an argument, servers that count as real ones do, and no waiting."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from random import Random
from statistics import mean

import pytest
from attrs import define
from hypothesis import given, settings, strategies as st

from arize_integrations._call.gate import Pace, RateGate
from arize_integrations._call.retry import RetryPolicy
from scripts.bench.limits import Concurrency, FixedWindow, Outage, Server, Silent, SlidingWindow, TokenBucket, Unlimited
from scripts.bench.simulator import Log, World, loop, sdk

QUIET = 301.0
"""Seconds after which a client that met no 429 may be as fast as it likes again."""

PATIENT = RetryPolicy(max_retries=50, max_wait=1000.0, max_elapsed=10_000.0)

SERVERS: dict[str, tuple[Callable[[], Server], float]] = {
    "token bucket": (lambda: TokenBucket(rate=10, burst=20), 10.0),
    "slow token bucket": (lambda: TokenBucket(rate=2, burst=5), 2.0),
    "fixed window": (lambda: FixedWindow(limit=50, period=5), 10.0),
    "fixed minute": (lambda: FixedWindow(limit=120, period=60), 2.0),
    "sliding window": (lambda: SlidingWindow(limit=20, period=2), 10.0),
    "sliding minute": (lambda: SlidingWindow(limit=120, period=60), 2.0),
}

SHARED: dict[str, tuple[Callable[[], Server], float]] = {
    "token bucket": (lambda: TokenBucket(rate=25, burst=25), 25.0),
    "sliding window": (lambda: SlidingWindow(limit=25, period=1), 25.0),
    "fixed window": (lambda: FixedWindow(limit=50, period=2), 25.0),
    "silent 429": (lambda: Silent(FixedWindow(limit=30, period=1)), 30.0),
}

LOW: dict[str, Callable[[int], Server]] = {
    "sliding window": lambda limit: SlidingWindow(limit, 1.0),
    "fixed window": lambda limit: FixedWindow(limit, 1.0),
    "silent 429": lambda limit: Silent(FixedWindow(limit, 1.0)),
}


def never_early(log: Log) -> bool:
    return all(not any(arrived < sent < until for sent in log.sent) for arrived, until in log.refused)


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("crowd", [2, 16, 64])
def test_a_storm_is_weathered(name: str, crowd: int) -> None:
    """Every call gets its answer, none is sent before its time, and few are refused once the pace is known."""
    make_server, rate = SERVERS[name]
    world, log = World(make_server(), latency=(0.05, 0.05)), Log()
    world.start(crowd, sdk(world, RateGate(), log, PATIENT), 400)
    world.run()
    assert len(log.finished) == 400
    assert never_early(log)
    later = len(log.refused) - crowd  # the first refusals find everybody on the way
    assert later <= 0.25 * len(log.finished)
    assert log.ended <= 1.5 * 400 / rate + 60


@settings(max_examples=25)
@given(
    st.sampled_from(sorted(SERVERS)),
    st.integers(1, 24),
    st.integers(1, 100),
    st.floats(0.001, 3.0),
    st.sets(st.integers(0, 200), max_size=20),
)
def test_calls_that_give_up_leave_the_gate_sound(
    name: str, crowd: int, calls: int, latency: float, give_up: set[int]
) -> None:
    gate, log = RateGate(), Log()
    world = World(SERVERS[name][0](), latency=(latency, latency), give_up=give_up)
    world.start(crowd, sdk(world, gate, log, PATIENT), calls)
    world.run()
    assert len(log.finished) <= calls
    assert len(log.finished) >= calls - len(give_up) or len(give_up) >= crowd
    assert never_early(log)
    # Nobody is inside any more: who comes next, long after, finds the gate open.
    assert gate.enter(world.now + QUIET + 60) is None


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
    now, served = 2.0, []
    while looks:
        now, _, index = heapq.heappop(looks)
        wait = gate.delay(tickets[index] or 0, now)
        if wait == 0:
            served.append(index)
            gate.exit(tickets[index], now, accepted=True)
        else:
            assert 0 < wait < math.inf
            heapq.heappush(looks, (now + wait, chance.random(), index))
    assert not served or now >= 1.0 + asked
    # Two whose turns are at the same moment may change places.
    assert all(index <= place + 1 for place, index in enumerate(sorted(range(len(served)), key=served.__getitem__)))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=10))
def test_of_several_refusals_the_longest_counts(waits: list[float]) -> None:
    gate = RateGate()
    gate.enter(0.0)
    for wait in waits:
        gate.throttled(0.0, 1.0, wait)
    assert gate.closed_for(1.0) == pytest.approx(max(waits))
    assert gate.closed_by == 429
    gate.hold(1.0, 200.0, 503)
    assert gate.closed_for(1.0) == pytest.approx(200.0)
    assert gate.closed_for(500.0) == 0
    assert gate.closed_by == 503
    gate.throttled(0.0, 1.0, 1.0)
    assert gate.closed_by == 503


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


class TestVeryLongWaits:
    """What a server asks for in error must not close a client for a day, and what it means is honoured."""

    def gate(self, wait: float, status: int = 503) -> tuple[RateGate, int, int]:
        gate = RateGate()
        gate.enter(0.0)
        gate.hold(0.0, wait, status)
        first, second = gate.enter(0.0), gate.enter(0.0)
        assert first is not None
        assert second is not None
        return gate, first, second

    @given(st.floats(1.0, 3600.0), st.floats(0.0, 0.999))
    def test_up_to_an_hour_is_honoured_to_the_end(self, wait: float, part: float) -> None:
        gate, first, _ = self.gate(wait)
        assert gate.delay(first, wait * part) == pytest.approx(wait * (1 - part))
        assert gate.delay(first, wait) == 0

    @given(st.floats(3601.0, 1e9))
    def test_longer_ones_are_checked_by_one_call_every_few_minutes(self, wait: float) -> None:
        gate, first, second = self.gate(wait)
        assert gate.delay(first, 299.0) == pytest.approx(wait - 299.0)
        assert gate.delay(first, 300.0) == 0
        assert gate.delay(second, 301.0) == pytest.approx(wait - 301.0)
        gate.exit(first, 302.0, accepted=False)
        assert gate.delay(second, 599.0) == pytest.approx(wait - 599.0)
        assert gate.delay(second, 600.0) == 0

    def test_an_accepted_check_opens_the_gate(self) -> None:
        gate, first, _ = self.gate(86_400.0)
        assert gate.delay(first, 400.0) == 0
        gate.exit(first, 401.0, accepted=True)
        assert gate.closed_for(401.0) == 0

    @pytest.mark.parametrize("wait", [5.0, 86_400.0])
    def test_what_a_check_is_answered_replaces_what_was_said_before(self, wait: float) -> None:
        gate, first, second = self.gate(1e9)
        assert gate.delay(first, 400.0) == 0
        gate.throttled(400.0, 401.0, wait)
        gate.exit(first, 401.0, accepted=False)
        assert gate.closed_for(401.0) == pytest.approx(wait)
        assert gate.closed_by == 429
        assert gate.delay(second, 402.0) == pytest.approx(wait - 1.0)

    def test_an_answer_that_closes_the_gate_again_does_not_open_it(self) -> None:
        gate, first, _ = self.gate(1e9)
        assert gate.delay(first, 400.0) == 0
        gate.hold(401.0, 7200.0, 503)
        gate.exit(first, 401.0, accepted=True)
        assert gate.closed_for(401.0) == pytest.approx(7200.0)


@define
class TakenByOthers(Unlimited):
    """A server whose limit another client has used up until a moment, and which then accepts whatever comes."""

    until: float

    def arrive(self, now: float) -> float | None:
        return math.ceil(self.until - now) if now < self.until else None


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize(("until", "crowd"), [(2.0, 64), (10.0, 20), (30.0, 10), (60.0, 64)])
def test_a_limit_that_others_used_up_slows_nobody_down_for_long(until: float, crowd: int, before: int) -> None:
    """The first refusal says nothing about the pace that the server accepts, and neither do two answers before it."""
    gate, log, server = RateGate(), Log(), TakenByOthers(-1.0)
    world = World(server, latency=(0.05, 0.05))
    world.start(1, sdk(world, gate, log), before)
    world.run()
    server.until = until
    world.start(crowd, sdk(world, gate, log), crowd, at=1.0)
    world.run()
    assert len(log.finished) == crowd + before
    assert log.ended <= 1.1 * until + 6


def test_an_answer_of_long_ago_is_no_pace() -> None:
    """One call an hour is what a program asked for, not what the server allows."""
    gate, log, server = RateGate(), Log(), TakenByOthers(-1.0)
    world = World(server, latency=(0.05, 0.05))
    world.start(1, sdk(world, gate, log), 1)
    world.run()
    server.until = 3610.0
    world.start(20, sdk(world, gate, log), 20, at=3600.0)
    world.run()
    assert log.ended <= 3610 + 6


def test_an_old_refusal_is_forgotten() -> None:
    gate, log = RateGate(), Log()
    world = World(TokenBucket(rate=5, burst=5))
    world.start(10, sdk(world, gate, log), 50)
    world.run()
    assert log.refused
    assert gate.is_throttled(world.now)
    assert not gate.is_throttled(world.now + QUIET)
    assert gate.enter(world.now + QUIET) is None


def test_a_pace_rises_again_if_the_server_allows_more() -> None:
    """A limit met once, in another's storm perhaps, does not slow a client down for long."""
    gate, log = RateGate(), Log()
    world = World(TokenBucket(rate=5, burst=5))
    world.start(10, sdk(world, gate, log), 100)
    world.run()
    world.server, relieved = Unlimited(), world.now
    world.start(10, sdk(world, gate, log), None, at=relieved)
    world.run(relieved + 40)
    assert log.rate(relieved + 20, relieved + 21) > 2 * 5
    assert log.rate(relieved + 35, relieved + 36) > 20 * 5


@given(st.floats(0.1, 1e4), st.floats(0.0, 1.0), st.floats(1.0, 1e3), st.floats(0.0, 250.0), st.booleans())
def test_a_pace_never_falls_while_all_is_quiet(
    level: float, part: float, more: float, after: float, rests: bool
) -> None:
    pace = Pace(max(level * part, 0.01), max(level, 0.01), level * more, rests)
    assert 0 < pace.at(after) <= pace.at(after + 0.1) * 1.000001


class TestStorms:
    """What a client that is alone with a limit is promised."""

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize(
        ("threads", "calls", "rate", "requests", "seconds"), [(20, 100, 10, 119, 10.8), (64, 400, 50, 460, 9.0)]
    )
    def test_figures(self, threads: int, calls: int, rate: int, requests: int, seconds: float, seed: int) -> None:
        log = Log()
        world = World(FixedWindow(rate, 1.0), seed)
        world.start(threads, sdk(world, RateGate(), log), calls)
        world.run()
        assert len(log.finished) == calls
        assert len(log.sent) <= requests
        assert log.ended <= seconds

    @pytest.mark.parametrize("name", ["sliding window", "fixed window", "silent 429", "token bucket"])
    def test_three_minutes_at_the_limit(self, name: str) -> None:
        make_server, rate = SHARED[name]
        log = Log()
        world = World(make_server(), latency=(0.05, 0.15))
        world.start(32, sdk(world, RateGate(), log), None)
        world.run(180)
        assert not log.lost
        assert log.requests_per_success <= 1.05
        assert log.rate(0, 180) >= 0.75 * rate

    @pytest.mark.parametrize("name", LOW)
    @pytest.mark.parametrize(("threads", "rate"), [(64, 10), (32, 3), (32, 1)])
    def test_many_threads_soon_find_out_that_a_low_limit_is_theirs_alone(
        self, name: str, threads: int, rate: int
    ) -> None:
        """Few of them are served at first, as if others had the rest."""
        used, further = [], []
        for seed in range(4):
            world, log = World(LOW[name](rate), seed, latency=(0.05, 0.15)), Log()
            world.start(threads, sdk(world, RateGate(), log), None)
            world.run(60)
            used.append(log.rate(0, 60) / rate)
            further.append((len(log.sent) - threads) / len(log.finished))
        assert mean(used) >= 0.78
        assert max(further) <= 1.3  # after the first burst


class TestNeighbours:
    """Real accounts are shared: CI jobs, notebooks and services use one key."""

    @pytest.mark.parametrize("name", SHARED)
    @pytest.mark.parametrize("clients", [2, 4, 8])
    def test_nobody_starves_and_the_limit_is_used(self, name: str, clients: int) -> None:
        make_server, rate = SHARED[name]
        world, logs = World(make_server(), clients), [Log() for _ in range(clients)]
        for index, log in enumerate(logs):
            world.start(16, sdk(world, RateGate(), log), None, at=0.05 * index)
        world.run(90)
        rates = [log.rate(15, 90) for log in logs]
        assert 0.6 * rate <= sum(rates) <= 1.3 * rate
        assert min(rates) >= 0.4 * sum(rates) / clients
        assert sum(len(log.sent) for log in logs) <= 1.3 * sum(len(log.finished) for log in logs)

    @pytest.mark.parametrize("clients", [1, 2, 4])
    @pytest.mark.parametrize("wait", [0.0, 1.0])
    def test_so_it_is_if_the_limit_is_of_requests_at_a_time(self, clients: int, wait: float) -> None:
        """Eight, each carried out in a tenth of a second: eighty a second."""
        world, logs = World(Concurrency(8, wait), clients, latency=(0.2, 0.2)), [Log() for _ in range(clients)]
        for index, log in enumerate(logs):
            world.start(16, sdk(world, RateGate(), log), None, at=0.05 * index)
        world.run(90)
        rates = [log.rate(15, 90) for log in logs]
        assert 0.4 * 80 <= sum(rates) <= 80
        assert min(rates) >= 0.4 * sum(rates) / clients

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("name", ["token bucket", "sliding window", "silent 429"])
    def test_two_clients_with_as_much_to_do_end_at_about_the_same_time(self, name: str, seed: int) -> None:
        make_server, rate = SHARED[name]
        world, logs = World(make_server(), seed), [Log(), Log()]
        for log, at in zip(logs, (0.0, 0.03), strict=True):
            world.start(32, sdk(world, RateGate(), log), 300, at)
        world.run()
        fast, slow = sorted(log.ended for log in logs)
        assert slow <= 1.6 * fast
        assert slow <= 1.6 * (600 - rate) / rate
        assert [len(log.finished) for log in logs] == [300, 300]
        assert sum(len(log.sent) for log in logs) <= 1.3 * 600

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("name", ["token bucket", "sliding window", "silent 429"])
    def test_beside_a_retry_loop_every_call_succeeds(self, name: str, seed: int) -> None:
        make_server, rate = SHARED[name]
        world, ours, theirs = World(make_server(), seed), Log(), Log()
        world.start(32, sdk(world, RateGate(), ours), 300)
        world.start(32, loop(world, theirs), 300)
        world.run()
        assert (len(ours.finished), len(theirs.finished)) == (300, 300)
        assert max(ours.ended, theirs.ended) <= 1.8 * (600 - rate) / rate
        assert len(ours.sent) <= 1.3 * 300

    @pytest.mark.parametrize("name", ["token bucket", "sliding window", "silent 429"])
    def test_who_comes_later_gets_a_share(self, name: str) -> None:
        """Few of its threads are served at first, because another has the rest."""
        make_server, rate = SHARED[name]
        shares = []
        for seed in range(8):
            world, first, later = World(make_server(), seed), Log(), Log()
            world.start(32, sdk(world, RateGate(), first), None)
            world.start(32, sdk(world, RateGate(), later), None, at=20)
            world.run(50)
            shares.append(later.rate(20, 50) / (rate / 2))
        assert mean(shares) >= 0.4

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("name", ["token bucket", "sliding window", "fixed window", "silent 429"])
    def test_when_others_leave_the_rest_is_soon_used(self, name: str, seed: int) -> None:
        make_server, rate = SHARED[name]
        world, ours, theirs = World(make_server(), seed), Log(), Log()
        world.start(32, sdk(world, RateGate(), ours), None)
        world.start(32, sdk(world, RateGate(), theirs), int(15 * rate))
        world.run(150)
        assert ours.rate(theirs.ended + 12, theirs.ended + 32) >= 0.6 * rate

    @pytest.mark.parametrize("wait", [0.0, 1.0])
    @pytest.mark.parametrize("seed", range(3))
    def test_after_a_minute_of_refusals_the_pace_returns_within_ten_seconds(self, wait: float, seed: int) -> None:
        log = Log()
        world = World(Outage(Unlimited(), 10.0, 70.0, wait), seed, latency=(0.05, 0.15))
        world.start(32, sdk(world, RateGate(), log), None)
        world.run(95)
        before = log.rate(2, 10)
        assert all(log.rate(second, second + 1) >= 0.8 * before for second in range(80, 95))
        assert len([then for then in log.sent if 10.5 <= then < 70]) <= 60 * 3  # a trickle, as long as it lasts
