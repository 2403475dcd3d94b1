"""Whatever is asked of the stand-in, in whatever order, each answer is one that the document allows."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from openapi_core.exceptions import OpenAPIError

from arize_integrations.testing import StandInServer
from arize_integrations_api.contract import OPERATIONS, UNIONS, Shape, Tagged
from arize_integrations_api.examples import EXAMPLES
from tests.contract.bodies import bodies, broken
from tests.contract.judge import Judge
from tests.testing.asking import COLLECTION, Asking, needs, one

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = needs("get_v2_integrations", "post_v2_integrations", "patch_v2_integrations_item")


def body_of(operation: str) -> Shape:
    found = OPERATIONS[operation].body if operation in OPERATIONS else None
    return found or OPERATIONS["get_v2_integrations_item"].result or Tagged("")


CREATE, UPDATE = body_of("post_v2_integrations"), body_of("patch_v2_integrations_item")
CREATES = EXAMPLES["post_v2_integrations"].requests if "post_v2_integrations" in EXAMPLES else ()
UPDATES = EXAMPLES["patch_v2_integrations_item"].requests if "patch_v2_integrations_item" in EXAMPLES else ()
HEADERS = {"Authorization": "Bearer test-key", "Content-Type": "application/json"}
NAMES = st.sampled_from(["a", "b", "c"])
KINDS = list(UNIONS[CREATE.name].members) if isinstance(CREATE, Tagged) else []


class Account(RuleBasedStateMachine):
    """Requests of any kind; what they leave behind is what the answers said."""

    judge: Judge

    def __init__(self) -> None:
        super().__init__()
        self.server = StandInServer([]).start()
        self.ask = Asking(self.server)
        self.known: dict[str, dict[str, Any]] = {}

    def teardown(self) -> None:
        self.ask.close()
        self.server.close()

    def judged(self, method: str, target: str, body: Any = None) -> tuple[int, Any]:
        reply = self.ask(method, target, body)
        self.judge.check_answer(method, target, reply.status, dict(reply.headers), reply.body)
        return reply.status, json.loads(reply.body) if reply.body else None

    def some_id(self, draw: int) -> str:
        return list(self.known)[draw % len(self.known)] if self.known else "none"

    def create(self, body: Any) -> int:
        status, answer = self.judged("POST", COLLECTION, body)
        assert status in (201, 400, 409, 422)
        if status == 201:
            assert answer["id"] not in self.known
            self.known[answer["id"]] = answer
        return status

    @rule(body=st.sampled_from(CREATES or [{}]), name=NAMES)
    def create_an_example(self, body: dict[str, Any], name: str) -> None:
        assert not body or self.create(body | {"name": name}) in (201, 409)

    @rule(body=bodies(CREATE))
    def create_anything(self, body: Any) -> None:
        self.create(body)

    @rule(body=broken(CREATE))
    def create_what_is_broken(self, body: Any) -> None:
        self.create(body)

    @rule(
        number=st.integers(0, 9),
        name=NAMES,
        config=st.sampled_from([each.get("config", {}) for each in UPDATES] or [{}]),
    )
    def update_what_is_there(self, number: int, name: str, config: dict[str, Any]) -> None:
        stored = self.known.get(self.some_id(number), {"type": KINDS[0]})
        self.update(number, {"type": stored["type"], "name": name, "config": config})
        self.update(number, {"type": stored["type"], "scopings": []})

    @rule(number=st.integers(0, 9), changes=st.sampled_from(UPDATES or [{}]) | bodies(UPDATE) | broken(UPDATE))
    def update_with_anything(self, number: int, changes: Any) -> None:
        self.update(number, changes)

    def update(self, number: int, changes: Any) -> None:
        integration_id = self.some_id(number)
        status, answer = self.judged("PATCH", one(integration_id), changes)
        assert status in (200, 400, 404, 409, 422)
        if status == 200:
            assert answer["updated_at"] > self.known[integration_id]["updated_at"]
            self.known[integration_id] = answer

    @rule(number=st.integers(0, 9))
    def delete(self, number: int) -> None:
        integration_id = self.some_id(number)
        status, _ = self.judged("DELETE", one(integration_id))
        assert status == (204 if self.known.pop(integration_id, None) else 404)

    @rule(number=st.integers(0, 9))
    def get(self, number: int) -> None:
        integration_id = self.some_id(number)
        status, answer = self.judged("GET", one(integration_id))
        assert (status, answer) == (200, self.known[integration_id]) if self.known else status == 404

    @rule(limit=st.integers(1, 3), kind=st.sampled_from(KINDS))
    def list_all_pages(self, limit: int, kind: str) -> None:
        found: list[dict[str, Any]] = []
        target = f"{COLLECTION}?type={kind}&limit={limit}"
        cursor = ""
        while True:
            status, page = self.judged("GET", target + cursor)
            assert status == 200
            found += page["integrations"]
            if not page["pagination"]["has_more"]:
                break
            cursor = f"&cursor={page['pagination']['next_cursor']}"
        wanted = [each for each in self.known.values() if each["type"] == kind]
        assert found == sorted(wanted, key=lambda each: each["created_at"], reverse=True)

    @rule(query=st.sampled_from(["limit=0", "limit=x", "cursor=x", "type=x", "name=" + "x" * 256, "limit=1&limit=2"]))
    def list_what_cannot_be(self, query: str) -> None:
        assert self.judged("GET", f"{COLLECTION}?{query}")[0] == 400


@pytest.fixture(scope="module")
def judge(document: dict[str, Any]) -> Iterator[Judge]:
    with StandInServer([]) as server:
        yield Judge(document, server.base_url)


def test_every_answer_is_one_of_the_document(judge: Judge) -> None:
    class Judged(Account):
        pass

    Judged.judge = judge
    Judged.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
    Judged.TestCase("runTest").runTest()


@pytest.mark.parametrize(("method", "shape"), [("POST", CREATE), ("PATCH", UPDATE)])
def test_the_judge_and_the_stand_in_agree_on_what_a_request_is(judge: Judge, method: str, shape: Shape) -> None:
    """A stricter stand-in would refuse what the API takes; a laxer one would let through what the API refuses."""
    known = EXAMPLES["get_v2_integrations_item"].answers[200].bodies[0]

    @settings(deadline=None, max_examples=300)
    @given(body=bodies(shape) | broken(shape))
    def agree(body: Any) -> None:
        target = COLLECTION if method == "POST" else one("known")
        server.add(known | {"id": "known"})
        status = ask(method, target, body).status
        try:
            judge.check_request(method, target, HEADERS, json.dumps(body).encode())
        except OpenAPIError:
            assert status in (400, 422)
        else:
            assert status != 400

    with StandInServer([]) as server, closing(Asking(server)) as ask:
        agree()


@pytest.mark.parametrize("body", CREATES, ids=map(str, range(len(CREATES))))
def test_the_documents_examples_are_requests_only_as_a_whole(judge: Judge, body: dict[str, Any]) -> None:
    with StandInServer([]) as server, closing(Asking(server)) as ask:
        for key in ("type", "name", "config"):
            less = {name: value for name, value in body.items() if name != key}
            assert ask.create(less).status == 400
            with pytest.raises(OpenAPIError):
                judge.check_request("POST", COLLECTION, HEADERS, json.dumps(less).encode())
        assert ask.create(body).status == 201
        judge.check_request("POST", COLLECTION, HEADERS, json.dumps(body).encode())
