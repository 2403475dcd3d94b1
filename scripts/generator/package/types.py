"""What the models share: their base, absent and unknown values, and how they show themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from attrs import define, field, setters

from .values import UNSET as UNSET, Unset as Unset, to_json

MASK: Final = "[secure]"


class _Shown:
    """How an object of the document is shown to people, and how frameworks turn it into JSON."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The object as JSON holds it."""
        raise NotImplementedError

    def _shown(self) -> dict[str, Any]:
        """What is there, by name, with secrets masked."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        from html import escape  # here, because only notebooks ask

        def cell(value: Any) -> str:
            if isinstance(value, _Shown):
                return value._repr_html_()
            if isinstance(value, list) and any(isinstance(item, _Shown) for item in value):
                return "".join(map(cell, value))
            return escape(value if isinstance(value, str) else repr(value))

        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{cell(value)}</td></tr>" for name, value in self._shown().items()
        )
        return f"<table><caption>{escape(type(self).__name__)}</caption>{rows}</table>"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """An instance is taken as it is, and serialised as its JSON. Only pydantic calls this, so it is there."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(
            cls, serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.to_dict())
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "object", "title": cls.__name__}


@define(kw_only=True, repr=False, on_setattr=setters.NO_OP)
class Record(_Shown):
    """The base of every model."""

    KEYS: ClassVar[Mapping[str, str]] = {}
    """The JSON key of each field, by its attribute."""
    SECRETS: ClassVar[frozenset[str]] = frozenset()
    """The attributes that can be written and never read."""
    NESTED: ClassVar[tuple[str, ...]] = ()
    """The attributes that may hold models, at any depth."""
    CLOSED: ClassVar[bool] = False
    """Whether the document names all that a model may hold."""

    additional_properties: dict[str, Any] = field(factory=dict)
    """What was received beyond the declared fields, by its key."""

    def __attrs_post_init__(self) -> None:
        # A changed copy (`attrs.evolve`) does not share it.
        self.additional_properties = {**self.additional_properties}

    def to_dict(self) -> dict[str, Any]:
        """The object as JSON holds it, `UNSET` fields left out."""
        known = {}
        for name, key in self.KEYS.items():
            value = getattr(self, name)
            if value is not UNSET:
                known[key] = to_json(value)
        return known | {key: to_json(value) for key, value in self.additional_properties.items() if key not in known}

    @property
    def additional_keys(self) -> list[str]:
        """The keys of `additional_properties`."""
        return list(self.additional_properties)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """So that `dict(model)` is its JSON, which is what frameworks try."""
        return iter(self.to_dict().items())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._shown().items())})"

    def _shown(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.KEYS}
        shown = {
            name: _masked(value) if name in self.SECRETS else _unread(value) if name in self.NESTED else value
            for name, value in values.items()
            if value is not UNSET
        }
        return {**shown, "additional_properties": self.additional_properties} if self.additional_properties else shown


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(value, MASK)
    return None if value is None else MASK


def _unread(value: Any, *, inside: bool = False) -> Any:
    """A value where models stand. A plain mapping, which only callers put there, is masked as a whole: nobody knows what in it is secret."""
    if isinstance(value, dict):
        return {key: _unread(item, inside=True) for key, item in value.items()}
    if isinstance(value, list):
        return [_unread(item, inside=inside) for item in value]
    return MASK if inside and isinstance(value, str) else value


class UnknownVariant(_Shown):
    """An object whose discriminator names no variant this SDK knows.

    Its keys read as attributes; if a key is hidden by a name of this class, use `raw`.
    """

    __slots__ = ("raw", "tag", "union")

    union: str
    """The name of the union the object stands in."""
    tag: Any
    """The discriminator's value as received; `UNSET` when there was none."""
    raw: dict[str, Any]
    """The object as received."""

    if TYPE_CHECKING:
        # A discriminator is none of the document's tags here, so a comparison with one rules this class out.
        discriminator: Literal["(unknown)"]

    def __init__(self, union: str, tag: Any, raw: dict[str, Any]) -> None:
        self.union = union
        self.tag = tag
        self.raw = raw

    def __getattr__(self, name: str) -> Any:
        # Reached only for what is no attribute of the class; `raw` itself may be missing while unpickling. Python looks
        # for hooks such as `__deepcopy__` here, notebooks for `_repr_png_`: they must not find a server's value.
        if name not in UnknownVariant.__slots__ and not name.startswith(("__", "_repr_")) and name in self.raw:
            return self.raw[name]
        raise AttributeError(f"{type(self).__name__} of {self.union} has no key {name!r}" if name != "raw" else name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(key for key in self.raw if key.isidentifier())]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UnknownVariant):
            return NotImplemented
        return (self.union, self.tag, self.raw) == (other.union, other.tag, other.raw)

    def __repr__(self) -> str:
        return f"UnknownVariant(union={self.union!r}, tag={self.tag!r}, raw={self.raw!r})"

    def __reduce__(self) -> tuple[type[UnknownVariant], tuple[str, Any, dict[str, Any]]]:
        return UnknownVariant, (self.union, self.tag, self.raw)

    def keys(self) -> list[str]:
        """The keys as received: `dict` of it is the object as received."""
        return list(self.raw)

    def __getitem__(self, key: str) -> Any:
        return self.raw[key]

    def to_dict(self) -> dict[str, Any]:
        """The object as received, in a copy that may be changed, as that of a model is."""
        copied: dict[str, Any] = to_json(self.raw)
        return copied

    def _shown(self) -> dict[str, Any]:
        return self.raw


class Members:
    """The readers of a union's members. A member is loaded when the first object has its tag."""

    def __init__(self, union: str, tag: str, names: Mapping[Any, str]) -> None:
        self._union = union
        self._tag = tag
        self._names = names
        self._readers: dict[Any, Callable[[Mapping[str, Any]], Any]] = {}

    def from_dict(self, src_dict: Mapping[str, Any]) -> Any:
        """The member that the tag selects; KeyError or TypeError when the document knows no such member."""
        tag = src_dict[self._tag]
        read = self._readers.get(tag)
        if read is None:
            read = self._readers[tag] = self._load(self._names[tag]).from_dict
        return read(src_dict)

    def union(self) -> Any:
        """The union as a type, which loads every member."""
        found: Any = None
        for name in sorted(set(self._names.values())):
            member = self._load(name)
            member = member.union() if isinstance(member, Members) else member
            found = member if found is None else found | member
        return found | UnknownVariant

    def _load(self, name: str) -> Any:
        return getattr(import_module(f"{__package__}.models"), name)


__all__ = ["UNSET", "UnknownVariant", "Unset"]
