"""Why the constants of the rate gate are what they are: `python -m scripts.bench.constants`, about two minutes.

Each is shown with the figure that decides about it, in the simulator, and with what smaller and larger values would do.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import NamedTuple

from arize_integrations._call import gate as module
from arize_integrations._call.gate import RateGate
from scripts.bench.limits import FixedWindow, Outage, Server, Silent, SlidingWindow, TokenBucket, Unlimited
from scripts.bench.simulator import Log, World, loop, sdk

SEEDS = range(8)
STARTS = (0.0, 0.03, 0.1)
"""Seconds by which the second client begins later."""


def pair(server: Callable[[], Server], rate: float) -> float:
    """The slower of two clients with 300 calls each, in floors: nine in ten runs are no worse."""
    slowest = []
    for seed in SEEDS:
        for start in STARTS:
            world, logs = World(server(), seed), [Log(), Log()]
            for log, at in zip(logs, (0.0, start), strict=True):
                world.start(32, sdk(world, RateGate(), log), 300, at)
            world.run()
            slowest.append(max(log.ended for log in logs) / ((600 - rate) / rate))
    return statistics.quantiles(slowest, n=10)[-1]


def apart(server: Callable[[], Server]) -> float:
    """How much later the slower of two clients ends than the faster: nine in ten runs are no worse."""
    ratios = []
    for seed in SEEDS:
        for start in STARTS:
            world, logs = World(server(), seed), [Log(), Log()]
            for log, at in zip(logs, (0.0, start), strict=True):
                world.start(32, sdk(world, RateGate(), log), 300, at)
            world.run()
            fast, slow = sorted(log.ended for log in logs)
            ratios.append(slow / fast)
    return statistics.quantiles(ratios, n=10)[-1]


def storm() -> float:
    """Seconds that 20 threads with 5 calls each take at 10 a second."""
    ends = []
    for seed in SEEDS:
        world, log = World(FixedWindow(10, 1.0), seed), Log()
        world.start(20, sdk(world, RateGate(), log), 100)
        world.run()
        ends.append(log.ended)
    return max(ends)


def alone(threads: int = 32, seconds: float = 180.0) -> float:
    """What a client alone on 10 a second uses of it."""
    rates = []
    for seed in SEEDS:
        world, log = World(SlidingWindow(10, 1.0), seed, latency=(0.05, 0.15)), Log()
        world.start(threads, sdk(world, RateGate(), log), None)
        world.run(seconds)
        rates.append(log.rate(0, seconds) / 10)
    return statistics.median(rates)


def trickle() -> float:
    """Requests a second into a minute of refusals, each answered in a tenth of a second."""
    world, log = World(Outage(Unlimited(), 10.0, 70.0, 1.0), latency=(0.05, 0.15)), Log()
    world.start(32, sdk(world, RateGate(), log), None)
    world.run(70)
    return sum(then >= 10.5 for then in log.sent) / 59.5


def fast_alone() -> float:
    """What a client alone on 100 a second uses of it in a minute, if sleepers wake up late."""
    world, log = World(FixedWindow(100, 1.0), jitter=0.015), Log()
    world.start(32, sdk(world, RateGate(), log), None)
    world.run(60)
    return log.rate(0, 60) / 100


def next_to_a_loop() -> float:
    """The end next to a retry loop on a silent limit, in floors: nine in ten runs are no worse."""
    ends = []
    for seed in SEEDS:
        world, ours, theirs = World(Silent(FixedWindow(30, 1.0)), seed), Log(), Log()
        world.start(32, sdk(world, RateGate(), ours), 300)
        world.start(32, loop(world, theirs), 300)
        world.run()
        ends.append(max(ours.ended, theirs.ended) / 19)
    return statistics.quantiles(ends, n=10)[-1]


class Row(NamedTuple):
    """A constant, and the figures that decide about it."""

    name: str
    others: tuple[float, ...]
    figures: dict[str, Callable[[], float]]


def sliding() -> Server:
    return SlidingWindow(25, 1.0)


def bucket() -> Server:
    return TokenBucket(25, 25)


TABLE = (
    Row(
        "_PERIOD", (0.3, 3.0), {"two on a silent limit, floors": lambda: pair(lambda: Silent(FixedWindow(30, 1.0)), 30)}
    ),
    Row("_NEARLY", (0.9, 0.99), {"storm, seconds": storm, "alone, of the limit": alone}),
    Row("_RESTART", (0.6, 1.0), {"two on a sliding window, floors": lambda: pair(sliding, 25)}),
    Row("_DROP", (0.3, 1.0), {"two on a sliding window, floors": lambda: pair(sliding, 25)}),
    Row("_RISE", (3.0, 11.0), {"storm, seconds": storm, "two on a sliding window, floors": lambda: pair(sliding, 25)}),
    Row(
        "_SHARE",
        (0.05, 0.6),
        {
            "two on a bucket, slower to faster": lambda: apart(bucket),
            "storm, seconds": storm,
            "64 alone, of the limit": lambda: alone(64, 60.0),
        },
    ),
    Row("_FEW", (0.5, 30.0), {"requests a second in an outage": trickle, "next to a loop, floors": next_to_a_loop}),
    Row(
        "_LATE",
        (0.0, 0.2),
        {"alone on 100 a second": fast_alone, "two on a sliding window, floors": lambda: pair(sliding, 25)},
    ),
)


def measured(name: str, value: float, figure: Callable[[], float]) -> float:
    """The figure with another value of a constant."""
    usual = getattr(module, name)
    setattr(module, name, value)
    try:
        return figure()
    finally:
        setattr(module, name, usual)


def main() -> None:
    """Print the table."""
    for name, others, figures in TABLE:
        values = sorted((*others, getattr(module, name)))
        for what, figure in figures.items():
            shown = "   ".join(
                f"{'*' if value == getattr(module, name) else ''}{value:g}: {measured(name, value, figure):.2f}"
                for value in values
            )
            print(f"  {name.removeprefix('_').lower():<9} {what:<34} {shown}", flush=True)


if __name__ == "__main__":
    main()
