"""user-service, as far as notifications need it: where a user can be written to."""

from pydantic import BaseModel

from chassis import Peer, PeerFailed, ServiceTokens, Text

ANSWER_SECONDS = 2.0


class _User(BaseModel):
    email: Text | None


class UsersClient:
    def __init__(self, peer: Peer, tokens: ServiceTokens) -> None:
        self._peer = peer
        self._tokens = tokens

    async def find_email(self, user_id: int) -> str | None:
        """The user's address; None if there is none, or no such user.

        Raises:
            Unavailable: user-service does not say.
        """
        answer = await self._peer.call(
            "GET",
            f"/users/{user_id}",
            ANSWER_SECONDS,
            headers=await self._tokens.headers(),
        )
        if answer.status_code == 404:
            return None
        if answer.status_code == 401:
            self._tokens.forget()
        if answer.status_code != 200:
            raise PeerFailed(f"user-service answered {answer.status_code}")
        return self._peer.read(answer, _User).email
