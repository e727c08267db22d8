"""A response of another service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeerResponse:
    """A response, whose body `Peer.read` reads.

    Attributes:
        content_type: the media type, without its parameters.
    """

    status_code: int
    content_type: str
    content: bytes
