"""Structured logs on stdout, library logs included: one JSON object a line, or a
readable line on a terminal."""

import logging
import sys
from types import TracebackType

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, WrappedLogger

from chassis._observability.masking import mask_event
from chassis._observability.shortening import shorten_event

log = structlog.get_logger(__name__)


def configure_logging(service: str, level: str) -> None:
    """Sends everything that this process logs through structlog.

    Args:
        service: a field of every line.
        level: the least severe level that is written, such as `INFO`.
    """

    def add_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_service,
        add_trace,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                *shared,
                structlog.stdlib.PositionalArgumentsFormatter(),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_event,
                shorten_event,
                _renderer(),
            ],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    # Each of these says in its own words, per request, message or batch of spans, what
    # the access line, the workers and the exporter already say.
    for noisy in ("aio_pika", "aiormq", "opentelemetry"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
    # The logger of SQLAlchemy's pools, named after the class of the pool.
    logging.getLogger("chassis._database.pool").setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    sys.excepthook = _log_crash


def _renderer() -> structlog.typing.Processor:
    if not sys.stdout.isatty():
        return structlog.processors.JSONRenderer()
    # Exceptions are text by now, because only text can be masked.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(exception_formatter=plain)


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Logs the error that ends the process, such as a failed migration."""
    if issubclass(kind, Exception):
        log.critical("crashed", exc_info=(kind, error, trace))
    else:
        sys.__excepthook__(kind, error, trace)


def add_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event
