"""Integrations as a file: reading one, planning what would change, and applying it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arize_integrations.declarative.values import Applied as Applied, Change as Change, Plan as Plan

_VALUES = ("Applied", "Change", "Plan")

if not TYPE_CHECKING:  # loaded when asked for: most programs read, and plan nothing

    def __getattr__(name: str) -> Any:
        if name not in _VALUES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.values"), name)
