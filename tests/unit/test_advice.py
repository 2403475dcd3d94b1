"""What an error advises follows from what happened and to which call, never from words that somebody else wrote."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from arize_integrations import APIConnectionError, APIStatusError, ArizeError, IntegrationsClient, NotFoundError
from tests.operations import CREATE, DELETE, LIST, UPDATE, example_request, skip_without

ID = "aWQ6MQ=="


def outcome(invoke: Any, answer: httpx.Response | Exception, base_url: str = "https://h.example") -> Any:
    def handle(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    transport = httpx.MockTransport(handle)
    with IntegrationsClient("key-of-the-tests", base_url=base_url, retry=None, transport=transport) as client:
        try:
            return invoke(client)
        except ArizeError as error:
            return error


def get(client: IntegrationsClient) -> Any:
    return client.get(ID)


def create(client: IntegrationsClient) -> Any:
    return client.create(example_request(CREATE))


@pytest.mark.parametrize(
    ("error", "advice", "never"),
    [
        (httpx.ProxyError("502 upstream certificate expired"), "the proxy", "SSL_CERT_FILE"),
        (httpx.ReadError("certificate hostname mismatch"), "Try again later", "SSL_CERT_FILE"),
        (httpx.ConnectError("what could be read in time"), "the network", "timeout="),
        (httpx.ReadTimeout("proxy refused"), "timeout=", "the proxy"),
    ],
    ids=str,
)
def test_advice_about_a_connection_is_not_taken_from_its_words(error: Exception, advice: str, never: str) -> None:
    found = outcome(get, error)
    assert isinstance(found, APIConnectionError)
    assert advice in str(found)
    assert never not in str(found)


def test_the_servers_words_are_repeated_as_they_are() -> None:
    """They may speak of a timeout, or of a base_url, and mean their own."""
    words = "timeout=... is too short; pass allow_http=True, check base_url takes and region, host or base_url"
    found = outcome(get, httpx.Response(400, json={"title": "No", "detail": words}))
    assert words in str(found)


def test_a_404_speaks_of_what_the_call_named() -> None:
    skip_without(CREATE, UPDATE, DELETE, LIST)
    missing = httpx.Response(404, json={"title": "Not found"})
    said = {
        "get": str(outcome(get, missing)),
        "update": str(outcome(lambda client: client.update(ID, example_request(UPDATE)), missing)),
        "delete": str(outcome(lambda client: client.delete(ID), missing)),
        "create": str(outcome(create, missing)),
        "list": str(outcome(lambda client: next(client.list().pages()), missing)),
        "request": str(outcome(lambda client: client.request("GET", "/v2/spaces"), missing)),
    }
    assert [name for name, text in said.items() if "Check the id," in text] == ["get", "update", "delete"]
    assert "the space" in said["list"]
    assert "spaces that the request names" in said["create"]
    assert "Check the path" in said["request"]


@pytest.mark.parametrize("base_url", ["https://h.example/v2", "https://h.example/gateway/v2/"])
def test_a_path_that_repeats_itself_points_at_base_url(base_url: str) -> None:
    found = outcome(get, httpx.Response(404), base_url)
    assert isinstance(found, NotFoundError)
    assert found.path.endswith("/v2/v2/integrations/aWQ6MQ%3D%3D")
    assert "The path repeats /v2: end base_url before it." in str(found)
    assert "Check the id" not in str(found)


def test_a_base_url_that_names_the_resource_is_pointed_at() -> None:
    found = outcome(get, httpx.Response(404), "https://h.example/gateway/v2/integrations")
    assert "The path repeats /v2/integrations: end base_url before it." in str(found)


def test_a_prefix_of_a_gateway_is_shown_as_sent() -> None:
    found = outcome(get, httpx.Response(404), "https://h.example/gateway")
    assert found.path == "/gateway/v2/integrations/aWQ6MQ%3D%3D"
    assert "base_url" not in str(found)


def test_an_answer_without_content_is_none() -> None:
    skip_without(DELETE)
    assert outcome(lambda client: client.delete(ID), httpx.Response(204)) is None
    assert outcome(lambda client: client.request("GET", "/v2/x"), httpx.Response(204)) is None


@pytest.mark.parametrize("value", [[1, "two"], "text", 5, False, None, {"a": None}], ids=repr)
def test_untyped_json_is_what_it_says(value: Any) -> None:
    assert outcome(lambda client: client.request("GET", "/v2/x"), httpx.Response(200, json=value)) == value


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("late"), False),
        (httpx.PoolTimeout("late"), False),
        (httpx.ReadTimeout("late"), True),
        (httpx.WriteError("broke"), True),
        (httpx.RemoteProtocolError("gone"), True),
    ],
    ids=repr,
)
def test_a_create_that_may_have_been_carried_out_says_so_and_how_to_look(error: Exception, unknown: bool) -> None:
    skip_without(CREATE)
    found = outcome(create, error)
    assert found.outcome_unknown == unknown
    assert ("find(name" in str(found)) == unknown
    assert outcome(get, error).outcome_unknown is False


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 408, 500, 502, 503, 504, 599])
def test_a_status_says_whether_a_create_was_refused(status: int) -> None:
    skip_without(CREATE)
    found = outcome(create, httpx.Response(status))
    assert isinstance(found, APIStatusError)
    assert found.outcome_unknown == (status == 408 or status >= 500)


def test_a_create_whose_answer_cannot_be_read_was_carried_out() -> None:
    skip_without(CREATE)
    found = outcome(create, httpx.Response(201, text="<html>"))
    assert found.outcome_unknown


def test_a_wait_of_no_time_is_not_spoken_of() -> None:
    found = outcome(get, httpx.Response(429, headers={"Retry-After": "0"}))
    assert found.retry_after == 0
    assert "wait 0" not in str(found)
