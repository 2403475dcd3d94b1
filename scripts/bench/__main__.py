"""Prints each goal next to what was measured, and writes the figures to `.bench/results.json`.

`python -m scripts.bench`; `--quick` takes a fraction of the time and is as much less exact.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.bench import constants, startup, storms
from scripts.bench.processes import HOME, ROOT, Block, Contestant, Ratio, environment, race, server


class Results:
    """Figures as they come: printed for people, kept for the file."""

    def __init__(self) -> None:
        self.figures: dict[str, Any] = {}

    def heading(self, text: str) -> None:
        print(f"\n{text}", flush=True)

    def add(self, name: str, value: Any, goal: str = "") -> None:
        """One line; `goal` is what was set out for, where there is one."""
        shown = f"{value:.2f}" if isinstance(value, float) else value
        print(f"  {name:<46} {shown!s:<28} {f'goal: {goal}' if goal else ''}".rstrip(), flush=True)
        self.figures[name] = value._asdict() if hasattr(value, "_asdict") else value


def _ratio(blocks: dict[str, list[Block]], name: str, baseline: str, what: str = "cpu") -> Ratio:
    pairs = zip(blocks[name], blocks[baseline], strict=True)
    return Ratio.of([getattr(ours, what) / getattr(theirs, what) for ours, theirs in pairs])


def _one_after_another(results: Results, base: str, sdk: Path, vendor: Path | None, rounds: int) -> None:
    names = ["raw", "raw again", "sdk", "sdk, new ids"]
    contestants: dict[str, tuple[Path, Sequence[str]]] = {name: (sdk, (name, base)) for name in names}
    if vendor:
        contestants["vendor"] = (vendor, ("vendor", base))
    blocks = race(contestants, 150, rounds)
    results.heading("1  One get after another; raw httpx.Client().get().json() = 1")
    for name in list(contestants)[1:]:
        goals = ("<= 0.65", "<= 0.75") if name == "sdk" else ("", "")
        results.add(f"CPU, {name}", _ratio(blocks, name, "raw"), goals[0])
        results.add(f"clock, {name}", _ratio(blocks, name, "raw", "clock"), goals[1])


def _many_at_once(results: Results, base: str, sdk: Path, aiohttp: Path | None, rounds: int) -> None:
    results.heading("2  Async gets a second; raw httpx.AsyncClient with as many tasks = 1")
    for tasks, goal, fast_goal in ((1, ">= 1.0", ""), (50, ">= 3.0", ">= 6.0")):
        contestants: dict[str, tuple[Path, Sequence[str]]] = {
            name: (sdk, (name, base, str(tasks))) for name in ("raw", "raw again", "sdk")
        }
        if aiohttp:
            contestants["sdk on aiohttp"] = (aiohttp, ("sdk on aiohttp", base, str(tasks)))
        blocks = race(contestants, 300, rounds)
        for name, wanted in (("raw again", ""), ("sdk", goal), ("sdk on aiohttp", fast_goal)):
            if name in blocks:
                results.add(f"{name}, {tasks} tasks", _ratio(blocks, "raw", name, "clock"), wanted)


def _decoding(results: Results, base: str, sdk: Path, rounds: int) -> None:
    names = ("json.loads", "decode", "decode drifted")
    blocks = race({name: (sdk, (name, base)) for name in names}, 2000, rounds)
    results.heading("3  Decoding the documented answer, CPU; json.loads of the same bytes = 1")
    results.add("decode", _ratio(blocks, "decode", "json.loads"), "<= 2.5")
    results.add("decode, drifted", _ratio(blocks, "decode drifted", "json.loads"), "<= 10")


def _starting(results: Results, base: str, sdk: Path, vendor: Path | None, rounds: int) -> None:
    measured = startup.measure(base, sdk, vendor, rounds)
    results.heading("4  Starting, CPU; the same with raw httpx = 1")
    for who, taken in measured.items():
        goals = ("<= 0.15", "<= 1.0") if who == "sdk" else ("", "")
        results.add(f"import, {who}", taken.imported, goals[0])
        results.add(f"import, client and first call, {who}", taken.first_call, goals[1])
    results.heading("5  Size")
    distributions, megabytes = startup.size(sdk)
    results.add("distributions", distributions, "<= 11")
    results.add("MB without bytecode", megabytes, "<= 4")
    results.add("memory after one call; raw httpx = 1", measured["sdk"].memory, "<= 1.1")


def _listing(results: Results, base: str, sdk: Path, vendor: Path | None, rounds: int) -> None:
    contestants: dict[str, tuple[Path, Sequence[str]]] = {
        name: (sdk, (name, base)) for name in ("raw list", "sdk list")
    }
    if vendor:
        contestants["vendor list"] = (vendor, ("vendor list", base))
    blocks = race(contestants, 1, rounds)
    results.heading("6  10,000 integrations listed, CPU; a raw httpx loop that only parses JSON = 1")
    results.add("sdk, each typed", _ratio(blocks, "sdk list", "raw list"), "<= 1.5")
    results.add(
        "MB gained from the first list to the last", blocks["sdk list"][-1].memory - blocks["sdk list"][0].memory, "0"
    )
    if vendor:
        results.add("vendor", _ratio(blocks, "vendor list", "raw list"))


def _growing(results: Results, base: str, sdk: Path, calls: int, concurrent: int) -> None:
    results.heading("7  Growth")
    with Contestant(sdk, "sdk", base) as contestant:
        before = contestant.block(2000)
        after = contestant.block(calls)
    results.add(f"MB gained by {calls} calls one after another", after.memory - before.memory, "0")
    with Contestant(sdk, "sdk", base, "0") as contestant:
        before = contestant.block(100)
        crowd = contestant.block(concurrent)
    results.add(f"seconds for {concurrent} at once", crowd.clock, "all succeed")
    results.add("open files after it, beyond those before", crowd.files - before.files, "bounded")
    results.add("MB gained", crowd.memory - before.memory, "bounded")


def _storming(results: Results) -> None:
    results.heading("8  A server that allows 10, or 50, requests a second")
    results.add("20 threads x 5", storms.storm(storms.threads, 20, 5, 10))
    results.add("20 tasks x 5", storms.storm(storms.tasks, 20, 5, 10))
    results.add("200 tasks x 2", storms.storm(storms.tasks, 200, 2, 50))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m scripts.bench")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and calls")
    quick = parser.parse_args().quick
    rounds = 5 if quick else 12
    HOME.mkdir(exist_ok=True)
    began = time.monotonic()
    sdk = environment("sdk", "--force-reinstall", str(ROOT))
    if sdk is None:
        raise SystemExit(1)
    aiohttp = environment("aiohttp", f"{ROOT}[aiohttp]")
    vendor = environment("vendor", "arize==8.61.0")
    results = Results()
    with server() as base:
        _one_after_another(results, base, sdk, vendor, rounds)
        _many_at_once(results, base, sdk, aiohttp, rounds // 2)
        _decoding(results, base, sdk, rounds * 2)
        _starting(results, base, sdk, vendor, rounds)
        _listing(results, base, sdk, vendor, 3 if quick else rounds)
        _growing(results, base, sdk, 10_000 if quick else 100_000, 1000 if quick else 10_000)
    _storming(results)
    if not quick:
        results.heading("9  The constants of the rate gate (*), and what others would do, simulated")
        constants.main()
    print(
        f"\n{time.monotonic() - began:.0f} s, Python {platform.python_version()}. In brackets: the middle half of the rounds."
    )
    file = HOME / "results.json"
    file.write_text(json.dumps(results.figures, indent=2) + "\n", encoding="utf-8")
    print(f"Written to {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
