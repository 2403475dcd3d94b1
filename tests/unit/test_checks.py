"""What the checks of requests say of shapes that today's document has not, and of what it lacks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from arize_integrations import UNSET, ConfigurationError, IntegrationsClient
from arize_integrations._wire import operations
from arize_integrations._wire.changes import check_changes
from arize_integrations._wire.pages import page_reader
from arize_integrations._wire.request_errors import kind, one_of, refuse_respelling
from arize_integrations._wire.requests import CheckedBody, check_body, check_json, check_value
from arize_integrations_api import contract
from arize_integrations_api.contract import OPERATIONS

TEXT = contract.Plain("str")
WORDS: list[tuple[Any, str]] = [
    (TEXT, "a string"),
    (contract.Plain("None"), "null"),
    (contract.Array(TEXT), "a list"),
    (contract.Map(TEXT), "an object"),
    (contract.Constant(5), "5"),
    (contract.Text("parse_datetime"), "a string"),
    (contract.Model("Thing"), "an object (Thing)"),
    (contract.AnyOf((TEXT, contract.Plain("bool"))), "a string or true or false"),
]


@pytest.mark.parametrize(("shape", "words"), WORDS, ids=[words for _, words in WORDS])
def test_each_kind_of_json_has_words(shape: Any, words: str) -> None:
    assert kind(shape) == words


def test_many_possibilities_are_not_all_listed() -> None:
    assert one_of(["a"]) == "'a'"
    assert one_of(str(number) for number in range(20)).endswith("'11' or 8 others")


def test_a_value_that_is_no_text_is_spelled_in_one_way_only() -> None:
    refuse_respelling(5, ["5"], "place")


@pytest.mark.parametrize(
    ("shape", "value", "says"),
    [
        (contract.Constant("LLM"), "AGENT", "must be 'LLM' here"),
        (contract.Constant(1), True, "must be 1 here"),
        (contract.AnyOf((TEXT, contract.Plain("None"))), 5, "must be a string or null, not int"),
        (contract.Array(TEXT), [UNSET], "UNSET"),
        (contract.Map(TEXT), [], "must be an object, not list"),
    ],
    ids=["constant", "true is not 1", "neither", "unset in a list", "no map"],
)
def test_what_does_not_fit_is_refused(shape: Any, value: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        check_value(shape, value, "place")
    assert (caught.value.parameter or "").startswith("place")


def test_what_fits_is_given_back() -> None:
    assert check_value(contract.Map(TEXT), {"a": "b", "c": UNSET}, "place") == {"a": "b"}
    assert check_value(contract.Constant(1), 1, "place") == 1


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> contract.Tagged:
    """A union of unions: shapes of requests that today's document has not."""
    number, either = contract.Plain("int"), contract.AnyOf((contract.Array(TEXT), TEXT))
    fields = (
        contract.Field("kind", "kind", contract.Constant("inner"), required=True),
        contract.Field("fixed", "fixed", TEXT, required=False, immutable=True),
        contract.Field("parts", "parts", either, required=False),
    )
    monkeypatch.setitem(contract.MODELS, "MadeUpInner", contract.Fields(fields, additional=number))
    nested = contract.Field("nested", "nested", contract.Tagged("MadeUpNested"), required=False)
    tags = [
        contract.Field("tag", "tag", contract.Constant("outer"), required=True),
        contract.Field("family", "family", contract.Constant("one"), required=False),
    ]
    monkeypatch.setitem(contract.MODELS, "MadeUpOuter", contract.Fields((*tags, nested)))
    inner, outer = contract.Model("MadeUpInner"), contract.Model("MadeUpOuter")
    monkeypatch.setitem(contract.MODELS, "MadeUpFree", contract.Fields(()))
    monkeypatch.setitem(contract.UNIONS, "MadeUpNested", contract.Union("kind", {"inner": inner}))
    monkeypatch.setitem(contract.UNIONS, "MadeUpUnion", contract.Union("tag", {"outer": outer}))
    return contract.Tagged("MadeUpUnion")


def test_what_a_document_declares_of_further_fields_is_checked(made_up: contract.Tagged) -> None:
    body = {"tag": "outer", "nested": {"kind": "inner", "any name": 5}}
    assert check_body(made_up, body).json == body
    with pytest.raises(ConfigurationError, match="must be a whole number, not str") as caught:
        check_body(made_up, {"tag": "outer", "nested": {"kind": "inner", "any name": "5"}})
    assert caught.value.parameter == "nested.any name"


def test_of_several_forms_the_one_that_came_closest_is_named(made_up: contract.Tagged) -> None:
    with pytest.raises(ConfigurationError, match="must be a string, not int") as caught:
        check_body(made_up, {"tag": "outer", "nested": {"kind": "inner", "parts": ["a", 5]}})
    assert caught.value.parameter == "nested.parts[1]"


def test_of_several_unions_the_one_that_knows_a_number_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other would take it for a newer server's tag, and send whatever comes with it."""
    for version in (1, 2):
        tag = contract.Field("version", "version", contract.Constant(version), required=True)
        size = contract.Field("size", "size", contract.Plain("int"), required=False)
        monkeypatch.setitem(contract.MODELS, f"MadeUp{version}", contract.Fields((tag, size)))
        union = contract.Union("version", {version: contract.Model(f"MadeUp{version}")})
        monkeypatch.setitem(contract.UNIONS, f"MadeUpFrom{version}", union)
    either = contract.AnyOf((contract.Tagged("MadeUpFrom1"), contract.Tagged("MadeUpFrom2")))
    for version in (1, 2):
        assert check_value(either, {"version": version, "size": 5}, "it") == {"version": version, "size": 5}
        with pytest.raises(ConfigurationError, match=r"^it\.size must be a whole number, not str"):
            check_value(either, {"version": version, "size": "5"}, "it")


@pytest.mark.parametrize(("nested", "changes"), [({}, False), ({"fixed": "x"}, False), ({"parts": "x"}, True)])
def test_a_change_is_found_at_any_depth(made_up: contract.Tagged, nested: dict[str, str], changes: bool) -> None:
    body = {"tag": "outer", "nested": {"kind": "inner", **nested}}
    if changes:
        assert check_changes(made_up, body).json == body
    else:
        with pytest.raises(ConfigurationError, match="nothing to change"):
            check_changes(made_up, body)


def test_a_change_is_found_in_a_union_of_unions(made_up: contract.Tagged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract.UNIONS, "MadeUpUnions", contract.Union("family", {"one": made_up}))
    shape, tags = contract.Tagged("MadeUpUnions"), {"family": "one", "tag": "outer"}
    body = {**tags, "nested": {"kind": "inner", "parts": "x"}}
    assert check_changes(shape, body).json == body
    with pytest.raises(ConfigurationError, match="nothing to change"):
        check_changes(shape, {**tags, "nested": {"kind": "inner"}})


def test_an_update_of_one_class_needs_a_change_too(made_up: contract.Tagged) -> None:
    with pytest.raises(ConfigurationError, match="at least one field"):
        check_changes(contract.Model("MadeUpFree"), {})


def test_a_checked_body_does_not_show_itself() -> None:
    assert repr(CheckedBody({"key": "a-secret"}, ("a-secret",))) == "CheckedBody(1 secrets)"
    assert "a-secret" not in repr(check_json({"key": "a-secret"}))


def test_an_operation_that_the_document_lacks_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "OPERATIONS", {})
    with pytest.raises(ConfigurationError, match=r"no operation for this \(DELETE v2/integrations/item\)"):
        operations.delete_integration("aWQ6MQ==")


def test_a_filter_that_the_document_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    if operations.LIST not in OPERATIONS:
        pytest.skip(f"the vendored document has no operation {operations.LIST}")
    without = OPERATIONS[operations.LIST]._replace(parameters=())
    monkeypatch.setattr(operations, "OPERATIONS", {operations.LIST: without})
    with pytest.raises(ConfigurationError, match="not known") as caught:
        operations.list_integrations({"limit": 5}, set())
    assert caught.value.parameter == "page_size"


def test_a_list_operation_without_a_list_is_a_clear_error() -> None:
    with pytest.raises(ConfigurationError, match="does not answer with a list"):
        page_reader(TEXT, set())


def test_a_post_without_a_body_says_so() -> None:
    """Some gateways refuse a POST without a length."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    with IntegrationsClient("key-of-the-tests", transport=httpx.MockTransport(answer)) as client:
        assert client.request("POST", "/v2/anything") is None
    assert seen[0].headers["Content-Length"] == "0"


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_pager_shows_what_it_asks_for(asynchronous: bool) -> None:
    from arize_integrations import AsyncIntegrationsClient

    if operations.LIST not in OPERATIONS:
        pytest.skip(f"the vendored document has no operation {operations.LIST}")
    kind_of_client: Any = AsyncIntegrationsClient if asynchronous else IntegrationsClient
    client = kind_of_client("key-of-the-tests", transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    assert repr(client.list(name="x")).endswith("Pager(name='x')")
    client._session.closed = True  # nothing was opened
