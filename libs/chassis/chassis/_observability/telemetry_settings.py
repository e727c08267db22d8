"""The settings that OpenTelemetry's specification names.

A wrong address or file ends the start, as any wrong setting does. Any other wrong value
is ignored with a warning, as the specification requires; the SDK itself would crash, or
log nothing: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import math
import re
from collections.abc import Callable, MutableMapping
from functools import partial
from pathlib import Path
from typing import Annotated

import structlog
from opentelemetry.sdk import environment_variables as names
from pydantic import AfterValidator, Field

from chassis._settings.settings import Settings
from chassis._settings.types import HttpUrl, read_whole_number

log = structlog.get_logger(__name__)

HIGHEST_NUMBER = 2**31 - 1
# The SDK's defaults.
QUEUE_SIZE = 2048
BATCH_SIZE = 512
PAIR = re.compile(r"[^=\s]+\s*=.*")


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("must be a file that exists")
    return path


PemFile = Annotated[Path, AfterValidator(_file)]
SOME_FILE = Field(default=None, examples=["/run/secrets/collector.pem"])


class TelemetrySettings(Settings):
    """The address of the collector, for OTLP over HTTP."""

    otel_exporter_otlp_endpoint: HttpUrl | None = Field(
        default=None, examples=["http://collector:4318"]
    )
    otel_exporter_otlp_traces_endpoint: HttpUrl | None = Field(
        default=None, examples=["http://collector:4318/v1/traces"]
    )
    # The SDK itself reads these.
    otel_exporter_otlp_certificate: PemFile | None = SOME_FILE
    otel_exporter_otlp_client_certificate: PemFile | None = SOME_FILE
    otel_exporter_otlp_client_key: PemFile | None = SOME_FILE
    otel_exporter_otlp_traces_certificate: PemFile | None = SOME_FILE
    otel_exporter_otlp_traces_client_certificate: PemFile | None = SOME_FILE
    otel_exporter_otlp_traces_client_key: PemFile | None = SOME_FILE

    @property
    def collector(self) -> str | None:
        """The address that takes spans; None sends them nowhere."""
        if self.otel_exporter_otlp_traces_endpoint is not None:
            return self.otel_exporter_otlp_traces_endpoint
        base = self.otel_exporter_otlp_endpoint
        return None if base is None else f"{base}/v1/traces"


def ignore_setting(name: str, reason: str) -> None:
    log.warning("setting_ignored", setting=name, reason=reason)


def remove_malformed(environment: MutableMapping[str, str]) -> None:
    """Removes values that the SDK cannot read, so that its defaults apply."""
    for name, check in CHECKS.items():
        value = environment.get(name, "").strip()
        try:
            if value:
                check(value)
        except ValueError as error:
            ignore_setting(name, str(error))
            value = ""
        if not value:
            environment.pop(name, None)
    queue = int(environment.get(names.OTEL_BSP_MAX_QUEUE_SIZE, QUEUE_SIZE))
    batch = int(environment.get(names.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, BATCH_SIZE))
    if batch > queue:
        if names.OTEL_BSP_MAX_EXPORT_BATCH_SIZE in environment:
            ignore_setting(
                names.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
                "must not be greater than OTEL_BSP_MAX_QUEUE_SIZE",
            )
        environment[names.OTEL_BSP_MAX_EXPORT_BATCH_SIZE] = str(queue)


def _one_of(value: str, known: tuple[str, ...]) -> None:
    if value.lower() not in known:
        raise ValueError(f"must be {' or '.join(known)}")


def _pairs(value: str) -> None:
    pairs = filter(None, map(str.strip, value.split(",")))
    if not all(PAIR.fullmatch(pair) for pair in pairs):
        raise ValueError("must be pairs such as key=value, with commas")


def _seconds(value: str) -> None:
    message = "must be a number of seconds"
    try:
        seconds = float(value)
    except ValueError:
        raise ValueError(message) from None
    if not 0 < seconds < math.inf:
        raise ValueError(message)


_limit = partial(read_whole_number, least=0, most=HIGHEST_NUMBER)
_size = partial(read_whole_number, least=1, most=HIGHEST_NUMBER)
_compression = partial(_one_of, known=("none", "gzip", "deflate"))
_protocol = partial(_one_of, known=("http/protobuf",))

CHECKS: dict[str, Callable[[str], object]] = {
    names.OTEL_SDK_DISABLED: partial(_one_of, known=("true", "false")),
    names.OTEL_BSP_MAX_QUEUE_SIZE: _size,
    names.OTEL_BSP_MAX_EXPORT_BATCH_SIZE: _size,
    names.OTEL_BSP_SCHEDULE_DELAY: _size,
    names.OTEL_BSP_EXPORT_TIMEOUT: _limit,
    names.OTEL_ATTRIBUTE_COUNT_LIMIT: _limit,
    names.OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: _limit,
    names.OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: _limit,
    names.OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: _limit,
    names.OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: _limit,
    names.OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: _limit,
    names.OTEL_SPAN_EVENT_COUNT_LIMIT: _limit,
    names.OTEL_SPAN_LINK_COUNT_LIMIT: _limit,
    names.OTEL_RESOURCE_ATTRIBUTES: _pairs,
    names.OTEL_EXPORTER_OTLP_HEADERS: _pairs,
    names.OTEL_EXPORTER_OTLP_TRACES_HEADERS: _pairs,
    names.OTEL_EXPORTER_OTLP_TIMEOUT: _seconds,
    names.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: _seconds,
    names.OTEL_EXPORTER_OTLP_COMPRESSION: _compression,
    names.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: _compression,
    names.OTEL_EXPORTER_OTLP_PROTOCOL: _protocol,
    names.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: _protocol,
}
