"""Which traces are recorded."""

import os
from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.environment_variables import OTEL_TRACES_SAMPLER
from opentelemetry.sdk.trace.sampling import (
    DEFAULT_OFF,
    DEFAULT_ON,
    Decision,
    ParentBasedTraceIdRatio,
    Sampler,
    SamplingResult,
)
from opentelemetry.trace import Link, SpanKind, TraceState, get_current_span
from opentelemetry.util.types import Attributes

PRODUCTION_RATIO = 0.1


def default_sampler(environment: str, *, exported: bool) -> Sampler | None:
    """What holds where `OTEL_TRACES_SAMPLER` says nothing; None where it does.

    A service that was told by its caller that a trace is recorded goes on with it.

    Args:
        exported: whether spans are sent anywhere. If not, they still have ids, for the
            logs, and recording them would be wasted.
    """
    if os.environ.get(OTEL_TRACES_SAMPLER):
        return None
    if not exported:
        return DEFAULT_OFF
    if environment == "production":
        return ParentBasedTraceIdRatio(PRODUCTION_RATIO)
    return DEFAULT_ON


class EntrancesOnly(Sampler):
    """Decides as another one does, but never begins a trace with a call to elsewhere.

    What is done for somebody begins with a request or a message. A query that belongs
    to neither is a worker's look for work, and a call is a probe: each a trace of its
    own, twice a second, for ever.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        parent = get_current_span(parent_context).get_span_context()
        if kind is SpanKind.CLIENT and not parent.is_valid:
            return SamplingResult(Decision.DROP)
        return self._sampler.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return f"EntrancesOnly{{{self._sampler.get_description()}}}"
