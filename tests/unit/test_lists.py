"""`list` and `find`: every page, one at a time, and never an end in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from arize_integrations import AmbiguousNameError, ConfigurationError, IntegrationPage, ResponseDecodingError
from arize_integrations_api.contract import MODELS, OPERATIONS
from tests.operations import GET, LIST, example_answer, skip_without
from tests.unit.conftest import Connect


@pytest.fixture(autouse=True)
def _the_document_lists() -> None:
    skip_without(LIST)


def list_key() -> str:
    """What the document calls the list in a page."""
    result: Any = OPERATIONS[LIST].result
    fields = MODELS[result.name].fields
    return next(field.key for field in fields if type(field.shape).__name__ == "Array")


def integrations(*names: str) -> list[dict[str, Any]]:
    example = example_answer(GET)
    return [{**example, "id": f"aWQ6{index}", "name": name} for index, name in enumerate(names)]


class Pages:
    """A server of pages. Each is a body, or the items of a page; cursors are made up."""

    def __init__(self, *pages: Any) -> None:
        self.requests: list[httpx.Request] = []
        self._pages = pages

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        cursor = request.url.params.get("cursor", "page-0")
        number = int(cursor.removeprefix("page-"))
        page = self._pages[number]
        if isinstance(page, list):
            more = number + 1 < len(self._pages)
            page = {
                list_key(): page,
                "pagination": {"has_more": more, **({"next_cursor": f"page-{number + 1}"} if more else {})},
            }
        return httpx.Response(200, content=json.dumps(page))

    @property
    def queries(self) -> Iterator[dict[str, str]]:
        return (dict(request.url.params) for request in self.requests)


def connected(connect: Connect, *pages: Any) -> tuple[Any, Pages]:
    server = Pages(*pages)
    return connect(transport=httpx.MockTransport(server), retry=None), server


def test_what_a_loop_has_begun_another_goes_on_with(connect: Connect) -> None:
    """As any iterator of Python: a first look, then the rest."""
    client, _ = connected(connect, integrations("c", "b"), integrations("a"))
    assert [found.name for found in client.listed_in_two_loops()] == ["c", "b", "a"]


def test_a_loop_goes_over_all_pages_in_the_order_of_the_server(connect: Connect) -> None:
    client, server = connected(connect, integrations("c", "b"), [], integrations("a"))
    assert [found.name for found in client.listed()] == ["c", "b", "a"]
    assert list(server.queries) == [{}, {"cursor": "page-1"}, {"cursor": "page-2"}]


def test_filters_are_sent_with_every_page(connect: Connect) -> None:
    client, server = connected(connect, integrations("b"), integrations("a"))
    client.listed(name="x y&z", space_id="U3BhY2U6MTphQmNE", page_size=7)
    first, second = server.queries
    assert first == {"name": "x y&z", "space_id": "U3BhY2U6MTphQmNE", "limit": "7"}
    assert second == {**first, "cursor": "page-1"}


def test_pages_tell_where_to_go_on(connect: Connect) -> None:
    client, _ = connected(connect, integrations("c"), integrations("b"), integrations("a"))
    pages = client.pages()
    assert all(type(page) is IntegrationPage for page in pages)
    assert [page.next_cursor for page in pages] == ["page-1", "page-2", None]
    assert [found.name for found in client.listed(cursor=pages[0].next_cursor)] == ["b", "a"]


def test_nothing_is_asked_before_it_is_needed_and_each_loop_begins_anew(connect: Connect) -> None:
    client, server = connected(connect, integrations("a"), integrations("b"))
    pager = client.client.list()
    assert server.requests == []
    for _ in range(2):
        assert [found.name for found in client._run(_all, pager)] == ["a", "b"]
    assert len(server.requests) == 4


def _all(pager: Any) -> Any:
    async def collect() -> list[Any]:
        return [found async for found in pager]

    return list(pager) if hasattr(pager, "__iter__") else collect()


STRANGE: list[Any] = [
    None,
    5,
    "text",
    [],
    {},
    {"type": None},
    {"type": "a type nobody knows yet", "name": "n"},
    {"config": []},
]


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_one_strange_item_never_costs_a_page(connect: Connect, strange: Any) -> None:
    good = integrations("before", "after")
    client, _ = connected(connect, [good[0], strange, good[1]])
    before, item, after = client.listed()
    assert (before.name, after.name) == ("before", "after")
    assert (item.to_dict() if hasattr(item, "to_dict") else item) == strange


NO_PAGE: dict[str, dict[str, Any]] = {
    "no list": {"pagination": {"has_more": False}},
    "a list that is none": {"LIST": {}, "pagination": {"has_more": False}},
    "more, and no word where": {"LIST": [], "pagination": {"has_more": True}},
    "more, at null": {"LIST": [], "pagination": {"has_more": True, "next_cursor": None}},
    "more, at nothing": {"LIST": [], "pagination": {"has_more": True, "next_cursor": ""}},
    "more, at a number": {"LIST": [], "pagination": {"has_more": True, "next_cursor": 5}},
    "a cursor that was used": {"LIST": [], "pagination": {"has_more": True, "next_cursor": "page-1"}},
    "pagination that is none": {"LIST": [], "pagination": []},
}


@pytest.mark.parametrize("name", NO_PAGE)
def test_a_list_never_ends_early_in_silence(connect: Connect, name: str) -> None:
    page = {list_key() if key == "LIST" else key: value for key, value in NO_PAGE[name].items()}
    client, _ = connected(connect, integrations("a"), page)
    with pytest.raises(ResponseDecodingError):
        client.listed()


@pytest.mark.parametrize("end", [{}, {"pagination": None}, {"pagination": {}}, {"pagination": {"next_cursor": None}}])
def test_a_page_that_does_not_say_whether_there_are_more_is_the_last_and_that_is_logged(
    connect: Connect, caplog: pytest.LogCaptureFixture, end: dict[str, Any]
) -> None:
    client, _ = connected(connect, {list_key(): integrations("a"), **end})
    assert len(client.listed()) == 1
    assert "pagination" in caplog.text


@pytest.mark.parametrize(
    ("filters", "place"),
    [
        ({"type": 5}, "type"),
        ({"name": b"x"}, "name"),
        ({"page_size": "7"}, "page_size"),
        ({"page_size": True}, "page_size"),
        ({"page_size": 0}, "page_size"),
        ({"cursor": 1}, "cursor"),
        ({"space_id": "\ud800"}, "space_id"),
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_sent_fails_at_once(connect: Connect, filters: dict[str, Any], place: str) -> None:
    client, server = connected(connect, [])
    with pytest.raises(ConfigurationError) as caught:
        client.client.list(**filters)
    assert caught.value.parameter == place
    assert server.requests == []


def test_find_compares_the_whole_name_exactly(connect: Connect) -> None:
    client, server = connected(connect, integrations("Production EU", "production"), integrations("Production", "x"))
    assert client.call("find", "Production").name == "Production"
    assert next(server.queries)["name"] == "Production"


def test_find_gives_none_if_there_is_none(connect: Connect) -> None:
    client, _ = connected(connect, integrations("Production EU"), [None, {"type": "newer"}])
    assert client.call("find", "Production") is None


def test_find_refuses_to_choose(connect: Connect) -> None:
    client, _ = connected(connect, integrations("twice"), integrations("twice"))
    with pytest.raises(AmbiguousNameError, match="twice") as caught:
        client.call("find", "twice")
    assert [match.name for match in caught.value.matches] == ["twice", "twice"]


@pytest.mark.parametrize("name", ["", None, 5])
def test_find_needs_a_name(connect: Connect, name: Any) -> None:
    client, server = connected(connect, [])
    with pytest.raises(ConfigurationError):
        client.call("find", name)
    assert server.requests == []


def test_a_long_name_is_found_by_its_beginning(connect: Connect) -> None:
    """The server takes 255 characters to look for."""
    client, server = connected(connect, integrations("n" * 300))
    assert client.call("find", "n" * 300) is not None
    assert len(next(server.queries)["name"]) == 255
