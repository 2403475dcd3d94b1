"""Every generated model, of any document: how it is made, shown, copied, and given to other libraries."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
import subprocess
import sys
import typing
from collections.abc import Iterator
from typing import Any

import anyio
import attrs
import cattrs
import fastapi
import httpx
import pydantic
import pytest

from tests.properties.packages import Package, packages

BOTH = pytest.mark.parametrize("package", packages(), ids=repr)
SECRET = "not-to-be-seen"


def classes(package: Package) -> list[Any]:
    return [getattr(package.models, name) for name in package.contract.MODELS]


def unions(package: Package) -> list[Any]:
    return [getattr(package.models, name) for name in package.contract.UNIONS]


def unknown_variant(package: Package) -> Any:
    return importlib.import_module(f"{package.models.__name__.partition('.')[0]}.types").UnknownVariant


def least(package: Package, shape: Any) -> Any:
    """The least value of a shape: required fields only, the first of several."""
    contract = package.contract
    match shape:
        case contract.Plain(type):
            return {"str": "text", "int": 1, "float": 1.5, "bool": True, "None": None}.get(type, {})
        case contract.Constant(value):
            return value
        case contract.Text(parser):
            moments = {"parse_datetime": "2026-01-02T03:04:05Z", "parse_date": "2026-01-02"}
            return moments.get(parser, "00000000-0000-4000-8000-000000000000")
        case contract.Choice(name):
            return next(iter(getattr(package.models, name))).value
        case contract.Array():
            return []
        case contract.Map():
            return {}
        case contract.AnyOf(options):
            return least(package, options[0])
        case contract.Tagged(name):
            union = contract.UNIONS[name]
            tag, member = next(iter(union.members.items()))
            return {**least(package, member), union.property: tag}
        case _:
            fields = contract.MODELS[shape.name].fields
            return {field.key: least(package, field.shape) for field in fields if field.required}


def instances(package: Package) -> Iterator[Any]:
    """An instance of every model, of a value that the document describes."""
    for name in package.contract.MODELS:
        shape = package.contract.Model(name)
        yield package.decode_strictly(least(package, shape), shape)


@BOTH
def test_arguments_are_by_name_only(package: Package) -> None:
    """So that a field added upstream moves none."""
    for kind in classes(package):
        with pytest.raises(TypeError, match="positional"):
            kind("value")


@BOTH
def test_what_has_one_value_has_it_unless_it_may_be_absent(package: Package) -> None:
    """Whether the document says `const` or a one-value enum."""
    found = 0
    for name, declared in package.contract.MODELS.items():
        fields = attrs.fields_dict(getattr(package.models, name))
        for field in declared.fields:
            default = fields[field.attribute].default
            if isinstance(field.shape, package.contract.Constant):
                found += 1
                assert repr(default) == (repr(field.shape.value) if field.required else "UNSET")
            else:
                assert default is attrs.NOTHING if field.required else repr(default) == "UNSET"
    assert found


@BOTH
def test_the_tag_of_a_member_is_a_literal(package: Package) -> None:
    """`if integration.type == "...":` narrows, and nothing that is added beside the member changes that."""
    for union in package.contract.UNIONS.values():
        for tag, member in union.members.items():
            tags = [each for each, other in union.members.items() if other == member]
            if isinstance(member, package.contract.Model) and len(tags) == 1:
                hints = typing.get_type_hints(getattr(package.models, member.name))
                attribute = next(
                    field.attribute
                    for field in package.contract.MODELS[member.name].fields
                    if field.key == union.property
                )
                assert tag in _literals(hints[attribute])


def _literals(hint: Any) -> list[Any]:
    """The values of a `Literal`, or of one in a union with `Unset`."""
    parts = [hint, *typing.get_args(hint)]
    return [value for part in parts if typing.get_origin(part) is typing.Literal for value in typing.get_args(part)]


@BOTH
def test_every_annotation_can_be_resolved(package: Package) -> None:
    for kind in classes(package):
        hints = typing.get_type_hints(kind)
        assert {field.name for field in attrs.fields(kind)} <= hints.keys()
        attrs.resolve_types(kind)
        assert not [field.name for field in attrs.fields(kind) if isinstance(field.type, str)]


@BOTH
def test_every_model_survives_copies_and_cattrs(package: Package) -> None:
    for value in instances(package):
        value.additional_properties["new"] = {"of": ["tomorrow"]}
        for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert twin == value
        assert isinstance(cattrs.unstructure(value), dict)


@BOTH
def test_a_changed_copy_keeps_what_the_document_does_not_name(package: Package) -> None:
    for value in instances(package):
        value.additional_properties["new"] = 1
        twin = attrs.evolve(value)
        assert twin == value
        twin.additional_properties["newer"] = 2
        assert "newer" not in value


@BOTH
def test_a_repr_shows_what_is_there_and_not_what_is_absent(package: Package) -> None:
    for value in instances(package):
        shown = repr(value)
        assert "UNSET" not in shown
        for field in package.contract.MODELS[type(value).__name__].fields:
            assert (f"{field.attribute}=" in shown) >= field.required


def test_secrets_are_masked_wherever_a_model_is_shown() -> None:
    package, found = packages()[0], 0
    for name, declared in package.contract.MODELS.items():
        for field in declared.fields:
            if not field.secret:
                continue
            found += 1
            value = next(each for each in instances(package) if type(each).__name__ == name)
            is_map = isinstance(field.shape, package.contract.Map) or "Map(" in repr(field.shape)
            setattr(value, field.attribute, {"X-Name": SECRET} if is_map else SECRET)
            for shown in (repr(value), value._repr_html_(), repr([value]), f"{value}"):
                assert SECRET not in shown
                assert "[secure]" in shown
                assert not is_map or "X-Name" in shown
            assert SECRET in json.dumps(value.to_dict())
    if not found:
        pytest.skip("the vendored document has no secret fields")


@BOTH
def test_text_of_a_mapping_in_a_models_place_may_be_secret_and_is_masked(package: Package) -> None:
    """So a caller gives what this SDK does not know yet, such as a new provider with its key."""
    mapping = {"token": SECRET, "more": [SECRET, {"deep": SECRET}], "count": 1}
    for value in instances(package):
        for attribute in type(value).NESTED:
            changed = copy.copy(value)
            setattr(changed, attribute, mapping)
            for shown in (repr(changed), changed._repr_html_()):
                assert SECRET not in shown
                assert "token" in shown
            assert changed.to_dict() != value.to_dict()


@BOTH
def test_a_notebook_gets_a_table_in_which_text_is_text(package: Package) -> None:
    unknown = unknown_variant(package)("Union", "tag", {"name": "<script>x</script>"})
    for value in (*instances(package), unknown):
        table = value._repr_html_()
        assert table.startswith("<table>")
        assert table.count("<table>") == table.count("</table>")
    assert "<script>" not in unknown._repr_html_()
    assert "&lt;script&gt;" in unknown._repr_html_()


@BOTH
def test_fastapi_and_pydantic_write_a_models_json(package: Package) -> None:
    """Annotated or not, alone, in a list, and inside a model of pydantic."""
    values = [value for value in instances(package) if package.contract.MODELS[type(value).__name__].fields]
    for value in values:
        kind = type(value)
        expected = json.loads(json.dumps(value.to_dict()))
        holder = pydantic.create_model("Holder", one=(kind, ...), many=(list[kind], ...))  # type: ignore[valid-type]
        held = holder(one=value, many=[value])
        assert json.loads(held.model_dump_json()) == {"one": expected, "many": [expected]}
        assert holder.model_json_schema()["properties"]
        assert fastapi.encoders.jsonable_encoder(value) == expected


def ask(app: fastapi.FastAPI, path: str) -> httpx.Response:
    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path)

    return anyio.run(get)


@BOTH
def test_an_endpoint_may_return_any_union(package: Package) -> None:
    app = fastapi.FastAPI()
    for name in package.contract.UNIONS:
        union = getattr(package.models, name)
        shape = package.contract.Tagged(name)
        known = package.decode_strictly(least(package, shape), shape)
        unknown, _ = package.decode_leniently({package.contract.UNIONS[name].property: "of tomorrow", "keys": 1}, shape)
        app.get(f"/{name}/known", response_model=union)(lambda value=known: value)
        app.get(f"/{name}/unknown", response_model=union)(lambda value=unknown: value)
        app.get(f"/{name}/plain", response_model=None)(lambda value=unknown: value)
        for path, value in (("known", known), ("unknown", unknown), ("plain", unknown)):
            answer = ask(app, f"/{name}/{path}")
            assert answer.status_code == 200, (name, path)
            assert answer.json() == json.loads(json.dumps(value.to_dict()))
    assert ask(app, "/openapi.json").status_code == 200


def test_members_of_a_union_are_loaded_when_a_tag_selects_them() -> None:
    """What a program pays for its first answer does not grow with the number of members."""
    package = packages()[0]
    name, union = max(package.contract.UNIONS.items(), key=lambda item: len(item[1].members))
    tag, member = next(iter(union.members.items()))
    payload = {**least(package, member), union.property: tag}
    loaded = _loaded(
        "from arize_integrations_api.contract import Tagged\n"
        "from arize_integrations._wire.unwrap import unwrap\n"
        f"unwrap(Tagged({name!r}), {payload!r}, print)"
    )
    homes = {other: f"{package.models.__name__}{package.models._HOMES[other.name]}" for other in union.members.values()}
    assert homes.pop(member) in loaded
    assert set(homes.values()).isdisjoint(loaded)


def test_building_a_request_loads_no_models() -> None:
    for operation in packages()[0].contract.OPERATIONS.values():
        loaded = _loaded(f"import arize_integrations_api.api.{operation.module}")
        assert loaded == []


def _loaded(program: str) -> list[str]:
    """The modules of models, and of HTTP clients, that a program has loaded in a process of its own."""
    tail = "\nimport sys; print([name for name in sys.modules if '_api.models.' in name or name == 'httpx'])"
    done = subprocess.run([sys.executable, "-c", program + tail], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout.splitlines()[-1].replace("'", '"')))
