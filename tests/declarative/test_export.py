"""Integrations as the file that would create them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from arize_integrations.declarative.document import request_examples
from arize_integrations.declarative.export import Exported, Exporter, to_yaml
from arize_integrations.declarative.file import read_files
from arize_integrations.testing import StandInServer
from arize_integrations_api.contract import OPERATIONS

if "post_v2_integrations" not in OPERATIONS:
    pytest.skip("the document has no create", allow_module_level=True)

BODIES: list[dict[str, Any]] = list(request_examples())


def answer(body: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the server shows of an integration that was created so."""
    return StandInServer([]).add(body | fields)


def variables(value: Any) -> list[str]:
    return re.findall(r"(?<!\$)\$\{(\w+)\}", json.dumps(value))


def without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: without_secrets(item)
            for key, item in value.items()
            if not variables(item) or not isinstance(item, str)
        }
    return [*map(without_secrets, value)] if isinstance(value, list) else value


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body["name"]))
def test_what_was_created_is_exported_with_places_for_its_secrets(body: dict[str, Any]) -> None:
    exported = Exporter().export(answer(body))
    assert exported.request
    # All that was given is there again, or is a variable, or is said to be lost.
    lost = " ".join(exported.notes)
    for path, value in leaves(body):
        found = at(exported.request, path)
        assert found == value or variables(found) or path.rpartition(".")[0] in lost or found is None


def test_the_file_reads_back_as_the_requests(tmp_path: Path) -> None:
    exporter = Exporter()
    exported = [exporter.export(answer(body)) for body in BODIES]
    (tmp_path / "a.yaml").write_text(to_yaml(exported, "https://api.example"))
    values = {name: f"value of {name}" for name in variables([each.request for each in exported])}
    read = [entry.request for entry in read_files([str(tmp_path / "a.yaml")], values, lambda _: b"")]
    expected = json.dumps([each.request for each in exported])
    for name, value in values.items():
        expected = expected.replace(f"${{{name}}}", value)
    assert read == json.loads(expected.replace("$${", "${"))


def test_every_secret_has_a_variable_of_its_own() -> None:
    exporter = Exporter()
    names = [
        "Prod OpenAI",
        "prod-openai",
        "prod openai 2",
        "PROD_OPENAI",
        "東京",
        "大阪",
        "1st",
        "Ünïcode",
        "ARIZE",
        "arize prod",
        ".",
    ]
    found = [variables(exporter.export(answer(BODIES[0], name=name)).request) for name in names]
    flat = [name for each in found for name in each]
    assert len(flat) == len(set(flat))
    assert all(re.fullmatch(r"[A-Z_][A-Z0-9_]*", name) for name in flat)
    assert all(len(each) == len(found[0]) for each in found)
    assert found[0][0].startswith("PROD_OPENAI_")
    assert found[7][0].startswith("UNICODE_")
    # The key of Arize AX itself would be sent to a provider.
    assert not any(name.startswith("ARIZE") for name in flat)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body["name"]))
def test_a_variable_has_a_number_only_if_another_has_its_name(body: dict[str, Any]) -> None:
    found = variables(Exporter().export(answer(body, name="x")).request)
    assert {re.sub("_[2-9]$", "", name) for name in found} <= {*found}


def test_text_that_looks_like_a_variable_stays_text(tmp_path: Path) -> None:
    exported = Exporter().export(answer(BODIES[0], name="a ${HOME} $${B}"))
    (tmp_path / "a.yaml").write_text(to_yaml([exported], "x"))
    values = dict.fromkeys(variables(exported.request), "v")
    assert read_files([str(tmp_path / "a.yaml")], values, lambda _: b"")[0].request["name"] == "a ${HOME} $${B}"


@pytest.mark.parametrize(
    "name",
    [
        "no",
        "012",
        "0o17",
        "1e3",
        "null",
        "2026-02-13",
        "a: b",
        "# c",
        "- d",
        " e ",
        "two\nlines",
        "tab\t",
        "\x1b[2J",
        "\u202e",
        "=",
        "é",
        "'",
        '"',
        "!x",
        "%",
        "@",
        "&a",
        "*a",
    ],
)
def test_any_name_reads_back(name: str, tmp_path: Path) -> None:
    request = {"type": "x", "name": name, "config": {"deep": [name]}}
    text = to_yaml([Exported(request, ())], "x")
    assert all(char.isprintable() or char == "\n" for char in text)
    (tmp_path / "a.yaml").write_text(text)
    assert read_files([str(tmp_path / "a.yaml")], {}, lambda _: b"")[0].request == request


def test_what_this_version_does_not_know_is_left_out_and_said() -> None:
    base = answer(BODIES[0])
    for strange in ({**base, "type": "NEW\x1bER"}, {**base, "config": {"provider": "NEWER", "token": "x"}}):
        exported = Exporter().export(strange)
        assert exported.request is None
        text = to_yaml([exported, Exporter().export(base)], "x")
        assert "# Left out: " in text
        assert "NEW" in text
        assert "\x1b" not in text


def test_a_tag_that_is_spelled_otherwise_is_known() -> None:
    base = answer(BODIES[0])
    assert Exporter().export({**base, "type": str(base["type"]).lower()}).request == Exporter().export(base).request


def test_headers_whose_names_nobody_tells_are_said_to_be_lost() -> None:
    body = next(
        (body for body in BODIES if "headers" in body["config"] and answer(body)["config"].get("has_headers")), None
    )
    if body is None:
        pytest.skip("no example has such headers")
    assert any(
        "headers" in note and "neither names nor values" in note for note in Exporter().export(answer(body)).notes
    )


def test_a_rule_of_nulls_is_left_out() -> None:
    key = next((key for key, value in answer(BODIES[0]).items() if isinstance(value, list)), None)
    if key is None:
        pytest.skip("no list at the top of an answer")
    rule = {"organization_id": None, "space_id": None}
    exported = Exporter().export({**answer(BODIES[0]), key: [rule, {**rule, "organization_id": "x"}]}).request
    assert exported
    assert exported[key] == [{"organization_id": "x"}]


def test_an_empty_account_is_an_empty_list(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(to_yaml([], "x"))
    assert read_files([str(tmp_path / "a.yaml")], {}, lambda _: b"") == []


def leaves(value: Any, path: str = "") -> Any:
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    else:
        yield path, value


def at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
