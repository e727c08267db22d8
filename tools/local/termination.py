"""Ends a command properly on a signal."""

import signal


def unwind_at_signals() -> None:
    """From now on a signal to end is a KeyboardInterrupt: what was begun is undone.

    SIGINT too, which a shell has its background jobs ignore; but not what `nohup` does.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
