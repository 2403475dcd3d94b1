"""How clients share a limit, as real processes over sockets: `python -m scripts.bench.neighbours`, about a quarter of an hour.

Two clients of 32 threads have 300 calls each, on each kind of limit: two of ours, then one of ours next to a plain retry
loop. Then an outage of a minute, three minutes at the limit, and a minute of many threads on a low one. Every run has a server of its own. They want an idle machine:
threads that wake up late crowd those behind them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from random import random
from typing import NamedTuple

from attrs import define, field

from scripts.bench.processes import ROOT, count, server
from scripts.bench.worker import ID

LIMITS = {"token bucket": ("bucket", 25), "sliding window": ("sliding", 25), "silent 429": ("silent", 30)}
THREADS, CALLS, RUNS = 32, 300, 3


@define
class Tally:
    """What the threads of one process got, and when by the clock that all processes share."""

    finished: list[float] = field(factory=list)
    lost: int = 0


def calls(make: Callable[[], bool], threads: int, number: int, seconds: float) -> Tally:
    """Let so many threads make so many calls, or as many as they can until the seconds are over."""
    tally, left, lock = Tally(), iter(range(number)), threading.Lock()
    ends = time.monotonic() + seconds

    def work() -> None:
        while time.monotonic() < ends:
            with lock:
                if next(left, None) is None:
                    return
            succeeded = make()
            with lock:
                if succeeded:
                    tally.finished.append(time.monotonic())
                else:
                    tally.lost += 1

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return tally


def sdk(base: str) -> Callable[[], bool]:
    """One call of ours."""
    from arize_integrations import ArizeError, IntegrationsClient

    client = IntegrationsClient("benchmark-key", base_url=base)

    def make() -> bool:
        try:
            client.get(ID)
        except ArizeError:
            return False
        return True

    return make


def loop(base: str) -> Callable[[], bool]:
    """One call of a program with a plain retry loop: 20 retries, exponential backoff with full jitter."""
    import httpx

    client = httpx.Client()

    def make() -> bool:
        for attempt in range(21):
            if client.get(f"{base}/v2/integrations/{ID}").status_code == 200:
                return True
            time.sleep(min(8.0, 0.5 * 2.0**attempt) * random())
        return False

    return make


def work(kind: str, base: str, threads: int, number: int, seconds: float) -> None:
    """The work of one process; it begins when a line comes in."""
    make = {"sdk": sdk, "loop": loop}[kind](base)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    tally = calls(make, threads, number, seconds)
    print(json.dumps({"lost": tally.lost, "finished": [then - began for then in tally.finished]}), flush=True)


class Client(NamedTuple):
    """What one process got: calls lost, and when the others were done, in seconds from the start."""

    lost: int
    finished: list[float]

    @property
    def ended(self) -> float:
        return max(self.finished, default=0.0)

    def rate(self, begins: float, ends: float) -> float:
        return sum(begins <= then < ends for then in self.finished) / (ends - begins)


def race(
    limit: tuple[str, float], kinds: list[str], number: int = CALLS, seconds: float = 300.0, threads: int = THREADS
) -> tuple[list[Client], int]:
    """Let processes of these kinds share a limit. Returns what each got, and how many requests the server had."""
    with ExitStack() as stack:
        base = stack.enter_context(server(limit[0], str(limit[1])))
        command = [sys.executable, "-m", "scripts.bench.neighbours"]
        running = [
            stack.enter_context(
                subprocess.Popen(
                    [*command, kind, base, str(threads), str(number), str(seconds)],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for kind in kinds
        ]
        for process in running:
            assert process.stdout
            process.stdout.readline()
        for process in running:
            assert process.stdin
            print(file=process.stdin, flush=True)
        return [Client(**json.loads(process.stdout.readline())) for process in running if process.stdout], count(base)


def pair(name: str, other: str) -> str:
    """Two clients on one limit; the result, next to the goals."""
    limit = LIMITS[name]
    clients, requests = race(limit, ["sdk", other])
    floor = (2 * CALLS - limit[1]) / limit[1]
    fast, slow = sorted(client.ended for client in clients)
    per_success = requests / sum(len(client.finished) for client in clients)
    bounds = "<= 1.5, 1.6, 1.3" if other == "sdk" else "<= 1.8"
    return (
        f"{name:<15} {clients[0].ended:5.1f} {clients[1].ended:5.1f} s   of the floor {slow / floor:.2f}   slower to faster "
        f"{slow / fast:.2f}   requests per success {per_success:.2f}   lost {sum(client.lost for client in clients)}"
        f"   goal: {bounds}, 0 lost"
    )


def outage(wait: float) -> str:
    """A minute of refusals, and the pace after it."""
    (client,), _ = race(("outage", wait), ["sdk"], 10**9, 95.0)
    before = client.rate(2, 9)
    after = [client.rate(second, second + 1) / before for second in range(70, 92)]
    asked = f"Retry-After {wait:.0f}" if wait else "no Retry-After"
    return f"{asked:<15} before {before:.0f} a second; by second after: {' '.join(f'{part:.2f}' for part in after)}   goal: >= 0.80 from the tenth"


def alone(limit: tuple[str, int], threads: int = THREADS, seconds: float = 180.0, goal: str = "0 lost, <= 1.05") -> str:
    """One client at the limit."""
    (client,), requests = race(limit, ["sdk"], 10**9, seconds, threads)
    done = len(client.finished)
    return (
        f"{limit[0]} {limit[1]:<3} {threads:>3} threads   {done} calls, {client.lost} lost, {requests / done:.3f} requests "
        f"per success, {client.rate(0, seconds) / limit[1]:.2f} of the limit   goal: {goal}"
    )


def main() -> None:
    """Measure, and print."""
    jobs: dict[str, list[Callable[[], str]]] = {
        "Two clients of ours": [lambda name=name: pair(name, "sdk") for name in LIMITS for _ in range(RUNS)],  # type: ignore[misc]
        "Ours, then a retry loop": [lambda name=name: pair(name, "loop") for name in LIMITS for _ in range(RUNS)],  # type: ignore[misc]
        "A minute of refusals": [lambda: outage(1.0), lambda: outage(0.0)],
        "Three minutes at the limit": [lambda: alone(("fixed", 10)), lambda: alone(("silent", 30))],
        "A minute of many threads on a low limit": [
            lambda limit=limit, threads=threads: alone(limit, threads, 60.0, ">= 0.8 of the limit")  # type: ignore[misc]
            for limit, threads in ((("fixed", 10), 64), (("silent", 10), 64), (("fixed", 1), 32))
            for _ in range(RUNS)
        ],
    }
    for heading, measures in jobs.items():
        print(f"\n{heading}", flush=True)
        for measure in measures:
            print(f"  {measure()}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
    else:
        main()
