"""A list is filtered, newest first, and comes in pages whose cursors belong to their query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations_api.examples import EXAMPLES
from tests.testing.asking import needs_list

if TYPE_CHECKING:
    from arize_integrations.testing import StandInServer
    from tests.testing.asking import Asking

pytestmark = needs_list

EXAMPLE = EXAMPLES["get_v2_integrations_item"].answers[200].bodies[0]


def integration(name: str, **fields: Any) -> dict[str, Any]:
    return {**EXAMPLE, "id": name, "name": name, "scopings": [], **fields}


@pytest.fixture
def many(server: StandInServer, account: Asking) -> Asking:
    """Ten, one a day, added in another order; beside the one that was there."""
    for day in (3, 1, 10, 4, 2, 9, 5, 8, 6, 7):
        server.add(integration(f"day {day}", created_at=f"2030-01-{day:02}T00:00:00Z"))
    return account


def names(account: Asking, **query: Any) -> list[str]:
    reply = account.list(**query)
    assert reply.status == 200, reply.body
    return [each["name"] for each in reply.json["integrations"]]


def problem(account: Asking, **query: Any) -> tuple[int, str]:
    reply = account.list(**query)
    return reply.status, reply.json["detail"]


def test_the_newest_come_first_and_without_a_limit_there_are_fifty(server: StandInServer, many: Asking) -> None:
    assert names(many)[:10] == [f"day {day}" for day in range(10, 0, -1)]
    for number in range(100):
        server.add(integration(f"{number}", created_at="2040-01-01T00:00:00Z"))
    assert names(many) == [f"{number}" for number in range(99, 49, -1)]
    assert len(names(many, limit=100)) == 100


def test_pages_follow_each_other_and_the_last_has_no_cursor(many: Asking) -> None:
    found: list[str] = []
    query: dict[str, Any] = {"limit": 3, "name": "DAY"}
    for size in (3, 3, 3, 1):
        page = many.list(**query).json
        found += [each["name"] for each in page["integrations"]]
        assert len(page["integrations"]) == size
        assert page["pagination"]["has_more"] is ("next_cursor" in page["pagination"]) is (size == 3)
        query["cursor"] = page["pagination"].get("next_cursor", "")
    assert found == [f"day {day}" for day in range(10, 0, -1)]


def test_what_comes_and_goes_in_between_moves_no_page(server: StandInServer, many: Asking) -> None:
    cursor = many.list(limit=3).json["pagination"]["next_cursor"]
    server.add(integration("newer", created_at="2050-01-01T00:00:00Z"))
    many.delete("day 8")
    assert names(many, limit=3, cursor=cursor)[0] == "day 7"


@pytest.mark.parametrize("other", [{"limit": 4}, {"limit": 3, "name": "d"}, {"limit": 3, "space_id": "x"}, {}])
def test_a_cursor_belongs_to_its_query(many: Asking, other: dict[str, Any]) -> None:
    cursor = many.list(limit=3).json["pagination"]["next_cursor"]
    assert problem(many, **other, cursor=cursor) == (400, "The cursor does not belong to this query.")


@pytest.mark.parametrize("cursor", ["", "x", "bm9uZQ==", "WzFd", "Nw=="])
def test_a_cursor_of_nobody_is_400(many: Asking, cursor: str) -> None:
    assert problem(many, cursor=cursor) == (400, "The cursor is none of this API.")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "", "x", "٣", "9" * 20])
def test_a_limit_is_1_to_100(many: Asking, limit: str) -> None:
    assert problem(many, limit=limit) == (400, "'limit' must be a whole number from 1 to 100.")


def test_names_are_found_by_a_part_in_any_case(many: Asking) -> None:
    assert names(many, name="AY 1") == ["day 10", "day 1"]
    assert names(many, name="nothing") == []
    assert len(names(many, name="")) == 11
    assert problem(many, name="x" * 256)[0] == problem(many, space_name="x" * 256)[0] == 400
    assert names(many, name="x" * 255) == []


def test_a_parameter_given_twice_is_400(account: Asking) -> None:
    reply = account("GET", account.collection + "?name=a&name=b")
    assert (reply.status, reply.json["detail"]) == (400, "'name' was given 2 times.")


def test_types_beyond_the_first_two_are_listed_only_if_asked_for(server: StandInServer, account: Asking) -> None:
    """And a type that the document does not know is listed: a newer server may send one."""
    for kind in ("LLM", "AGENT", "EVALUATOR", "OF_TOMORROW"):
        server.add(integration(kind, type=kind))
    listed = set(names(account))
    assert {"LLM", "AGENT", "OF_TOMORROW"} <= listed
    assert "EVALUATOR" not in listed
    assert names(account, type="EVALUATOR") == ["EVALUATOR"]
    assert names(account, type="OF_TOMORROW") == ["OF_TOMORROW"]
    assert problem(account, type="llm")[0] == problem(account, type="")[0] == 400


ORG, SPACE, OTHER = "T3JnOjE=", "U3BhY2U6MQ==", "U3BhY2U6Mg=="


def test_a_space_shows_what_is_visible_in_it(server: StandInServer, account: Asking) -> None:
    scopings: dict[str, list[dict[str, Any]]] = {
        "of all": [],
        "of all, said": [{"organization_id": None, "space_id": None}],
        "of the organization": [{"organization_id": ORG, "space_id": None}],
        "of the space": [{"organization_id": ORG, "space_id": SPACE}],
        "of another": [{"organization_id": ORG, "space_id": OTHER}],
        "of both": [{"organization_id": ORG, "space_id": OTHER}, {"organization_id": ORG, "space_id": SPACE}],
        "of another organization": [{"organization_id": "T3JnOjI="}],
    }
    for number, (name, rules) in enumerate(scopings.items()):
        server.add(integration(f"is {name}", scopings=rules, created_at=f"2030-01-{20 - number}T00:00:00Z"))
    seen = [f"is {name}" for name in scopings if "another" not in name]
    assert names(account, space_id=SPACE, name="is ") == seen
    assert names(account, space_id="unheard of", name="is ") == seen[:2]
    server.add_space(SPACE, name="The demo space", organization_id=ORG)
    assert names(account, space_name="DEMO", name="is ") == seen
    assert names(account, space_name="DEMO", space_id=SPACE, name="is ") == seen
    assert names(account, space_name="DEMO", space_id=OTHER, name="is ") == []
    assert names(account, space_name="another", name="is ") == []
    status, detail = problem(account, space_id="unheard of")
    assert (status, detail) == (404, "No space with the id 'unheard of' is visible to you.")
