"""Progress of what takes longer than a second, on a terminal only."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from arize_integrations._cli.shell import Shell, wants_motion

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds before anything is shown."""


class Progress:
    """A bar, or a count if the total is not known.

    Args:
        shell: says whether anything is to be shown.
        label: what is going on.
        total: how many steps there are.
    """

    def __init__(self, shell: Shell, label: str, total: int | None = None) -> None:
        self._shell, self._label, self._total = shell, label, total
        self._done = 0
        self._bar: Any = None
        self._is_over = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if not self._shell.quiet and not self._shell.json and wants_motion(sys.stderr):
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._is_over = True
        if self._bar is not None:
            self._bar.stop()

    @property
    def is_shown(self) -> bool:
        """Whether it took long enough to be shown."""
        return self._bar is not None

    def advance(self) -> None:
        """One step is done."""
        self._done += 1
        if self._bar is not None:
            self._bar.update(0, completed=self._done)

    def counted(self, items: Iterable[T]) -> Iterator[T]:
        """The items, each a step."""
        for item in items:
            self.advance()
            yield item

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, SpinnerColumn, TextColumn

        counts = [BarColumn(), MofNCompleteColumn()] if self._total else [TextColumn("{task.completed}")]
        console = Console(stderr=True)
        bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            *counts,
            console=console,
            transient=True,
            redirect_stdout=False,
        )
        bar.add_task(self._label, total=self._total, completed=self._done)
        with self._lock:
            if not self._is_over:
                self._bar = bar
                bar.start()
