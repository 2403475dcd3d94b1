"""People watch their calls with OpenTelemetry's httpx instrumentation; a client that sends below it would vanish there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from arize_integrations import AsyncIntegrationsClient, IntegrationsClient
from arize_integrations.testing import Answer, StandInServer


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


def assert_seen(spans: InMemorySpanExporter, server: StandInServer, statuses: list[int]) -> None:
    """A span for each request, with its URL and status, joined to the server's side by a header."""
    finished = spans.get_finished_spans()
    seen = [dict(span.attributes or {}) for span in finished]
    assert [one.get("http.status_code", one.get("http.response.status_code")) for one in seen] == statuses
    assert all(server.requests[0].target in str(one.get("http.url", one.get("url.full"))) for one in seen)
    parents = [request.headers["traceparent"].split("-")[2] for request in server.requests]
    assert parents == [format(span.context.span_id, "016x") for span in finished if span.context]


def test_sync_calls_and_their_retries_are_seen(spans: InMemorySpanExporter) -> None:
    with StandInServer() as server, IntegrationsClient(server.api_key, base_url=server.base_url) as client:
        server.answer_next(Answer.example(429, headers={"Retry-After": "0.1"}))
        client.get(server.integration_ids[0])
        assert_seen(spans, server, [429, 200])


def test_async_calls_are_seen(spans: InMemorySpanExporter) -> None:
    async def get(server: StandInServer) -> None:
        async with AsyncIntegrationsClient(server.api_key, base_url=server.base_url) as client:
            await client.get(server.integration_ids[0])
            await client.get(server.integration_ids[0])

    with StandInServer() as server:
        asyncio.run(get(server))
        assert_seen(spans, server, [200, 200])
