"""The generator library at work: it parses the document; its templates are not used."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from scripts.document.errors import DocumentError

Place = tuple[Any, ...]


def parse(document: dict[str, Any], places: Mapping[str, Place] | None = None) -> GeneratorData:
    """The library's reading of an adapted document.

    Args:
        document: what the library is shown.
        places: where in the vendored document each of its components stands.

    Raises:
        DocumentError: it refuses the document, or leaves out a part of it.
    """
    places = places or {}
    with contextlib.redirect_stdout(io.StringIO()), tempfile.NamedTemporaryFile() as unused:
        config = Config.from_sources(
            ConfigFile(post_hooks=[]),
            MetaType.NONE,
            document_source=Path(unused.name),
            file_encoding="utf-8",
            overwrite=True,
            output_path=None,
        )
        try:
            data = GeneratorData.from_dict(json.loads(json.dumps(document)), config=config)
        except Exception as error:  # the parser raises whatever it stumbles over
            raise DocumentError("is more than the generator can read") from error
    if isinstance(data, GeneratorError):
        raise _refusal(data, places)
    # What is wrong with a schema comes first; what cannot be done without it follows.
    for problem in [
        *data.errors,
        *(each for tag in data.endpoint_collections_by_tag.values() for each in tag.parse_errors),
    ]:
        raise _refusal(problem, places)
    return data


def _refusal(problem: GeneratorError, places: Mapping[str, Place]) -> DocumentError:
    """The place and the reason of what the library says; its own words hold whole objects."""
    said = f"{problem.header or ''} {problem.detail or ''}"
    schema = re.search(r"/components/schemas/([\w.-]+)", said)
    operation = re.search(r"\b(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS|TRACE) (/[^\s,]*)", said)
    place: Place = places.get(schema[1], ("components", "schemas", schema[1])) if schema else ()
    if operation and not schema:
        place = ("paths", operation[2], operation[1].lower())
    twins = "same python_name" in said or "Conflicting property names" in said
    return DocumentError(
        "has two properties with one name in Python" if twins else "is more than the generator can read", place
    )
