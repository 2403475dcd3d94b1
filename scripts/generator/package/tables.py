"""What the document says and the generated classes do not: servers, operations, unions, and the shape of each model.

Data only. All are tuples, so two shapes of different types may be equal: compare types as well. The facade dispatches on `UNIONS` and follows `MODELS` if a value is not as the document says.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Scalar: TypeAlias = str | int | float | bool


class Plain(NamedTuple):
    """A JSON scalar kept as it is; `type` is the Python type the document declares ("" for any JSON)."""

    type: str


class Constant(NamedTuple):
    """Exactly this JSON value: a `const`, or an enum of one value."""

    value: Scalar


class Text(NamedTuple):
    """A string that is parsed by the function of this name in `values`."""

    parser: str


class Choice(NamedTuple):
    """A member of the enum class of this name in `models`."""

    name: str


class Model(NamedTuple):
    """An object of the class of this name in `models`; its fields are in `MODELS`."""

    name: str


class Tagged(NamedTuple):
    """An object of the union of this name in `UNIONS`."""

    name: str


class Array(NamedTuple):
    """A list of one shape."""

    item: Shape


class Map(NamedTuple):
    """A plain dict with text for keys and values of one shape."""

    item: Shape


class AnyOf(NamedTuple):
    """One of several shapes without a discriminator."""

    options: tuple[Shape, ...]


Shape: TypeAlias = Plain | Constant | Text | Choice | Model | Tagged | Array | Map | AnyOf


class Field(NamedTuple):
    """A declared field: its JSON key, its attribute, what it holds, and whether the document requires it."""

    key: str
    attribute: str
    shape: Shape
    required: bool
    secret: bool = False
    """Can be written and never read (`writeOnly`); of a map, its values."""
    read_only: bool = False
    """Set by the server (`readOnly`), not sent."""
    shown_by: tuple[str, ...] = ()
    """The fields of an answer that show whether there is a secret (`x-shown-by`)."""
    immutable: bool = False
    """Cannot be changed once it is set (`x-immutable`)."""
    compare: str = ""
    """How two values compare (`x-compare`): "whole", "set" or "by:" and a field; "" for objects field by field."""


class Fields(NamedTuple):
    """The declared fields of a model, and the shape of what it may hold beyond them (None: the document names nothing)."""

    fields: tuple[Field, ...]
    additional: Shape | None = None


class Union(NamedTuple):
    """A discriminated union: the property that decides, and what each of its values selects."""

    property: str
    members: dict[Scalar, Model | Tagged]


class Parameter(NamedTuple):
    """A parameter of an operation: its name in the request, its Python argument, and where it goes."""

    name: str
    argument: str
    location: str
    shape: Shape
    required: bool


class Operation(NamedTuple):
    """An operation: `path` has `{}` for each path parameter, in their order; `module` stands below `api`.

    `result` is the shape of its 2xx answer: None if it has no content, `Plain("")` if it is JSON of no declared shape.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Shape | None
    result: Shape | None
    module: str


class Server(NamedTuple):
    """A server of the document: its URL template, and the default and listed values of each variable in it."""

    description: str
    url: str
    variables: dict[str, tuple[str, tuple[str, ...]]]
