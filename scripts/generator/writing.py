"""Writes the package of a parsed document. All its templates are ours, and text of the document reaches them as literals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from keyword import iskeyword
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.strings import pascal_case

from scripts.document.slicing import operations_of
from scripts.document.text import one_line
from scripts.generator.contract import contract_source, fields_source
from scripts.generator.errors import GenerationError
from scripts.generator.examples import examples_source
from scripts.generator.expressions import annotation, members
from scripts.generator.package.tables import Choice, Map, Model, Parameter, Plain, Shape, Tagged
from scripts.generator.rendering import Rendering
from scripts.generator.schemas import schemas_source
from scripts.generator.text import docstring, literal

_HERE = Path(__file__).resolve().parent
_NEWER_SCHEMA = "If a newer server differs from the document, a field holds what was received, or `UNSET`."
_NEWER_VALUES = "The values that the document knows; a newer server may send others, which stay plain strings."
_KINDS = {"query": "params", "header": "headers", "cookie": "cookies"}


_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=StrictUndefined,
    autoescape=False,
)
_TEMPLATES.globals.update(docstring=docstring, literal=literal)


def write(rendering: Rendering, document: Mapping[str, Any], folder: Path) -> None:
    """Write every module for a corrected document and its rendering into `folder`."""
    for path, text in _modules(rendering, document).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def _modules(rendering: Rendering, document: Mapping[str, Any]) -> dict[str, str]:
    return {
        "__init__.py": '"""What `make generate` made of the document in spec/: `models`, `api`, and tables about them."""\n',
        "types.py": _types(rendering),
        "values.py": (_HERE / "package" / "values.py").read_text("utf-8"),
        "contract.py": contract_source(document, rendering),
        "fields.py": fields_source(rendering),
        "examples.py": examples_source(document),
        "schemas.json": schemas_source(document),
        "bodies.py": _TEMPLATES.get_template("bodies.py.jinja").render(bodies=_bodies(rendering)),
        "api/__init__.py": '"""The operations of the document, by tag."""\n',
        **_models(rendering),
        **_endpoints(rendering, document),
    }


def _types(rendering: Rendering) -> str:
    """What the models share. `UnknownVariant` declares the document's discriminators in place of the one in our text."""
    text = (_HERE / "package" / "types.py").read_text("utf-8")
    before, line, after = text.partition('        discriminator: Literal["(unknown)"]\n')
    own = {"keys", "raw", "tag", "to_dict", "union"}
    deciding = {union.property for union in rendering.unions.values()}
    shown = sorted(name for name in deciding - own if name.isidentifier() and not iskeyword(name) and name[0] != "_")
    return before + "".join(line.replace("discriminator", name) for name in shown or ["discriminator"]) + after


def _bodies(rendering: Rendering) -> dict[str, str]:
    """The class of each operation's body, by the name of the type."""
    shapes = {name: rendering.body(endpoint) for name, endpoint in sorted(rendering.endpoints.items())}
    return {
        f"{pascal_case(name)}Body": shape.name for name, shape in shapes.items() if isinstance(shape, (Model, Tagged))
    }


def _models(rendering: Rendering) -> dict[str, str]:
    modules, texts = rendering.modules, {}
    for name, model in rendering.models.items():
        texts[modules[name]] = _TEMPLATES.get_template("model.py.jinja").render(model=model, newer=_NEWER_SCHEMA)
    for name, enum in rendering.enums.items():
        texts[modules[name]] = _TEMPLATES.get_template("enum.py.jinja").render(enum=enum, newer=_NEWER_VALUES)
    for name, union in rendering.unions.items():
        texts[modules[name]] = _TEMPLATES.get_template("union.py.jinja").render(
            union=union,
            reader=members(name),
            names=rendering.reader_names(union),
            members=sorted(set(union.mapping.values())),
        )
    for name, choice in rendering.choices.items():
        texts[modules[name]] = _TEMPLATES.get_template("alternatives.py.jinja").render(choice=choice)
    homes = modules | {members(name): modules[name] for name in rendering.unions}
    texts["__init__"] = _TEMPLATES.get_template("models_init.py.jinja").render(
        homes=dict(sorted(homes.items())), public=sorted(modules)
    )
    return {f"models/{module}.py": text for module, text in texts.items()}


def _endpoints(rendering: Rendering, document: Mapping[str, Any]) -> dict[str, str]:
    template, texts = _TEMPLATES.get_template("endpoint.py.jinja"), {}
    for path, method, operation in operations_of(document):
        endpoint = rendering.endpoint(method, path)
        module = rendering.module(endpoint)
        tag, name = module.split(".")
        texts[f"api/{tag}/__init__.py"] = '"""The operations of one tag of the document."""\n'
        texts[f"api/{tag}/{name}.py"] = template.render(_endpoint(rendering, endpoint, path, operation))
    return texts


def _endpoint(rendering: Rendering, endpoint: Endpoint, path: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    parameters, body = rendering.parameters(endpoint), rendering.body(endpoint)
    positional = [each for each in parameters if each.location == "path"]
    named = [each for each in parameters if each.location != "path"]
    found = {kind: [each for each in named if each.location == place] for place, kind in _KINDS.items()}
    return {
        "method": endpoint.method.upper(),
        "path": path,
        "url": _url(path, positional),
        "summary": operation.get("summary"),
        "description": operation.get("description"),
        "arguments": "",
        "positional": positional,
        "named": sorted(named, key=lambda each: not each.required),
        "annotated": _annotated,
        "body": body and f"{_body(body)}",
        "body_required": True,
        "values": {kind: items for kind, items in found.items() if items},
    }


def _url(path: str, positional: list[Parameter]) -> str:
    arguments = {each.name: each.argument for each in positional}
    parts = re.split(r"\{([^{}]*)\}", path)
    if set(parts[1::2]) != arguments.keys() or set("{}") & set("".join(parts)):
        raise GenerationError(f"the path {one_line(path, 60)} and its parameters do not name the same places")
    pieces = [
        f'_quote(str(_to_json({arguments[part]})), safe="")' if index % 2 else literal(part)
        for index, part in enumerate(parts)
        if part
    ]
    return " + ".join(pieces)


def _annotated(parameter: Parameter) -> str:
    declared = _plainly(parameter.shape)
    return declared if parameter.required else f"{declared} | None | Unset"


def _plainly(shape: Shape) -> str:
    """The annotation of a parameter, which takes the plain text of an enum as well."""
    return f"{annotation(shape)} | str" if isinstance(shape, Choice) else annotation(shape)


def _body(shape: Shape) -> str:
    if isinstance(shape, (Model, Tagged, Map)):
        return f"{annotation(shape)} | Mapping[str, Any]"
    return "Any" if isinstance(shape, Plain) else annotation(shape)
