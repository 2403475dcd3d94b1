"""Whatever a stranger's document says: it is refused in one clean line, or it means in Python what it says."""

import contextlib
import importlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_schema_validator import OAS30Validator

from scripts.document.corrected import correct
from scripts.document.errors import ScriptError
from scripts.document.safe_yaml import parse
from scripts.document.usable import require_usable
from scripts.generator.adapting import adapted
from scripts.generator.library import parse as parse_for_library
from scripts.generator.preparing import prepare
from scripts.generator.rendering import Rendering
from scripts.generator.writing import write
from tests.scripts import strangers
from tests.scripts.clean import assert_clean

EXAMPLES = int(os.environ.get("STRANGERS", "500"))
PHASES = (Phase.reuse, Phase.generate, *((Phase.shrink,) if os.environ.get("STRANGERS_SHRINK") else ()))
"""Shrinking takes minutes, and a failure is shown without it."""
"""Documents; 20,000 take about half an hour."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that packages are imported from."""
    path = tmp_path_factory.mktemp("packages")
    sys.path.insert(0, str(path))
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    yield path
    sys.dont_write_bytecode = written
    sys.path.remove(str(path))


@contextlib.contextmanager
def imported(document: dict[str, Any], folder: Path) -> Iterator[Any]:
    """The models of a document, written as `make generate` does but for the layout, and imported whole."""
    prepared = prepare(document)
    shown = adapted(prepared.document)
    name = f"stranger_{next(strangers.counter)}"
    write(Rendering.of(parse_for_library(shown, prepared.places), prepared.unions, shown), document, folder / name)
    try:
        for path in (folder / name).rglob("*.py"):
            if path.name != "__init__.py":
                importlib.import_module(".".join(path.relative_to(folder).with_suffix("").parts))
        models = importlib.import_module(f"{name}.models")
        for public in models.__all__:
            getattr(models, public)
        yield models
    finally:
        shutil.rmtree(folder / name)
        for module in [module for module in sys.modules if module.partition(".")[0] == name]:
            del sys.modules[module]


def comes_back(document: dict[str, Any], models: Any, data: st.DataObject) -> None:
    """A payload that the document describes is valid for others, too, and is given back as it was."""
    prepared = prepare(document)
    components = prepared.document["components"]["schemas"]
    if any(union.name == "Root" for union in prepared.unions) or not components["Root"].get("properties"):
        return
    payload = data.draw(strangers.payloads(prepared))
    assert is_valid(document, payload) or holds_itself(document, components), payload
    assert models.Root.from_dict(payload).to_dict() == payload


def is_valid(document: dict[str, Any], payload: Any) -> bool:
    """What an independent validator says of a payload, but for what we allow on purpose.

    Objects are open, because a newer server sends more; alternatives may overlap.
    """
    judge = OAS30Validator if document["openapi"].startswith("3.0") else Draft202012Validator
    root = {"$ref": "#/components/schemas/Root", "components": _opened(document["components"])}
    try:
        return bool(judge(root).is_valid(payload))
    except RecursionError:
        # An alternative of itself, which says nothing, and which the validator follows without end.
        return True


def holds_itself(document: dict[str, Any], components: dict[str, Any]) -> bool:
    """Whether some type holds itself without a class between, so that any JSON stands for it."""
    written = document["components"]["schemas"]
    return any(not schema.keys() - {"description"} and written.get(name) for name, schema in components.items())


def _opened(node: Any) -> Any:
    if isinstance(node, list):
        return [_opened(item) for item in node]
    if not isinstance(node, dict):
        return node
    # A base's word on other properties is about those that its heirs do not declare either.
    # The validator looks a discriminator up in the mapping as text, also if it is a number.
    found = {key: value for key, value in node.items() if key not in {"additionalProperties", "discriminator"}}
    return {"anyOf" if key == "oneOf" else key: _opened(value) for key, value in found.items()}


def test_a_document_is_refused_in_a_clean_line_or_means_what_it_says(folder: Path) -> None:
    """Names and texts are hostile, schemas of every form: imported whole, its own payload comes back as it was."""
    counts = {"refused": 0, "accepted": 0}

    @settings(
        max_examples=EXAMPLES,
        phases=PHASES,
        report_multiple_bugs=False,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(strangers.documents(), st.data())
    def each(written: dict[str, Any], data: st.DataObject) -> None:
        try:
            document = correct(parse(json.dumps(written)), []).document
            require_usable(document)
            with imported(document, folder) as models:
                counts["accepted"] += 1
                comes_back(document, models, data)
        except ScriptError as error:
            counts["refused"] += 1
            assert_clean(str(error))

    each()
    assert counts["accepted"] > EXAMPLES / 10
