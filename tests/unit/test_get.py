"""`get`, over a real connection to the stand-in."""

from __future__ import annotations

import json
import platform
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

import arize_integrations
import arize_integrations_api.contract as contract
from arize_integrations import (
    UNSET,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    IntegrationsClient,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodingError,
    RetryPolicy,
    UnknownVariant,
    UnprocessableEntityError,
)
from arize_integrations.testing import Answer, StandInServer
from arize_integrations_api.examples import EXAMPLES
from tests.operations import GET, example_answer
from tests.unit.conftest import KEY, Client, Connect

EXAMPLE: dict[str, Any] = example_answer(GET)
ID: str = EXAMPLE["id"]
UNION = contract.UNIONS["Integration"]


def test_the_documented_integration_is_unwrapped(client: Client) -> None:
    integration: Any = client.get(ID)
    member = UNION.members[EXAMPLE[UNION.property]]
    assert type(integration) is getattr(arize_integrations, member.name)
    assert datetime.fromisoformat(integration.to_dict().pop("created_at")) == datetime.fromisoformat(
        EXAMPLE["created_at"]
    )
    assert integration.created_at.tzinfo is not None
    assert {**integration.to_dict(), **_timestamps(EXAMPLE)} == EXAMPLE
    assert integration.additional_properties == {}


def _timestamps(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key.endswith("_at")}


def test_what_is_unwrapped_can_be_told_apart_with_match(client: Client, server: StandInServer) -> None:
    server.add({**EXAMPLE, "id": "new", "type": "of tomorrow"})
    read: list[object] = []
    for integration_id in (ID, "new"):
        match client.get(integration_id):
            case arize_integrations.LlmIntegration(name=name, config=arize_integrations.OpenAiConfig()):
                read.append(name)
            case UnknownVariant(union="Integration", tag=tag):
                read.append(tag)
            case other:
                read.append(other)
    assert read == [EXAMPLE["name"], "of tomorrow"]


def test_a_variant_of_tomorrow_reads_like_an_object(client: Client, server: StandInServer) -> None:
    payload = {**EXAMPLE, UNION.property: "quantum", "raw": 1, "to_dict": 2, "__class__": 3, "with space": 4}
    server.add(payload)
    variant: Any = client.get(ID)
    assert (variant.union, variant.tag, variant.raw) == ("Integration", "quantum", payload)
    assert (variant.name, variant.id, getattr(variant, "with space")) == (EXAMPLE["name"], ID, 4)
    assert variant.to_dict() == payload
    assert {"name", "id", "raw", "tag"} <= set(dir(variant))
    assert "with space" not in dir(variant)
    assert variant != payload
    for missing in ("config_v2", "__deepcopy__", "__len__"):
        with pytest.raises(AttributeError, match=missing):
            getattr(variant, missing)
    with pytest.raises(TypeError, match="unhashable"):
        hash(variant)


def test_a_tag_that_is_missing_reads_unset(client: Client, server: StandInServer) -> None:
    server.add({"id": ID})
    variant: Any = client.get(ID)
    assert (variant.tag, bool(variant.tag), repr(variant.tag)) == (UNSET, False, "UNSET")


SPELLINGS = {"upper": str.upper, "lower": str.lower, "title": str.title, "dashes": "-".join, "underscores": "_".join}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_a_tag_in_another_spelling_selects_the_same_class(client: Client, server: StandInServer, spell: Any) -> None:
    tag = EXAMPLE[UNION.property]
    server.add({**EXAMPLE, UNION.property: spell(tag)})
    integration: Any = client.get(ID)
    assert type(integration).__name__ == UNION.members[tag].name
    assert integration.to_dict()[UNION.property] == spell(tag)


def test_an_unknown_config_leaves_the_integration_typed(client: Client, server: StandInServer) -> None:
    server.add({**EXAMPLE, "config": {"provider": "of tomorrow", "depth": {"a": [1]}}})
    integration: Any = client.get(ID)
    assert type(integration) is arize_integrations.LlmIntegration
    assert isinstance(integration.config, UnknownVariant)
    assert (integration.config.union, integration.config.depth) == ("LlmConfig", {"a": [1]})


STATUSES = [
    (400, BadRequestError),
    (401, AuthenticationError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (409, ConflictError),
    (422, UnprocessableEntityError),
    (429, RateLimitError),
    (500, InternalServerError),
    (501, InternalServerError),
    (503, InternalServerError),
    (599, InternalServerError),
    (301, APIStatusError),
    (304, APIStatusError),
    (410, APIStatusError),
    (418, APIStatusError),
    (499, APIStatusError),
    (600, APIStatusError),
    (999, APIStatusError),
]


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_each_status_has_its_class_with_the_problems_members(
    connect: Connect, server: StandInServer, status: int, kind: type[APIStatusError]
) -> None:
    problem = {
        "status": status,
        "title": "A title",
        "detail": "What went wrong.",
        "type": "https://example.com/errors#one",
        "instance": "/resource/1",
        "error_code": "E1",
        "errors": [{"field": "name"}],
    }
    body = None if status == 304 else problem
    server.answer_next(Answer(status=status, headers={"X-Request-Id": "req-42", "Retry-After": "7"}, body=body))
    with pytest.raises(APIStatusError) as caught:
        connect(retry=None).get(ID)
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.request_id, error.retry_after, error.attempts) == (status, "req-42", 7.0, 1)
    assert (error.method, unquote(error.path)) == ("GET", f"/v2/integrations/{ID}")
    assert error.headers["x-request-id"] == error.headers["X-Request-ID"] == "req-42"
    if body:
        assert (error.title, error.detail, error.type, error.instance) == tuple(
            problem[name] for name in ("title", "detail", "type", "instance")
        )
        assert error.extensions == {"error_code": "E1", "errors": [{"field": "name"}]}
        assert str(error).startswith(f"GET {error.path}: {status} A title: What went wrong (request id req-42).")
    assert str(error).endswith((error.advice or ".", "may read integrations.", "may see the integration."))


def test_each_documented_problem_is_raised_as_its_class(connect: Connect, server: StandInServer) -> None:
    problems = {status: example for status, example in EXAMPLES[GET].answers.items() if status >= 400}
    assert problems
    for status, example in problems.items():
        server.answer_next(Answer.example(status))
        with pytest.raises(APIStatusError) as caught:
            connect(retry=None).get(ID)
        assert type(caught.value) is APIStatusError.for_status(status)
        assert caught.value.detail == example.bodies[0].get("detail")


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        ("<html><style>p {}</style><script>x()</script><h1>502 Bad\nGateway</h1></html>", "502 Bad Gateway"),
        ("", None),
        ("x" * 500, "x" * 200 + "..."),
        (["not", "an object"], '["not", "an object"]'),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
    ],
)
def test_a_body_that_is_no_problem_is_shown_in_short(
    connect: Connect, server: StandInServer, body: Any, excerpt: str | None
) -> None:
    server.answer_next(Answer(status=502, body=body))
    with pytest.raises(InternalServerError, match="502 Bad Gateway") as caught:
        connect(retry=None).get(ID)
    assert caught.value.excerpt == excerpt
    assert (caught.value.title, caught.value.detail, caught.value.extensions) == (None, None, {})


def test_a_redirect_is_not_followed_and_says_where_it_leads(client: Client, server: StandInServer) -> None:
    server.answer_next(Answer(status=308, headers={"Location": f"{server.base_url}/elsewhere"}))
    with pytest.raises(APIStatusError, match=f"The redirect to {server.base_url}/elsewhere was not followed"):
        client.get(ID)
    server.answer_next(Answer(status=302))
    with pytest.raises(APIStatusError, match="The redirect was not followed"):
        client.get(ID)
    assert len(server.requests) == 2


def test_the_request_is_as_promised(connect: Connect, server: StandInServer) -> None:
    with pytest.raises(NotFoundError):
        connect(headers={"X-Team": "blue"}).get("../users?x=1#y")
    (request,) = server.requests
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert (request.method, request.target) == ("GET", "/v2/integrations/..%2Fusers%3Fx%3D1%23y")
    assert headers["authorization"] == f"Bearer {KEY}"
    assert {"application/json", "application/problem+json"} <= set(headers["accept"].split(", "))
    assert (
        headers["user-agent"]
        == f"arize-integrations/{arize_integrations.__version__} python/{platform.python_version()}"
    )
    assert headers["host"] == server.base_url.removeprefix("http://")
    assert (headers["x-team"], headers["accept-encoding"]) == ("blue", "identity")
    assert request.body == b""


def test_the_sdks_own_headers_can_be_overridden_where_that_does_no_harm(
    connect: Connect, server: StandInServer
) -> None:
    connect(headers={"user-agent": "mine/1"}).get(ID)
    headers = [(name.lower(), value) for name, value in server.requests[0].headers.items()]
    assert [value for name, value in headers if name == "user-agent"] == ["mine/1"]


def test_an_id_is_checked_before_anything_is_sent(client: Client, server: StandInServer) -> None:
    for unusable in ("", "  ", "..", 5, None):
        with pytest.raises(ConfigurationError, match="integration_id"):
            client.get(unusable)  # type: ignore[arg-type]
    assert server.requests == []


def test_a_connection_that_breaks_is_tried_again_and_then_told(connect: Connect, server: StandInServer) -> None:
    quick = RetryPolicy(max_retries=2, initial_backoff=0.001)
    server.answer_next(Answer(drop="before"), Answer(drop="mid_body", body={"a": 1}))
    assert connect(retry=quick).get(ID)
    assert len(server.requests) == 3
    server.answer_next(*[Answer(drop="before")] * 3)
    with pytest.raises(APIConnectionError, match="after 3 attempts") as caught:
        connect(retry=quick).get(ID)
    assert (caught.value.attempts, len(server.requests)) == (3, 6)


def test_an_answer_that_takes_too_long_is_a_timeout(connect: Connect, server: StandInServer) -> None:
    server.answer_next(Answer(delay=30))
    with pytest.raises(APITimeoutError, match="no whole answer arrived in time"):
        connect(timeout=0.1, retry=None).get(ID)


def test_a_2xx_that_is_no_object_is_a_decoding_error_and_final(client: Client, server: StandInServer) -> None:
    server.answer_next(Answer(status=200, body=[json.dumps(EXAMPLE)]))
    with pytest.raises(ResponseDecodingError, match="a JSON list and not an object"):
        client.get(ID)
    assert len(server.requests) == 1


def test_any_2xx_is_success(client: Client, server: StandInServer) -> None:
    server.answer_next(Answer(status=203, body=EXAMPLE), Answer(status=299, body=EXAMPLE))
    assert client.get(ID) == client.get(ID)


@pytest.mark.parametrize("kind", ["known", "unknown"])
def test_what_to_dict_gives_can_be_changed_without_changing_the_object(kind: str) -> None:
    """An unknown variant gave its own lists away."""
    body = {**(EXAMPLE if kind == "known" else {"type": "carrier_pigeon"}), "new": [1, {"deep": [2]}]}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    with IntegrationsClient("some-key", base_url="https://h", transport=transport) as client:
        integration = client.get(ID)
    given = integration.to_dict()
    given["new"].append(3)
    given["new"][1]["deep"].append(4)
    assert integration.to_dict()["new"] == [1, {"deep": [2]}]
