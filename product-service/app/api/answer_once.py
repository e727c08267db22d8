"""Answers a repeated request with an Idempotency-Key as before."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.deps import OfferSessionDep
from app.models import IdempotencyKey
from chassis import (
    REPLAYED,
    Conflict,
    CurrentUser,
    IdempotencyKeyDep,
    IdempotencyKeyRepeated,
    IdempotencyKeyReused,
    IdempotencyKeys,
    NotFound,
    RequestBody,
    RequestInProgress,
    ResponseBody,
    SessionDep,
    User,
    fingerprint,
    render_problem,
)

IDEMPOTENCY_ERRORS = (IdempotencyKeyRepeated, IdempotencyKeyReused, RequestInProgress)


def _canonical(path: str) -> str:
    """Returns the path without leading zeros in its ids."""
    parts = path.split("/")
    return "/".join(p.lstrip("0") or "0" if p.isdigit() else p for p in parts)


class AnswerOnce:
    """Stores the response in the transaction that does the work.

    An operation is a method and a path: a restock of another product is another one.
    """

    def __init__(
        self, request: Request, session: AsyncSession, user: User, key: str | None
    ) -> None:
        self._request = request
        self._session = session
        self._user = user
        self._key = key

    async def answer(
        self, body: RequestBody, work: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Does the work, or returns the response to the first request with this key.

        A concurrent request with the same key waits: the transaction of the first one
        is bounded.

        Raises:
            IdempotencyKeyReused: the key was sent before with another body.
            RequestInProgress: the key expired between two queries.
        """
        if self._key is None:
            return await work()
        sent = fingerprint(body)
        keys = self._keys(self._key)
        is_first = await keys.take(sent)
        record = await keys.find()
        if record is None:
            raise RequestInProgress("the same request is in progress; retry it")
        if not is_first:
            record.require_same_request(sent)
            return _replay(record)
        response = await self._do(work)
        record.status = response.status_code
        record.headers = _kept(response)
        record.body = bytes(response.body).decode()
        return response

    def _keys(self, key: str) -> IdempotencyKeys[IdempotencyKey]:
        operation = f"{self._request.method} {_canonical(self._request.url.path)}"
        identity = {"user_id": self._user.user_id, "operation": operation, "key": key}
        return IdempotencyKeys(self._session, IdempotencyKey, identity)

    async def _do(self, work: Callable[[], Awaitable[Response]]) -> Response:
        try:
            async with self._session.begin_nested():
                return await work()
        except (Conflict, NotFound) as rejection:
            # Not raised further, because the key is stored with this response.
            return render_problem(self._request.scope, rejection)


async def _answer_once(
    request: Request, session: SessionDep, user: CurrentUser, key: IdempotencyKeyDep
) -> AnswerOnce:
    return AnswerOnce(request, session, user, key)


async def _offer_once(
    request: Request,
    session: OfferSessionDep,
    user: CurrentUser,
    key: IdempotencyKeyDep,
) -> AnswerOnce:
    return AnswerOnce(request, session, user, key)


AnswerOnceDep = Annotated[AnswerOnce, Depends(_answer_once)]
OfferOnceDep = Annotated[AnswerOnce, Depends(_offer_once)]


def respond(
    body: ResponseBody, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        body.model_dump_json(), status, headers, media_type="application/json"
    )


def _kept(response: Response) -> dict[str, str]:
    return {
        name: value
        for name, value in response.headers.items()
        if name != "content-length"
    }


def _replay(record: IdempotencyKey) -> Response:
    return Response(record.body, record.status, record.headers | REPLAYED)
