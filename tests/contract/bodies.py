"""Request bodies by the document's tables: what its schemas allow, and what they nearly allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

import arize_integrations_api.models as models
from arize_integrations_api.contract import (
    MODELS,
    UNIONS,
    AnyOf,
    Array,
    Choice,
    Constant,
    Map,
    Model,
    Plain,
    Tagged,
    Text,
)

if TYPE_CHECKING:
    from arize_integrations_api.contract import Shape

TEXT = st.sampled_from(["a", "b", "https://a.example.com/v1", "", "ü ✓"])
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXT,
    "bool": st.booleans(),
    "int": st.integers(0, 9),
    "float": st.floats(0, 9),
    "None": st.none(),
    "": st.sampled_from([None, 1, "a", [], {"type": "object"}]),
}


def bodies(shape: Shape) -> st.SearchStrategy[Any]:
    """JSON that fits a shape."""
    match shape:
        case Plain(type=kind):
            found = PLAIN[kind]
        case Text():
            found = st.just("2026-01-01T00:00:00Z")
        case Constant(value=only):
            found = st.just(only)
        case Choice(name=name):
            found = st.sampled_from([each.value for each in getattr(models, name)])
        case Array(item=item):
            found = st.lists(bodies(item), max_size=2)
        case Map(item=item):
            found = st.dictionaries(TEXT, bodies(item), max_size=2)
        case AnyOf(options=options):
            found = st.one_of(*map(bodies, options))
        case Tagged(name=name):
            found = st.one_of(*map(bodies, UNIONS[name].members.values()))
        case Model(name=name):
            fields = [field for field in MODELS[name].fields if not field.read_only]
            required = {field.key: bodies(field.shape) for field in fields if field.required}
            optional = {field.key: bodies(field.shape) for field in fields if not field.required}
            found = st.fixed_dictionaries(required, optional=optional)
    return found


def broken(shape: Shape) -> st.SearchStrategy[Any]:
    """JSON of which one field is missing, strange or of another type."""
    return st.tuples(bodies(shape), st.randoms(use_true_random=False), st.sampled_from([None, 7, "?", [], {}])).map(
        _broken
    )


def _broken(drawn: tuple[Any, Any, Any]) -> Any:
    body, random, value = drawn
    at = body
    while isinstance(at, dict) and at:
        key = random.choice(sorted(at))
        if not isinstance(at[key], dict) or not at[key] or random.random() < 0.3:
            at.pop(key) if random.random() < 0.3 else at.update({random.choice([key, "strange"]): value})
            break
        at = at[key]
    return body
