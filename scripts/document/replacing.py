"""Replacing files and folders: all of them, or none."""

import contextlib
import signal
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def staging(root: Path) -> Iterator[Path]:
    """A folder on the tree's own file system, gone afterwards whatever happens."""
    with _signals_raise(), tempfile.TemporaryDirectory(dir=root, prefix=".staging-") as name:
        yield Path(name)


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """Let a termination unwind the stack, as Ctrl-C does, so that nothing is left behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def replace(files: Mapping[Path, bytes], folders: Mapping[Path, Path], staged: Path) -> None:
    """Write the files and rename the folders into their places, all of them or none.

    Args:
        files: each target and its new content.
        folders: each target and the staged folder that replaces it.
        staged: a folder on the same file system, for what is on its way in or out.

    A Ctrl-C or termination in between waits for the end; any failure puts back what was there.
    """
    replacements = dict(folders)
    for number, (target, content) in enumerate(files.items()):
        replacements[target] = staged / f"in-{number}"
        replacements[target].write_bytes(content)
    undo: list[tuple[Path, Path]] = []

    def rename(old: Path, new: Path) -> None:
        old.replace(new)
        undo.append((new, old))

    with _signals_wait():
        try:
            for number, (target, replacement) in enumerate(replacements.items()):
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.exists():
                    rename(target, staged / f"out-{number}")
                rename(replacement, target)
        except BaseException:
            for new, old in reversed(undo):
                new.replace(old)
            raise


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    # By handlers, not by a mask: a mask is one thread's, and a signal may be taken by another.
    received: list[int] = []
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, lambda found, _: received.append(found)) for number in signals}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for late in received:
            signal.raise_signal(late)
