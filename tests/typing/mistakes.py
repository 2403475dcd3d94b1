"""Mistakes that an editor should underline: each line marked `wrong`, to both type checkers, and no other line."""

import arize_integrations
from arize_integrations import AsyncIntegrationsClient, Integration, IntegrationsClient, LlmIntegration, RetryPolicy


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


def read(integration: LlmIntegration) -> str:
    print(integration.nmae)  # wrong
    return integration.created_at  # wrong


async def forgotten(client: AsyncIntegrationsClient) -> Integration:
    return client.get("id")  # wrong
