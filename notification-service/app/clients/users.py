"""Reads the e-mail addresses of users from user-service."""

from pydantic import BaseModel

from chassis import Deadline, Peer, PeerFailed, ServiceTokens, Text

ANSWER_SECONDS = 2.0


class _User(BaseModel):
    email: Text | None


class UsersClient:
    def __init__(self, peer: Peer, tokens: ServiceTokens) -> None:
        self._peer = peer
        self._tokens = tokens

    async def find_email(self, user_id: int) -> str | None:
        """Returns the user's address; None if there is none, or no such user.

        Raises:
            Unavailable: user-service cannot be reached, or fails.
        """
        deadline = Deadline.after(ANSWER_SECONDS)
        answer = await self._tokens.call(
            self._peer, "GET", f"/users/{user_id}", deadline
        )
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise PeerFailed(f"user-service answered {answer.status_code}")
        return self._peer.read(answer, _User).email
