"""Decides which traces are recorded."""

from collections.abc import Callable, Mapping, Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.environment_variables import (
    OTEL_TRACES_SAMPLER,
    OTEL_TRACES_SAMPLER_ARG,
)
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    DEFAULT_OFF,
    DEFAULT_ON,
    Decision,
    ParentBasedTraceIdRatio,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Link, SpanKind, TraceState, get_current_span
from opentelemetry.util.types import Attributes

from chassis._observability.telemetry_settings import ignore_setting

PRODUCTION_RATIO = 0.1

FIXED: dict[str, Sampler] = {
    "always_on": ALWAYS_ON,
    "always_off": ALWAYS_OFF,
    "parentbased_always_on": DEFAULT_ON,
    "parentbased_always_off": DEFAULT_OFF,
}
BY_RATIO: dict[str, Callable[[float], Sampler]] = {
    "traceidratio": TraceIdRatioBased,
    "parentbased_traceidratio": ParentBasedTraceIdRatio,
}


def chosen_sampler(
    variables: Mapping[str, str], environment: str, *, exported: bool
) -> Sampler:
    """Returns the sampler that `OTEL_TRACES_SAMPLER` names, or the default one.

    By default a service continues a trace that its caller records.

    Args:
        exported: whether spans are exported. If not, they still have ids for the logs,
            and are not recorded.
    """
    name = variables.get(OTEL_TRACES_SAMPLER, "").strip().lower()
    if name in FIXED:
        return FIXED[name]
    if name in BY_RATIO:
        return BY_RATIO[name](_ratio(variables.get(OTEL_TRACES_SAMPLER_ARG, "")))
    if name:
        known = ", ".join((*FIXED, *BY_RATIO))
        ignore_setting(OTEL_TRACES_SAMPLER, f"must be one of {known}")
    if not exported:
        return DEFAULT_OFF
    if environment == "production":
        return ParentBasedTraceIdRatio(PRODUCTION_RATIO)
    return DEFAULT_ON


def _ratio(text: str) -> float:
    if not text.strip():
        return 1.0
    try:
        ratio = float(text)
    except ValueError:
        ratio = -1.0
    if 0 <= ratio <= 1:
        return ratio
    ignore_setting(OTEL_TRACES_SAMPLER_ARG, "must be a number from 0 to 1")
    return 1.0


class EntrancesOnly(Sampler):
    """Decides as another sampler, but never begins a trace with an outgoing call.

    A query outside of requests and messages is a worker's poll, and a call is a probe:
    each would be a trace of its own, twice a second.
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
