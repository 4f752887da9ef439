"""What stands around every request: size limit, headers, one log line, no leak of a fault."""

from __future__ import annotations

import logging
import time
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import response
from api.jobs import anonymous
from graphcore.domain.text import say

log = logging.getLogger("doudi.http")

MAX_BODY: Final = 64 * 1024
"""Most bytes of a body: the API takes options, never files.

FastAPI's own ``max_body_size`` answers in plain text, not with a problem.
"""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}


class Shield:
    """ASGI middleware, outermost of ours.

    An error that nobody foresaw is logged by type and place only, since its message may hold
    personal data, and answered as a problem. The log line holds method, the route's template,
    status, problem code, the caller's key name and time, never the address's values or its query.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(scope, receive, send).run(self._app)


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._headers = Headers(scope=scope)
        self._status = 0
        self._read = 0
        self._began = time.monotonic()

    async def run(self, app: ASGIApp) -> None:
        """Serve it, then log it."""
        try:
            await self._guarded(app)
        finally:
            self._log()

    async def _guarded(self, app: ASGIApp) -> None:
        try:
            await app(self._scope, self.receive, self.send)
        except Exception as error:  # noqa: BLE001 -- the last line: nothing may leak
            log.error("fault: %s", anonymous(error))  # noqa: TRY400 -- no message, see above
            await self._confess()

    async def receive(self) -> Message:
        """Hand on a part of the request, as long as it stays within the limit."""
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > MAX_BODY:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Hand on a part of the answer, with our headers."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await self._send(message)

    async def _confess(self) -> None:
        if self._status:
            return  # the answer has begun: that it breaks off is the message
        what = say("系统内部错误，请求没有完成。")
        advice = say("请稍后重试；若仍出现，请告知管理员。")
        language = self._headers.get("accept-language", "")
        problem = response(self._scope["path"], language, "internal", what, advice)
        await problem(self._scope, self._receive, self.send)

    def _log(self) -> None:
        route = getattr(self._scope.get("route"), "path", "-")
        caller = self._scope.get("state", {}).get("actor", "-")
        problem = self._scope.get("state", {}).get("problem", "-")
        spent = round(1000 * (time.monotonic() - self._began))
        log.info("%s %s %s %s %s %d ms", self._scope["method"], route, self._status, problem,
                 caller, spent)  # fmt: skip
