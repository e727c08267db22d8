"""The metric of how long orders take, by the end of their saga."""

from typing import get_args

from prometheus_client import Histogram

from app.saga.ends import SagaEnd

SAGA = Histogram(
    "order_saga_duration_seconds",
    "Time from storing a pending order to its outcome, in seconds: confirmed, promised"
    " (settles later), rejected, cancelled, withdrawn (product-service is unavailable)"
    " or failed (unexpected error)",
    ["outcome"],
)
FAILED = "failed"


def outcome_of(end: type[SagaEnd]) -> str:
    return end.__name__.lower()


for _outcome in (*map(outcome_of, get_args(SagaEnd)), FAILED):
    # A series that begins at its first order hides that one from Prometheus.
    SAGA.labels(_outcome)
