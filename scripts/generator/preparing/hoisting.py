"""Giving a name to what is written out in place and becomes a class of its own: objects, enums, unions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import define, field
from openapi_python_client import strings

from scripts.document.errors import DocumentError
from scripts.document.usable import operation_name
from scripts.generator.names import class_name
from scripts.generator.preparing.composition import ORIGIN, SCHEMAS, TAGS, ref_name, without
from scripts.generator.preparing.spelling import JsonObject, Place

_NOISE = frozenset(
    {"components", "schemas", "paths", "properties", "allOf", "oneOf", "content", "schema", "responses", "parameters"}
)


@define
class Names:
    """The components of a document, and where in it each was written."""

    schemas: dict[str, JsonObject]
    places: dict[str, Place] = field(factory=dict)
    _taken: dict[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for name in self.schemas:
            place = ("components", "schemas", name)
            if class_name(name) in self._taken:
                raise DocumentError(f"would be the same class as {self._taken[class_name(name)]}", place)
            self._taken[class_name(name)] = name
            self.places[name] = place

    def place(self, name: str) -> Place:
        """Where a component, or what became one, stands in the document."""
        return self.places.get(name, ("components", "schemas", name))

    def add(self, schema: JsonObject, place: Place, words: tuple[str, ...] = ()) -> str:
        """Make a component of a schema that stands at `place`; return its name."""
        name = self._fresh(words or _words(place))
        self._taken[class_name(name)] = name
        self.places[name] = place
        self.schemas[name] = schema
        return name

    def remove(self, name: str) -> None:
        """Take a component out again."""
        del self.schemas[name]
        del self._taken[class_name(name)]

    def _fresh(self, words: tuple[str, ...]) -> str:
        base = "".join(strings.pascal_case(word) for word in words) or "Union"
        if not class_name(base).isidentifier():
            base = f"Schema{base}"
        candidates = (base if n == 1 else f"{base}{n}" for n in range(1, len(self.schemas) + 2))
        return next(candidate for candidate in candidates if class_name(candidate) not in self._taken)


def _words(place: Place) -> tuple[str, ...]:
    parts = [str(part) for part in place if part not in _NOISE and not str(part).isdigit()]
    return tuple(operation_name("", part) if part.startswith("/") else part for part in parts if "/" not in part[1:])


def hoisted(schema: JsonObject, place: Place, names: Names, *, top: bool = True) -> JsonObject:
    """Return a schema whose inner objects, enums and unions are references to components of their own.

    Args:
        schema: a spelled schema; one with `allOf` keeps it, and what is in its parts is hoisted.
        place: where it stands in the document.
        names: takes the new components.
        top: whether the schema itself has a name already.
    """
    found = dict(schema)
    if "properties" in found:
        found["properties"] = {
            name: hoisted(each, (*place, "properties", name), names, top=False)
            for name, each in found["properties"].items()
        }
    for keyword in ("items", "additionalProperties"):
        if isinstance(found.get(keyword), dict):
            found[keyword] = hoisted(found[keyword], (*place, keyword), names, top=False)
    if "allOf" in found:
        found["allOf"] = [hoisted(part, (*place, "allOf", i), names) for i, part in enumerate(found["allOf"])]
    if "oneOf" in found:
        found["oneOf"] = [_option(each, (*place, "oneOf", i), names) for i, each in enumerate(found["oneOf"])]
    if top or "allOf" in found or not becomes_class(found):
        return found
    return _moved(found, place, names)


def becomes_class(schema: JsonObject) -> bool:
    """Whether a schema without composition becomes a class, an enum or an alias with a name of its own."""
    if "oneOf" in schema:
        return "discriminator" in schema or any("$ref" in option for option in schema["oneOf"])
    return bool(schema.get("properties")) or len(schema.get("enum", ())) > 1


def _moved(schema: JsonObject, place: Place, names: Names, words: tuple[str, ...] = ()) -> JsonObject:
    """The reference to the new component; null, and what is marked, stays where it stood."""
    stays = {key: schema[key] for key in schema if key == "nullable" or key.startswith("x-") or key.endswith("Only")}
    name = names.add(without(schema, *(key for key in stays if key != "x-closed")), place, words)
    return {"$ref": SCHEMAS + name, **without(stays, "x-closed")}


def _option(option: JsonObject, place: Place, names: Names) -> JsonObject:
    """An alternative of a union; an object among them needs a name."""
    found = hoisted(option, place, names)
    if "allOf" in found or not becomes_class(found):
        return found
    title = found.get(ORIGIN) or found.get("title") or f"Option {int(place[-1]) + 1}"
    moved = _moved(found, place, names, (*_words(place[:-2]), str(title)))
    return {key: moved[key] for key in ("$ref", "nullable", TAGS, ORIGIN) if key in moved}


def references(schema: JsonObject) -> Iterator[str]:
    """The components that a spelled schema mentions."""
    if (name := ref_name(schema)) is not None:
        yield name
    inner = [*schema.get("properties", {}).values(), *schema.get("allOf", ()), *schema.get("oneOf", ())]
    inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    for each in inner:
        yield from references(each)


def reachable(roots: Mapping[str, JsonObject], schemas: Mapping[str, JsonObject]) -> set[str]:
    """The components that the roots reach, themselves included."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found.add(name)
            waiting += references(schemas[name])
    return found
