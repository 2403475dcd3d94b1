"""A user's program. Both type checkers accept it in their strictest mode, and know what each thing in it is.

It is checked and never run: `assert_type` is a statement to the type checker.
"""

from collections.abc import Mapping
from typing import Any, assert_type

import httpx

from arize_integrations import (
    UNSET,
    APIConnectionError,
    APIStatusError,
    ArizeError,
    AsyncIntegrationsClient,
    Integration,
    IntegrationsClient,
    IntegrationScoping,
    LlmConfig,
    LlmIntegration,
    NotFoundError,
    OpenAiConfig,
    RateLimitError,
    RetryPolicy,
    UnknownVariant,
    __version__,
)
from arize_integrations.testing import Answer, RecordedRequest, StandInServer


def fetch(client: IntegrationsClient, integration_id: str) -> str:
    integration = client.get(integration_id)
    assert_type(integration, Integration)
    if isinstance(integration, LlmIntegration):
        assert_type(integration.config, LlmConfig)
        return integration.name
    return str(integration.to_dict().get("name", "unnamed"))


def describe(integration: Integration) -> str:
    match integration:
        case LlmIntegration(config=OpenAiConfig() as config):
            assert_type(config, OpenAiConfig)
            return integration.name
        case LlmIntegration(config=UnknownVariant(tag=provider)):
            return f"an unknown provider {provider}"
        case UnknownVariant() as unknown:
            assert_type(unknown, UnknownVariant)
            assert_type(unknown.union, str)
            assert_type(unknown.raw, dict[str, Any])
            return str(unknown.whatever_it_holds)
        case _:
            return repr(integration)


def scope(scoping: IntegrationScoping) -> str:
    if scoping.space_id is UNSET or scoping.space_id is None:
        return "everywhere"
    assert_type(scoping.space_id, str)
    return scoping.space_id


def report(client: IntegrationsClient) -> str:
    try:
        return fetch(client, "id")
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
        assert_type(error.attempts, int)
        return "later"
    except NotFoundError as error:
        assert_type(error.status, int)
        assert_type(error.detail, str | None)
        assert_type(error.request_id, str | None)
        headers: Mapping[str, str] = error.headers
        return str(headers)
    except APIStatusError as error:
        return f"{error.method} {error.path} {error.title} {error.extensions.get('error_code')}"
    except APIConnectionError as error:
        base: ArizeError = error
        return str(base)


def configure() -> None:
    policy = RetryPolicy(max_retries=8, max_wait=300.0)
    with IntegrationsClient(
        "key", region="eu-west-1a", timeout=httpx.Timeout(5.0), retry=policy, headers={"X-Team": "a"}
    ) as client:
        assert_type(client, IntegrationsClient)
        assert_type(client.with_options(retry=None, timeout=1.0), IntegrationsClient)
    IntegrationsClient(base_url="http://127.0.0.1:1", transport=httpx.HTTPTransport()).close()


async def fetch_async() -> str:
    async with AsyncIntegrationsClient(transport=httpx.AsyncHTTPTransport()) as client:
        assert_type(client, AsyncIntegrationsClient)
        assert_type(await client.get("id"), Integration)
        assert_type(client.with_options(timeout=1.0), AsyncIntegrationsClient)
        return describe(await client.get("id"))


def test_with_the_stand_in() -> None:
    with StandInServer() as server:
        server.answer_next(Answer.example(429), Answer(status=503, headers={"Retry-After": "1"}, body="busy"))
        assert_type(server.base_url, str)
        assert_type(server.requests, list[RecordedRequest])


version: str = __version__
