"""Lets browsers read responses from pages of the allowed origins."""

from fastapi.middleware.cors import CORSMiddleware
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from chassis._http.headers import header, varying
from chassis._http.host import find_refusal
from chassis._http.problems import problem

REFUSED = 400


class CorsMiddleware(CORSMiddleware):
    """Answers a preflight request that is refused with a problem document."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or header(scope, b"origin") is None:
            await self.app(scope, receive, self._varying(send))
            return
        if scope["method"] == "OPTIONS":
            headers = Headers(scope=scope)
            if "access-control-request-method" in headers:
                if find_refusal(scope) is not None:
                    # Answered within, as any other refused request.
                    await self.simple_response(scope, receive, send, headers)
                    return
                answer = self.preflight_response(headers)
                if answer.status_code == REFUSED:
                    detail = bytes(answer.body).decode()
                    refusal = problem(scope, REFUSED, "preflight_refused", detail)
                    # Not there if every origin is allowed.
                    if vary := answer.headers.get("Vary"):
                        refusal.headers["Vary"] = vary
                    answer = refusal
                await answer(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    def _varying(self, send: Send) -> Send:
        """The headers differ for a page of an allowed origin."""
        if self.allow_all_origins or not self.allow_origins:
            return send
        return varying(send, b"Origin")
