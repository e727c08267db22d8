"""A question to the cache is part of the trace that it is asked for."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.clients.cache import Cache
from app.clients.copies import CatalogueCopies
from chassis.redis_client import RedisLink


async def test_span_of_redis_has_no_values(cache_url: str) -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    tracer = provider.get_tracer("test")
    async with RedisLink(cache_url, provider) as link:
        with tracer.start_as_current_span("request") as request:
            await Cache(link, CatalogueCopies()).find_product(4711)
    question, _ = spans.get_finished_spans()
    assert question.name == "HMGET"
    assert question.parent == request.get_span_context()
    assert "4711" not in question.to_json()
