"""The shapes that expressions have in common."""

# Grafana's: never too short for how often it is scraped.
SPAN = "$__rate_interval"


def rate(metric: str, by: str = "") -> str:
    """Returns the growth of the counter per second."""
    return f"{_sum(by)} (rate({metric}[{SPAN}]))"


def grown(metric: str, by: str = "", span: str = "$__range") -> str:
    """By how much the counter has grown."""
    return f"{_sum(by)} (increase({metric}[{span}]))"


def share(part: str, whole: str) -> str:
    """0 where there is a whole and no part of it, as of errors that never were."""
    return f"({part} or 0 * {whole}) / {whole}"


def quantile(of: float, histogram: str, labels: str = "", by: str = "") -> str:
    wanted = f"{{{labels}}}" if labels else ""
    names = f"le, {by}" if by else "le"
    buckets = f"sum by ({names}) (rate({histogram}_bucket{wanted}[{SPAN}]))"
    return f"histogram_quantile({of}, {buckets})"


def or_zero(expression: str) -> str:
    return f"{expression} or vector(0)"


def _sum(by: str) -> str:
    return f"sum by ({by})" if by else "sum"
