"""A user's program. Both type checkers accept it in their strictest mode, and know what each thing in it is.

It is checked and never run: `assert_type` is a statement to the type checker.
"""

from collections.abc import Mapping
from typing import Any, Literal, assert_type

import httpx

from arize_integrations import (
    UNSET,
    AgentIntegration,
    AmbiguousNameError,
    APIConnectionError,
    APIStatusError,
    Applied,
    ApplyError,
    ArizeError,
    AsyncIntegrationPager,
    AsyncIntegrationsClient,
    Change,
    ConfigurationError,
    CreateAwsBedrockBearerTokenAuth,
    CreateAwsBedrockConfig,
    CreateLlmIntegrationRequest,
    CreateOpenAiConfig,
    EvaluatorIntegration,
    Integration,
    IntegrationPage,
    IntegrationPager,
    IntegrationsClient,
    IntegrationScoping,
    IntegrationScopingRequest,
    LlmConfig,
    LlmIntegration,
    NotFoundError,
    OpenAiConfig,
    Plan,
    RateLimitError,
    RetryPolicy,
    UnknownVariant,
    UpdateLlmConfig,
    UpdateLlmIntegrationRequest,
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


def provider(integration: Integration) -> str:
    """A tag narrows a union, at every depth."""
    if integration.type == "LLM":
        assert_type(integration, LlmIntegration)
        if integration.config.provider == "OPEN_AI":
            assert_type(integration.config, OpenAiConfig)
        return integration.config.provider
    assert_type(integration, AgentIntegration | EvaluatorIntegration | UnknownVariant)
    if isinstance(integration, AgentIntegration):
        assert_type(integration.type, Literal["AGENT"])
        return integration.config.endpoint
    return "none"


def scope(scoping: IntegrationScoping) -> str:
    if scoping.space_id is UNSET or scoping.space_id is None:
        return "everywhere"
    assert_type(scoping.space_id, str)
    return scoping.space_id


def browse(client: IntegrationsClient) -> list[str]:
    integrations = client.list(type="LLM", name="open", space_id="s", space_name=None, page_size=10, cursor=None)
    assert_type(integrations, IntegrationPager)
    for page in integrations.pages():
        assert_type(page, IntegrationPage)
        assert_type(page.next_cursor, str | None)
        assert_type(page.items[0], Integration)
    found = client.find("Production", type="LLM", space_id=None, space_name="demo")
    assert_type(found, Integration | None)
    return [describe(integration) for integration in integrations]


def write(client: IntegrationsClient, key: str) -> None:
    request = CreateLlmIntegrationRequest(
        name="Production",
        config=CreateOpenAiConfig(api_key=key, is_function_calling_enabled=False),
        scopings=[IntegrationScopingRequest(organization_id="o", space_id=None)],
    )
    assert_type(request.type, Literal["LLM"])
    assert_type(client.create(request), Integration)
    bedrock = CreateAwsBedrockConfig(auth=CreateAwsBedrockBearerTokenAuth(api_key=key), model_names=["nova"])
    client.create(CreateLlmIntegrationRequest(name="Bedrock", config=bedrock))
    client.create({"type": "LLM", "name": "Newer", "config": {"provider": "NEWER", "api_key": key}})
    changes = UpdateLlmIntegrationRequest(config=UpdateLlmConfig(api_key=None, base_url=UNSET))
    assert_type(client.update("id", changes), Integration)
    assert_type(client.update("id", {"type": "LLM", "name": "Renamed"}), Integration)
    client.delete("id")
    answer: dict[str, Any] = client.request("GET", "/v2/spaces", params={"limit": 1, "ids": ["a"], "all": True})
    client.request("POST", "/v2/spaces", json=answer)


def keep(client: IntegrationsClient, desired: list[CreateLlmIntegrationRequest]) -> Applied | None:
    plan = client.plan(desired, prune=True, replace=False, rotate_secrets=False, space_id="s", space_name=None)
    assert_type(plan, Plan)
    for change in plan:
        assert_type(change, Change)
        assert_type(change.action, Literal["create", "update", "replace", "delete", "none"])
        for difference in change.differences:
            print(difference.path, difference.before, difference.after)
    try:
        return client.apply(plan, force=False, on_change=lambda change: print(change.name)) if plan else None
    except ApplyError as error:
        for change, failure in error.failures:
            print(change, failure)
        return None


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
    except AmbiguousNameError as error:
        return str(len(error.matches))
    except ConfigurationError as error:
        assert_type(error.parameter, str | None)
        assert_type(error.hint, str | None)
        return "a mistake"
    except APIConnectionError as error:
        assert_type(error.outcome_unknown, bool)
        base: ArizeError = error
        return str(base)


def configure() -> None:
    policy = RetryPolicy(max_retries=8, max_wait=300.0)
    with IntegrationsClient(
        "key", region="eu-west-1a", timeout=httpx.Timeout(5.0), retry=policy, headers={"X-Team": "a"}
    ) as client:
        assert_type(client, IntegrationsClient)
        assert_type(client.with_options(retry=None, timeout=1.0), IntegrationsClient)
    IntegrationsClient(base_url="http://127.0.0.1:1", transport=httpx.HTTPTransport(), max_connections=8).close()


async def fetch_async() -> str:
    async with AsyncIntegrationsClient(transport=httpx.AsyncHTTPTransport()) as client:
        assert_type(client, AsyncIntegrationsClient)
        assert_type(await client.get("id"), Integration)
        assert_type(client.with_options(timeout=1.0), AsyncIntegrationsClient)
        assert_type(client.list(type="LLM"), AsyncIntegrationPager)
        async for integration in client.list():
            assert_type(integration, Integration)
        async for page in client.list().pages():
            assert_type(page, IntegrationPage)
        assert_type(await client.find("Production"), Integration | None)
        plan = await client.plan([{"type": "LLM", "name": "Newer", "config": {}}])
        assert_type(await client.apply(plan), Applied)
        await client.delete("id")
        await client.request("GET", "/v2/spaces")
        return describe(await client.create({"type": "LLM", "name": "Newer", "config": {}}))


def test_with_the_stand_in() -> None:
    with StandInServer() as server:
        server.answer_next(Answer.example(429), Answer(status=503, headers={"Retry-After": "1"}, body="busy"))
        server.answer_always(Answer.lost(carried_out=True), to="create")
        assert_type(server.add("LLM", "ANTHROPIC", name="Mine"), dict[str, Any])
        assert_type(server.base_url, str)
        assert_type(server.requests, list[RecordedRequest])


version: str = __version__
