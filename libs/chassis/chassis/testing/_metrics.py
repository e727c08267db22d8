"""The metrics of this process."""

from prometheus_client import REGISTRY


def metric(name: str, **labels: str) -> float:
    """Returns the value of the sample; 0 if there is none yet."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
