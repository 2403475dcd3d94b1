"""Names for Python, made of names in a document: distinct, or refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from openapi_python_client import strings
from openapi_python_client.config import ConfigFile
from openapi_python_client.strings import ClassName, snake_case

from scripts.document.errors import DocumentError
from scripts.generator.errors import GenerationError

# Names that the generated classes and functions use themselves. The generator reserves every builtin, which would turn
# a field called `type` or `format` into `type_`; a fixed list also keeps the text the same under every Python version.
RESERVED = frozenset(
    "bool bytes classmethod dict float int isinstance list object property str self cls true false datetime "
    "to_dict from_dict additional_properties additional_keys keys "
    "Any ClassVar Literal Mapping Self TypeAlias Unset UnknownVariant UNSET UUID "
    "Exception KeyError TypeError ValueError Warning Record Members IntEnum StrEnum".split()
)
# The facade's own classes. Its package offers the models next to them, so a model called Plan becomes Plan_.
OF_THE_FACADE = frozenset(
    "IntegrationsClient AsyncIntegrationsClient IntegrationPage IntegrationPager AsyncIntegrationPager RetryPolicy "
    "Plan Change Applied ArizeError APIConnectionError APIStatusError APITimeoutError AmbiguousNameError ApplyError "
    "AuthenticationError BadRequestError ConfigurationError ConflictError InternalServerError NotFoundError "
    "PermissionDeniedError RateLimitError ResponseDecodingError UnprocessableEntityError".split()
)
strings.RESERVED_WORDS = {*RESERVED, *OF_THE_FACADE}

PREFIX = ConfigFile().field_prefix
"""What the library puts before a name that begins with no letter."""
_LONGEST = 100  # characters; a name of a name must still be one of a file


def check(name: str, place: Iterable[object]) -> None:
    """Refuse the name of a property, at `place`, that Python, or a reader, would take for another one.

    Raises:
        DocumentError: it holds what does not print, or letters that Python's parser replaces, such as a ligature.
    """
    if not name.isprintable():
        raise DocumentError("has a name with a character that does not print", place)
    if len(name) > _LONGEST:
        raise DocumentError(f"has a name of more than {_LONGEST} characters", place)
    if unicodedata.normalize("NFKC", name) != name:
        raise DocumentError("has a name that Python would read as another one", place)


def distinct(names: Mapping[str, str], place: str) -> None:
    """Refuse two names in a document that give one name in Python; `names` are the latter by the former."""
    seen: dict[str, str] = {}
    for name, python in names.items():
        if python in seen:
            raise GenerationError(f"{place}: {_shown(seen[python])} and {_shown(name)} would both be called {python}")
        seen[python] = name


def class_name(schema: str) -> str:
    """The name of the class made of a component."""
    return str(ClassName(schema, PREFIX))


def module_name(operation: str) -> str:
    """The name of an operation's module.

    Raises:
        GenerationError: its path has other characters than a path of an API has.
    """
    name = operation.lower()
    if not re.fullmatch(rf"[a-z][a-z0-9_]{{,{_LONGEST}}}", name):
        raise GenerationError(f"the operation {_shown(operation)} has a path that no module can be named after")
    return name


def modules(classes: Iterable[str]) -> dict[str, str]:
    """A module for each class. Two classes such as `ApiKey` and `APIKey` get two, whatever the file system."""
    found: dict[str, str] = {}
    for name in sorted(classes):
        if len(name) > 2 * _LONGEST:
            raise GenerationError(f"the class {_shown(name)} would have more than {2 * _LONGEST} characters")
        plain = snake_case(name)
        taken = set(found.values())
        candidates = (plain if n == 1 else f"{plain}_{n}" for n in range(1, len(taken) + 2))
        found[name] = next(module for module in candidates if module not in taken)
    return found


def enum_members(values: Iterable[str]) -> list[str]:
    """A name for each value of an enum, all distinct."""
    names: list[str] = []
    for index, value in enumerate(values):
        plain = (
            snake_case(value.upper()).upper()
            if value[:_LONGEST] == value and value.isascii() and value[:1].isalpha()
            else ""
        )
        plain = plain if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", plain) else f"VALUE_{index}"
        names.append(plain if plain not in names else f"{plain}_{index}")
    return names


def _shown(name: str) -> str:
    text = ascii(name)
    return text if len(text) <= 60 else f"{text[:60]}..."
