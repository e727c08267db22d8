"""The ways in which an exchange with a service can fail."""

from chassis import PeerUnreachable


class ServiceBusy(PeerUnreachable):
    """The request was not sent, because too many others await a response."""


class ServiceFailed(Exception):
    """The request was sent, and its response ended early or cannot be read."""


class ServiceTimeout(Exception):
    """The request was sent, and not answered in time."""
