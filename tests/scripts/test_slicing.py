"""What of a document concerns us, and that the rest does not."""

import copy
import json
from collections.abc import Callable

import pytest

from scripts.document.errors import DocumentError
from scripts.document.slicing import identity, is_slice, operations_of, sliced
from tests.scripts import documents
from tests.scripts.documents import Document, ref

Change = Callable[[Document], object]


def test_a_slice_is_itself() -> None:
    """Nothing of it is dropped, so upstream's own text can be vendored."""
    for document in (documents.first(), documents.grown(), documents.as_31(documents.grown())):
        assert is_slice(document)
        assert identity(sliced(document)) == identity(document)


@pytest.mark.parametrize("document", [documents.first(), documents.grown()], ids=["first", "grown"])
def test_the_slice_of_the_whole_is_the_slice(document: Document) -> None:
    """Components shared with sixty other operations stay, theirs alone go."""
    whole = documents.wrapped(document)
    assert len(list(operations_of(whole))) > 60
    assert not is_slice(whole)
    assert sliced(whole)["components"] == sliced(document)["components"]
    assert sliced(whole)["paths"] == sliced(document)["paths"]
    assert identity(whole) == identity(document)


ELSEWHERE: dict[str, Change] = {
    "another operation": lambda d: d["paths"].pop(next(path for path in d["paths"] if "things" in path)),
    "another schema": lambda d: d["components"]["schemas"]["Thing3"]["properties"].clear(),
    "another tag's text": lambda d: d["tags"].append({"name": "New", "description": "New."}),
    "a dead reference": lambda d: d["components"]["schemas"]["Thing3"].update(ref("Gone")),
    "the version of the whole": lambda d: d["info"].update(version="10.0.0", description="?"),
    "another way to sign in": lambda d: d["components"]["securitySchemes"]["basic"].update(scheme="digest"),
    "an extension of the root": lambda d: d.update({"x-build": 17}),
    "the order of everything": lambda d: _reverse(d),
    "a schema nobody uses": lambda d: d["components"]["schemas"].update(Lonely={"type": "object"}),
}

HERE: dict[str, Change] = {
    "a shared schema": lambda d: d["components"]["schemas"]["Id"].update(format="uuid"),
    "a word": lambda d: d["components"]["schemas"]["Id"].update(description="Other."),
    "a server": lambda d: d["servers"][1]["variables"]["region"]["enum"].append("us-1"),
    "how to sign in": lambda d: d["components"]["securitySchemes"]["bearerAuth"].update(scheme="basic"),
    "an example": lambda d: d["components"]["responses"]["NotFound"]["content"].update(
        {"application/problem+json": {"schema": ref("Problem"), "example": {"title": "?", "status": 1}}}
    ),
    "our tag's text": lambda d: next(t for t in d["tags"] if t["name"] == "Integrations").update(description="?"),
}


def _reverse(node: object) -> None:
    if isinstance(node, dict):
        items = list(node.items())
        node.clear()
        node.update(reversed(items))
        if isinstance(node.get("required"), list):
            node["required"].reverse()
        for value in node.values():
            _reverse(value)


@pytest.mark.parametrize("change", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_change_elsewhere_is_none_for_us(change: Change) -> None:
    """Or every night would bring a pull request."""
    before = documents.wrapped(documents.grown())
    after = copy.deepcopy(before)
    change(after)
    assert identity(after) == identity(before)


@pytest.mark.parametrize("change", HERE.values(), ids=HERE)
def test_a_change_within_reach_is_one(change: Change) -> None:
    """Or a change would pass unseen."""
    before = documents.wrapped(documents.grown())
    after = copy.deepcopy(before)
    change(after)
    assert identity(after) != identity(before)


def test_only_the_tagged_operations_of_a_shared_path_are_kept() -> None:
    """With what the path says for all of them."""
    document = documents.first()
    item = document["paths"]["/v2/integrations/{integration_id}"]
    item["parameters"] = item["get"].pop("parameters")
    item["put"] = {"tags": ["AI Integrations"], "responses": {"204": {"description": "?"}}}
    kept = sliced(document)["paths"]["/v2/integrations/{integration_id}"]
    assert kept.keys() == {"get", "parameters"}


def test_what_a_mapping_names_is_reached_however_it_is_written() -> None:
    """As a reference, in upstream's broken form, or by the bare name."""
    document = documents.first()
    schemas = document["components"]["schemas"]
    schemas["Integration"]["discriminator"]["mapping"] |= {"a": "BareName", "b": "#/components/schemas/Full"}
    schemas |= {"BareName": {"type": "object"}, "Full": {"type": "object"}}
    assert {"BareName", "Full", "LlmIntegration"} <= sliced(document)["components"]["schemas"].keys()


def test_the_heirs_of_a_polymorphic_base_are_reached() -> None:
    """They name it; it does not name them."""
    document = documents.first()
    schemas = document["components"]["schemas"]
    schemas["LlmConfig"] = {"type": "object", "discriminator": {"propertyName": "provider"}}
    schemas["Heir"] = {"allOf": [ref("LlmConfig"), {"type": "object"}]}
    assert "Heir" in sliced(document)["components"]["schemas"]


def test_data_that_looks_like_a_reference_is_data_and_a_field_called_example_is_a_field() -> None:
    """What a key means depends on where it stands."""
    document = documents.first()
    schemas = document["components"]["schemas"]
    schemas["Id"]["example"] = {"$ref": "#/nowhere"}
    schemas["Problem"]["properties"]["example"] = ref("Extra")
    schemas["Extra"] = {"type": "object"}
    assert "Extra" in sliced(document)["components"]["schemas"]


def test_cycles_are_followed_once() -> None:
    """A schema may contain itself."""
    document = documents.first()
    document["components"]["schemas"]["Problem"]["properties"]["cause"] = ref("Problem")
    assert is_slice(document)


REFUSED: dict[str, Change] = {
    "leads outside": lambda d: d["components"]["schemas"]["Id"].update({"$ref": "https://example.com/x.yaml#/Id"}),
    "leads outside its": lambda d: d["components"]["schemas"]["Id"].update({"$ref": "other.yaml"}),
    "missing": lambda d: d["components"]["schemas"].pop("Id"),
    "back to itself": lambda d: d["paths"].update({"/v2/x": ref("A", "pathItems")}),
    "has no operation that is tagged": lambda d: d["paths"]["/v2/integrations/{integration_id}"]["get"].update(
        tags=["Other"]
    ),
}


@pytest.mark.parametrize(("reason", "change"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_sliced_is_refused(reason: str, change: Change) -> None:
    """Nothing is fetched that a document points at."""
    document = documents.first()
    document["components"]["pathItems"] = {"A": ref("B", "pathItems"), "B": ref("A", "pathItems")}
    change(document)
    with pytest.raises(DocumentError, match=reason):
        sliced(document)


def test_a_slice_shares_nothing_with_its_document() -> None:
    """Correcting it must not correct the original."""
    document = documents.first()
    before = json.dumps(document)
    sliced(document)["components"]["schemas"]["Id"]["type"] = "integer"
    assert json.dumps(document) == before
