"""Which of the things gone and the things come are probably one thing under two names."""

import re
from collections.abc import Hashable, Mapping
from difflib import SequenceMatcher

MOST_PAIRS = 10_000
"""Of more pairs of names only those that differ in case and punctuation alone are looked at."""
LIKENESS = 0.7
"""How alike two names must be, of 1, to be taken for one that was re-spelled."""


def renamed(gone: Mapping[str, Hashable], come: Mapping[str, Hashable]) -> dict[str, str]:
    """Return old name to new name for the probable renames.

    Args:
        gone: the removed names, each with what it named (its type, say).
        come: the added names, likewise.
    """
    few = len(gone) * len(come) <= MOST_PAIRS
    candidates = sorted(
        (
            (_likeness(old, new), old, new)
            for old, was in gone.items()
            for new, now in come.items()
            if _folded(old) == _folded(new) or (few and was == now)
        ),
        key=lambda candidate: -candidate[0],
    )
    pairs: dict[str, str] = {}
    for likeness, old, new in candidates:
        if likeness >= LIKENESS and old not in pairs and new not in pairs.values():
            pairs[old] = new
    return pairs


def _likeness(old: str, new: str) -> float:
    return SequenceMatcher(None, _folded(old), _folded(new), autojunk=False).ratio()


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
