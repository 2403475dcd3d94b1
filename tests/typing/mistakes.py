"""Mistakes that an editor should underline: each line marked `wrong`, to both type checkers, and no other line."""

import arize_integrations
from arize_integrations import (
    AsyncIntegrationsClient,
    CreateLlmIntegrationRequest,
    CreateOpenAiConfig,
    CreateVertexAiConfig,
    Integration,
    IntegrationsClient,
    LlmIntegration,
    OpenAiConfig,
    Plan,
    RetryPolicy,
    UpdateLlmConfig,
)


def mistakes(client: IntegrationsClient) -> None:
    arize_integrations.IntegrationClient()  # wrong
    client.get(42)  # wrong
    client.get()  # wrong
    client.fetch("id")  # wrong
    IntegrationsClient("key", "eu-west-1a")  # wrong
    IntegrationsClient(tiemout=3.0)  # wrong
    IntegrationsClient(retry=3)  # wrong
    RetryPolicy(retries=3)  # wrong
    RetryPolicy().max_wait = 3.0  # wrong
    client.with_options(region="eu-west-1a")  # wrong
    client.list("LLM")  # wrong
    client.list(limit=3)  # wrong
    client.find(type="LLM")  # wrong
    print(client.find("Production").name)  # wrong
    client.create(["Production"])  # wrong
    client.update("id")  # wrong
    client.delete()  # wrong
    client.request("GET")  # wrong
    client.plan([], purge=True)  # wrong


def requests() -> None:
    CreateLlmIntegrationRequest("Production", CreateOpenAiConfig(api_key="key"))  # wrong
    CreateLlmIntegrationRequest(config=CreateOpenAiConfig(api_key="key"))  # wrong
    CreateLlmIntegrationRequest(name="Production", config=OpenAiConfig(has_api_key=True))  # wrong
    CreateOpenAiConfig()  # wrong
    CreateOpenAiConfig(api_key=42)  # wrong
    CreateOpenAiConfig(api_key="key", provider="ANTHROPIC")  # wrong
    CreateVertexAiConfig(project_id="p", location="l")  # wrong
    UpdateLlmConfig(is_function_calling_enabled="yes")  # wrong


def apply(client: IntegrationsClient, plan: Plan) -> None:
    client.apply([plan])  # wrong
    client.apply(plan, prune=True)  # wrong
    print(plan.chnages)  # wrong


def read(integration: LlmIntegration) -> str:
    print(integration.nmae)  # wrong
    return integration.created_at  # wrong


async def forgotten(client: AsyncIntegrationsClient) -> Integration:
    list(client.list())  # wrong
    return client.get("id")  # wrong
