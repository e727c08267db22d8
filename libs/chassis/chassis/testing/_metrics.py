"""What this process tells Prometheus."""

from prometheus_client import REGISTRY


def metric(name: str, **labels: str) -> float:
    """The sample's value; 0 where there is none yet."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
