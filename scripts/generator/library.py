"""The generator library at work: it parses the document; its templates are not used."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import ErrorLevel, GeneratorError

from scripts.generator.errors import GenerationError


def parse(document: dict[str, Any]) -> GeneratorData:
    """The library's reading of an adapted document.

    Raises:
        GenerationError: it refuses the document, or leaves out a part of it.
    """
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
            raise GenerationError(f"the generator cannot read the document: {error}") from error
    if isinstance(data, GeneratorError):
        raise GenerationError(_describe(data))
    problems = [problem for each in data.endpoint_collections_by_tag.values() for problem in each.parse_errors]
    if problems or data.errors:
        raise GenerationError("\n".join(map(_describe, [*problems, *data.errors])))
    return data


def _describe(problem: GeneratorError) -> str:
    level = "" if problem.level is ErrorLevel.ERROR else "warning: "
    data = getattr(problem, "data", None)
    return f"{level}{problem.header or ''} {problem.detail or ''} {data or ''}".strip()
