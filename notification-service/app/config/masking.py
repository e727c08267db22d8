"""E-mail addresses have no place in logs."""

import logging
import re

from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, WrappedLogger

ADDRESS = re.compile(r"[^\s@\"'<>()\[\]:,;=/]+@([\w-]+(?:\.[\w-]+)*)")


def mask_addresses() -> None:
    """Masks addresses in whatever this process logs, as the last step of rendering."""
    for handler in logging.root.handlers:
        if isinstance(handler.formatter, ProcessorFormatter):
            *first, render = handler.formatter.processors
            handler.formatter.processors = (*first, masked, render)


def masked(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {
        key: ADDRESS.sub(r"***@\1", value) if isinstance(value, str) else value
        for key, value in event.items()
    }
