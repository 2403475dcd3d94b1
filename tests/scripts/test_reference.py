"""The documentation site shows what the document says as text."""

import html
import re
from pathlib import Path

import griffe
import pytest
from markdown_it import MarkdownIt

from scripts.reference import Signatures, as_text

HOSTILE = [
    "<script>alert(1)</script> [x](javascript:alert(2))",
    '--8<-- "pyproject.toml"',
    ";--8<-- 'pyproject.toml'",
    "::: arize_integrations",
    "# A heading",
    "Example:\n    <b>bold</b>",
    "![image](https://evil.example/p.png) @octocat &lt;",
    "- `a` <i> `b",
    "1. one\n---\n***",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_description_is_shown_as_it_is(text: str) -> None:
    """No HTML of its own, no link, no picture; nothing is left of the marks that include a file or a module."""
    shown = as_text(text)
    assert not re.search(r"8<|:::|^#|[<>\[\]]", shown)
    rendered = MarkdownIt("commonmark").render(shown)
    assert set(re.findall(r"<(\w+)", rendered)) <= {"p", "code"}
    assert html.unescape(re.sub(r"<[^>]*>", "", rendered)).split() == text.replace("`a`", "a").split()


def test_plain_words_in_backticks_stay_code() -> None:
    """Upstream writes the names of fields so."""
    assert "<code>type</code>" in MarkdownIt().render(as_text("The `type` decides."))


def test_only_the_docstrings_of_the_generated_package_are_rewritten(tmp_path: Path) -> None:
    """Ours may use Markdown."""
    for name in ("arize_integrations_api", "ours"):
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "models" / "__init__.py").write_text('class A:\n    """<i>"""\n    x: int\n    """<b>"""\n')
    extensions = griffe.load_extensions(Signatures)
    found = [
        griffe.load(name, search_paths=[tmp_path], extensions=extensions)["models.A"]
        for name in ("arize_integrations_api", "ours")
    ]
    docstrings = [each.docstring.value + each["x"].docstring.value for each in found]
    assert docstrings == ["&#60;i&#62;&#60;b&#62;", "<i><b>"]
