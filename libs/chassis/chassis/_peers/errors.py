"""The ways in which a call to another service can fail."""

import errno
from typing import Self

from chassis._errors import Unavailable


class PeerUnreachable(Unavailable):
    """The request was never sent."""


class OpenFilesExhausted(PeerUnreachable):
    """The request was never sent, because this process may open no further connection.

    That is no failure of the peer.
    """

    @classmethod
    def if_cause_of(cls, error: BaseException) -> Self | None:
        if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE):
            return cls("too many files are open in this process")
        return None


# For the caller it is the same.
OpenFilesExhausted.code = PeerUnreachable.code


class PeerTimeout(Unavailable):
    """The request was sent and not answered: the peer may have carried it out."""


class PeerFailed(Unavailable):
    """The peer answered with an error of its own, or with an unreadable body."""


class PeerUndecided(Unavailable):
    """The peer works, but a third party that this request needs does not respond."""


class CircuitOpen(PeerUnreachable):
    """The request was not sent, because earlier requests failed."""
