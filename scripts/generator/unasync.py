"""Makes the sync client from the async one, as httpcore does: one text to maintain, and real source for editors."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from scripts.document.paths import TREE

HEADER = "# Made from arize_integrations/_async by `make generate`; do not edit: change the async text.\n"

SOURCE, TARGET = (TREE.root / "arize_integrations" / name for name in ("_async", "_sync"))
SETTINGS = TREE.root / "pyproject.toml"

_NAMES = {
    "AsyncIntegrationsClient": "IntegrationsClient",
    "AsyncIntegrationPager": "IntegrationPager",
    "AsyncSession": "SyncSession",
    "async_session": "sync_session",
    "AsyncBaseTransport": "BaseTransport",
    "AsyncIterator": "Iterator",
    "_async": "_sync",
    "apply_in_tasks": "apply_in_threads",
    "handle_async_request": "handle_request",
    "aclose": "close",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "anext": "next",
    "StopAsyncIteration": "StopIteration",
}
_PHRASES = {
    "Callable[[Call], Awaitable[Any]]": "Callable[[Call], Any]",
    "AsyncIterator, Awaitable, Callable, Iterator": "Callable, Iterator",
    ", for asyncio and trio. Share one client among all tasks of an event loop.": ". Share one client among all threads of a process.",
    "the client is closed, or it belongs to another event loop; nothing\n                was sent.": "or the client is closed; nothing was sent.",
}
_KEYWORDS = re.compile(r"\b(?:async (?=def|for|with)|await )")
_WORDS = re.compile(
    "|".join(rf"(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])" for name in sorted(_NAMES, key=len, reverse=True))
)


def sync_text(text: str) -> str:
    """The sync text of an async module."""
    for phrase, sync in _PHRASES.items():
        text = text.replace(phrase, sync)
    return HEADER + _WORDS.sub(lambda found: _NAMES[found[0]], _KEYWORDS.sub("", text))


def write_sync(source: Path, target: Path) -> None:
    """Write the sync modules of the async ones in `source` into `target`, a folder that does not exist."""
    target.mkdir(parents=True)
    for path in sorted(source.glob("*.py")):
        (target / path.name).write_text(sync_text(path.read_text(encoding="utf-8")), encoding="utf-8")
    # By the project's own settings, which know its packages, because what comes out is ordinary source of it.
    settings = ["--config", str(SETTINGS), "--no-respect-gitignore", "--no-cache", "--quiet"]
    for command in (["check", "--fix-only", "--select=I"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *settings, str(target)], check=True)
