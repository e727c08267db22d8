"""A response of another service."""

from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

PROBLEM = "application/problem+json"


class _Problem(BaseModel):
    code: str


@dataclass(frozen=True)
class PeerResponse:
    """A response, whose body `Peer.read` reads.

    Attributes:
        content_type: the media type, without its parameters.
    """

    status_code: int
    content_type: str
    content: bytes

    def find_code(self) -> str | None:
        """Returns the code of a problem document; None if the response is none."""
        if self.content_type != PROBLEM:
            return None
        try:
            return _Problem.model_validate_json(self.content).code
        except ValidationError:
            return None
