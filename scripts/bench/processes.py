"""The processes of the benchmark: environments, the server, contestants, and the blocks they take turns in."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".bench"
WORKER = Path(__file__).with_name("worker.py")


def environment(name: str, *requirements: str) -> Path | None:
    """The interpreter of an environment that holds just these; None, said, where they cannot be installed."""
    folder = HOME / name
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"skipped: {' '.join(requirements)} cannot be installed ({done.stderr.strip().splitlines()[-1]})")
        return None
    return python


@contextmanager
def server(*limit: str) -> Iterator[str]:
    """The benchmark's server; gives its base URL."""
    command = [sys.executable, "-m", "scripts.bench.server", *limit]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()


def count(base: str) -> int:
    """How many requests the server has had."""
    with urlopen(f"{base}/count") as answer:
        return int(answer.read())


class Block(NamedTuple):
    """What some calls took: seconds of CPU, seconds by the clock; then MB in memory and open files."""

    cpu: float
    clock: float
    memory: float
    files: int


class Contestant:
    """A worker process."""

    def __init__(self, python: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [str(python), str(WORKER), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HOME
        )
        self._line()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended early")
        return line

    def block(self, calls: int) -> Block:
        """Make so many calls."""
        assert self._process.stdin
        print(calls, file=self._process.stdin, flush=True)
        cpu, clock, memory, files = self._line().split()
        return Block(float(cpu), float(clock), float(memory), int(files))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Ratio(NamedTuple):
    """A ratio to the baseline: the median over the rounds, and the middle half of them."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        low, middle, high = statistics.quantiles(values, n=4)
        return cls(middle, low, high)

    def __str__(self) -> str:
        return f"{self.median:5.2f}  ({self.low:.2f} to {self.high:.2f})"


def race(contestants: dict[str, tuple[Path, Sequence[str]]], calls: int, rounds: int) -> dict[str, list[Block]]:
    """Blocks of calls, each round in another order, so that what else the machine does meets all alike."""
    with ExitStack() as stack:
        running = {
            name: stack.enter_context(Contestant(python, *arguments))
            for name, (python, arguments) in contestants.items()
        }
        for contestant in running.values():
            contestant.block(max(calls // 2, 1))
        blocks: dict[str, list[Block]] = {name: [] for name in running}
        for _ in range(rounds):
            for name in random.sample(list(running), len(running)):
                blocks[name].append(running[name].block(calls))
    return blocks
