"""Keeps log lines below 16 KiB, at which Docker cuts a line into several ones.

Only the first of them would have the trace id, and none would be JSON.
"""

import json

from structlog.typing import EventDict, WrappedLogger

# In bytes of JSON. Two such texts in one line still fit.
LONGEST = 6000
# A character takes at most twelve bytes: two escapes of six.
SURELY_FITS = LONGEST // 12


def shorten_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str) and len(value) > SURELY_FITS:
            event[name] = _shortened(value)
    return event


def _shortened(text: str) -> str:
    """Leaves out the middle: an exception says at its end what happened."""
    shorter, half = text, LONGEST // 2
    while len(json.dumps(shorter)) > LONGEST:
        left_out = len(text) - 2 * half
        shorter = f"{text[:half]} … {left_out} characters left out … {text[-half:]}"
        half = half * 3 // 4
    return shorter
