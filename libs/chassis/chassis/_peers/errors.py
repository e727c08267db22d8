"""The ways in which a call to another service can fail."""

from chassis._errors import Unavailable


class PeerUnreachable(Unavailable):
    """The request was never sent."""


class PeerTimeout(Unavailable):
    """The request was sent and not answered: the peer may have carried it out."""


class PeerFailed(Unavailable):
    """The peer answered with an error of its own, or with an unreadable body."""


class CircuitOpen(PeerUnreachable):
    """The request was not sent, because earlier requests failed."""
