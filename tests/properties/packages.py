"""The generated packages that every property is held for: today's, and one of a richer document, generated for the occasion."""

from __future__ import annotations

import atexit
import importlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import yaml
from attrs import frozen

from scripts.generate import generate

FACADE, TODAYS, RICH = "arize_integrations", "arize_integrations_api", "rich_integrations_api"
RICH_DOCUMENT = Path(__file__).parents[1] / "generator" / "rich.yaml"

Complaint = tuple[str, str, str]
"""What differs, in which schema, in which field."""


@frozen
class Package:
    """A generated package, and the facade's decoder working on it."""

    name: str
    contract: ModuleType
    models: ModuleType
    decoder: ModuleType

    @property
    def answer(self) -> Any:
        """The shape that the document declares for one integration."""
        return self.contract.OPERATIONS["get_v2_integrations_item"].result

    def decode(self, payload: Any, shape: Any = None) -> tuple[Any, list[Complaint]]:
        """What the facade makes of a payload, and how it says that the payload differs from the document."""
        return self._with_notes(lambda note: self.decoder.unwrap(shape or self.answer, payload, note))

    def decode_strictly(self, payload: dict[str, Any], shape: Any = None) -> Any:
        """What the generated `from_dict` makes of it; it raises where the payload is not as documented."""
        return self.decoder._strictly(shape or self.answer, payload)

    def decode_leniently(self, payload: Any, shape: Any = None) -> tuple[Any, list[Complaint]]:
        """What the drift-tolerant path makes of it, taken from the start."""
        return self._with_notes(lambda note: self.decoder._leniently(shape or self.answer, payload, note, "", ""))

    def _with_notes(self, decode: Callable[[Callable[..., None]], Any]) -> tuple[Any, list[Complaint]]:
        notes: list[Complaint] = []
        return decode(lambda what, schema, field, *_: notes.append((what, schema, field))), notes

    def __repr__(self) -> str:
        return self.name


@cache
def todays_package() -> Package:
    return _package(TODAYS)


@cache
def rich_package() -> Package:
    return package_of(yaml.safe_load(RICH_DOCUMENT.read_text(encoding="utf-8")), RICH)


def package_of(document: dict[str, Any], name: str = "") -> Package:
    """The package made of a document, imported under a name of its own."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    name = name or f"integrations_api_{next(_NUMBERS)}"
    generate(document, Path(folder) / name)
    with patch.object(sys, "path", [folder, *sys.path]):
        return _package(name)


_NUMBERS = count(1)


def packages() -> tuple[Package, Package]:
    return todays_package(), rich_package()


def _package(name: str) -> Package:
    contract, models = (importlib.import_module(f"{name}.{part}") for part in ("contract", "models"))
    for part in ("types", "values"):
        importlib.import_module(f"{name}.{part}")
    return Package(name, contract, models, facade_over(name)(f"{FACADE}._wire.unwrap"))


def facade_over(name: str) -> Callable[[str], ModuleType]:
    """Imports modules of a second copy of the facade, one that takes the package `name` for its generated package."""
    if name == TODAYS:
        return importlib.import_module
    importlib.import_module(f"{FACADE}._wire.unwrap")  # the first copy stays what everybody else imports
    generated = {key.replace(name, TODAYS, 1): module for key, module in sys.modules.items() if _is_in(key, name)}
    copies: dict[str, ModuleType] = {}

    def load(module: str) -> ModuleType:
        with patch.dict(sys.modules, generated):
            for key in [key for key in sys.modules if _is_in(key, FACADE)]:
                del sys.modules[key]
            sys.modules.update(copies)
            loaded = importlib.import_module(module)
            copies.update({key: found for key, found in sys.modules.items() if _is_in(key, FACADE)})
        return loaded

    return load


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
