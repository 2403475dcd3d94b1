"""Mistakes that an editor should underline. Each line marked `wrong` is an error to both type checkers, and no other line is."""

from arize_integrations import AsyncIntegrationsClient, Integration, IntegrationsClient, LlmIntegration, RetryPolicy
from arize_integrations import IntegrationClient as Misspelt  # wrong


def mistakes(client: IntegrationsClient) -> None:
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
