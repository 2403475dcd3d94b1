"""Integrations of any type and provider to start from, by the document's examples or else its schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations.testing import Answer, StandInServer, example_integrations
from arize_integrations.testing._tables import INTEGRATION, tags
from arize_integrations_api.contract import MODELS, UNIONS, Model, Tagged
from tests.testing.account_cases import CREATES
from tests.testing.asking import ANSWERS, needs_create

if TYPE_CHECKING:
    from tests.testing.asking import Asking


def kinds() -> list[tuple[str, str | None]]:
    """Every type and provider of the document, read from its tables."""
    assert isinstance(INTEGRATION, Tagged)
    found: list[tuple[str, str | None]] = []
    for kind, member in UNIONS[INTEGRATION.name].members.items():
        assert isinstance(member, Model)
        shape = next(field.shape for field in MODELS[member.name].fields if field.key == "config")
        found += [(str(kind), None), *((str(kind), provider) for provider in tags(shape))]
    return found


def without_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("_samples", "_adding"):
        monkeypatch.setattr(f"arize_integrations.testing.{module}.documented_integrations", lambda: iter(()))


@pytest.mark.parametrize("examples", [True, False], ids=["from the examples", "from the schemas"])
@pytest.mark.parametrize(("kind", "provider"), kinds())
def test_there_is_one_of_every_type_and_provider(
    monkeypatch: pytest.MonkeyPatch, server: StandInServer, account: Asking, kind: str, provider: str, examples: bool
) -> None:
    if not examples:
        without_examples(monkeypatch)
    added = server.add(kind, provider, name="Mine")
    assert (added["type"], added["name"]) == (kind, "Mine")
    assert provider in (None, added["config"].get("provider"))
    assert account.get(added["id"]).json == added


def test_a_type_without_providers_takes_none(server: StandInServer) -> None:
    alone = [kind for kind, _ in kinds() if [each for each, _ in kinds()].count(kind) == 1]
    if not alone:
        pytest.skip("the document has no type without providers")
    with pytest.raises(ValueError, match="provider must be left out"):
        server.add(alone[0], "OPEN_AI")


def test_types_are_known_in_any_spelling(server: StandInServer) -> None:
    kind, provider = kinds()[1]
    assert server.add(kind.lower(), str(provider).replace("_", "-").title())["config"]["provider"] == provider


def test_each_has_an_id_and_a_name_of_its_own(server: StandInServer) -> None:
    kind, _ = kinds()[0]
    added = [server.add(kind) for _ in range(3)]
    assert len({each["id"] for each in added}) == len({each["name"] for each in added}) == 3
    assert [each["id"] for each in added] == server.integration_ids[1:]


def test_fields_are_set_and_those_of_config_one_by_one(server: StandInServer) -> None:
    kind, _ = kinds()[0]
    plain = server.add(kind)
    added = server.add(kind, id="mine", created_at="2020-01-01T00:00:00Z", config={"new": [1]})
    assert (added["id"], added["created_at"]) == ("mine", "2020-01-01T00:00:00Z")
    assert added["config"] == plain["config"] | {"new": [1]}
    assert server.add({"id": "x", "config": 7}, config={"a": 1})["config"] == {"a": 1}


def test_the_documents_examples_fill_an_account() -> None:
    examples = [each for each in example_integrations() if "id" in each]
    assert examples[:1] == [each for each in ANSWERS[200].bodies[:1] if "id" in each]
    assert StandInServer(examples).integration_ids == [each["id"] for each in examples]


@needs_create
def test_a_create_request_is_carried_out(server: StandInServer) -> None:
    class Request:
        def to_dict(self) -> dict[str, Any]:
            return {**CREATES[0], "name": "New"}

    added = server.add(Request())
    assert added["name"] == "New"
    assert added["id"] in server.integration_ids
    with pytest.raises(ValueError, match="'New'"):
        server.add(Request())


def test_a_document_without_examples_and_ids_works_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arize_integrations.testing._adding.documented_integrations", lambda: iter([{"name": "a"}]))
    assert [each["name"] for each in StandInServer().integrations] == ["a"]
    without_examples(monkeypatch)
    assert StandInServer().integrations[0]["type"] == kinds()[0][0]
    monkeypatch.setattr("arize_integrations.testing._answer.documented", lambda *_: None)
    assert Answer(200).body is None
