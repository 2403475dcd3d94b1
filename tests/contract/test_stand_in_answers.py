"""The stand-in says nothing the document does not, or every test that uses it tests our opinion."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from openapi_core.exceptions import OpenAPIError

from arize_integrations.testing import Answer, StandInServer
from arize_integrations_api.examples import EXAMPLES
from tests.contract.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANSWERS = EXAMPLES["get_v2_integrations_item"].answers
PREFIX = "/v2/integrations/"
DOCUMENTED_TARGET = PREFIX + "some-id"


def is_whole(status: int) -> bool:
    """Whether the document's example is one: an integration without an id is none, whatever the document says."""
    return any(status >= 400 or "id" in body for body in ANSWERS[status].bodies[:1])


@pytest.fixture(scope="module")
def server() -> Iterator[StandInServer]:
    with StandInServer() as running:
        yield running


@pytest.fixture(scope="module")
def judge(document: dict[str, Any], server: StandInServer) -> Judge:
    return Judge(document, server.base_url)


def ask(server: StandInServer, target: str, key: str) -> tuple[int, dict[str, str], bytes]:
    address = server.base_url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=10)) as connection:
        connection.request("GET", target, headers={"Authorization": f"Bearer {key}"})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()


@pytest.mark.parametrize("make", [Answer, Answer.example], ids=["made", "example"])
@pytest.mark.parametrize("status", [status for status in ANSWERS if is_whole(status)])
def test_each_documented_answer_is_as_documented(
    server: StandInServer, judge: Judge, status: int, make: Callable[[int], Answer]
) -> None:
    server.answer_next(make(status))
    answered, headers, body = ask(server, DOCUMENTED_TARGET, server.api_key)
    assert answered == status
    judge.check_answer("GET", DOCUMENTED_TARGET, answered, headers, body)


@pytest.mark.parametrize(
    ("segment", "key", "status"),
    [
        pytest.param(StandInServer().integration_ids[0], "test-key", 200, id="known"),
        pytest.param("%zz", "test-key", 400, id="malformed"),
        pytest.param("unknown", "wrong", 401, id="unauthenticated"),
        pytest.param("unknown", "test-key", 404, id="unknown"),
    ],
)
def test_what_it_serves_unscripted_is_as_documented(
    server: StandInServer, judge: Judge, segment: str, key: str, status: int
) -> None:
    answered, headers, body = ask(server, PREFIX + segment, key)
    assert answered == status
    judge.check_answer("GET", PREFIX + segment, answered, headers, body)


@settings(deadline=None)
@given(segment=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="/?#")))
def test_no_segment_makes_it_say_anything_undocumented(server: StandInServer, judge: Judge, segment: str) -> None:
    status, headers, body = ask(server, PREFIX + segment, server.api_key)
    judge.check_answer("GET", DOCUMENTED_TARGET, status, headers, body)


def test_the_judge_can_say_no(judge: Judge) -> None:
    """A judge that accepts everything would make the tests above worthless."""
    json_type = {"Content-Type": "application/json"}
    incomplete = StandInServer().integrations[0]
    del incomplete["id"]
    with pytest.raises(OpenAPIError):
        judge.check_answer("GET", DOCUMENTED_TARGET, 200, json_type, json.dumps(incomplete).encode())
    with pytest.raises(OpenAPIError):
        judge.check_answer("GET", DOCUMENTED_TARGET, 418, json_type, b"{}")
    with pytest.raises(OpenAPIError):
        judge.check_request("GET", DOCUMENTED_TARGET, {})
    with pytest.raises(OpenAPIError):
        judge.check_request("GET", "/v2/integrations/a/b", {"Authorization": "Bearer key"})
