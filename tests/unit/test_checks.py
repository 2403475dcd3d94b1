"""What the checks of requests say of shapes that today's document has not, and of what it lacks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from arize_integrations import UNSET, ConfigurationError, IntegrationsClient
from arize_integrations._wire import operations
from arize_integrations._wire.complaints import kind, one_of, refuse_respelling
from arize_integrations._wire.pages import page_reader
from arize_integrations._wire.requests import CheckedBody, check_json, check_value
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
