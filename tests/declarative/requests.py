"""Create requests as the tables describe them. No type and no field of the API is named, but `name`, which all have."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from arize_integrations_api import contract, models
from tests.declarative.account import BODY, Json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SECRETS = st.text("abcdefghijk", min_size=8, max_size=10).map(lambda text: f"secret-{text}")
NAMES = st.sampled_from(["a", "b", "Ärger", "集成", "a\u202eb"])
SCALARS: dict[str, st.SearchStrategy[Json]] = {
    "str": TEXT,
    "int": st.integers(-5, 5),
    "float": st.floats(-5, 5),
    "bool": st.booleans(),
    "None": st.none(),
}
SCALARS[""] = st.recursive(
    st.one_of(*SCALARS.values()),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
TEXTS = {
    "parse_datetime": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    "parse_date": st.dates().map(str),
}
TEXTS["parse_uuid"] = st.uuids().map(str)


@cache
def values(shape: Any) -> st.SearchStrategy[Json]:
    """Values that the document allows."""
    match shape:
        case contract.Plain(declared):
            return SCALARS[declared]
        case contract.Text(parser):
            return TEXTS[parser]
        case contract.Constant(value):
            return st.just(value)
        case contract.Choice(name):
            return st.sampled_from([member.value for member in getattr(models, name)])
        case contract.Map(inner):
            return st.dictionaries(TEXT, values(inner), max_size=3)
        case contract.Array(inner):
            return st.lists(values(inner), max_size=3)
        case contract.AnyOf(options):
            return st.one_of([values(option) for option in options])
        case contract.Tagged(name):
            return st.one_of([values(member) for member in contract.UNIONS[name].members.values()])
        case _:
            return objects(shape.name)


def objects(name: str) -> st.SearchStrategy[Json]:
    given = {field.key: field_values(field) for field in contract.MODELS[name].fields}
    required = {field.key for field in contract.MODELS[name].fields if field.required}
    return st.fixed_dictionaries(
        {key: given[key] for key in given if key in required},
        optional={key: given[key] for key in given if key not in required},
    )


def field_values(field: contract.Field) -> st.SearchStrategy[Json]:
    if field.key == "name":
        return NAMES
    if field.secret:
        is_map = isinstance(field.shape, contract.Map)
        return st.dictionaries(st.sampled_from(["X-A", "X-B", "x-c"]), SECRETS, max_size=2) if is_map else SECRETS
    if field.compare.startswith("by:"):
        assert isinstance(field.shape, contract.Array)
        key = field.compare.removeprefix("by:")
        return st.lists(values(field.shape.item), max_size=3, unique_by=lambda element: element[key])
    return values(field.shape)


def desired(max_size: int = 5) -> st.SearchStrategy[list[Json]]:
    """Create requests, each type and name at most once."""
    return st.lists(values(BODY), max_size=max_size, unique_by=lambda request: (request[TAG_], request["name"]))


assert isinstance(BODY, contract.Tagged)
TAG_ = contract.UNIONS[BODY.name].property
