"""ASGI middleware around all routes: token, size and time of bodies, metrics and log."""

import asyncio
import contextlib
import hmac
import logging
import time
from collections.abc import Callable
from typing import Any

from fastapi import HTTPException
from fastapi.responses import JSONResponse

OPEN_PATHS = ("/", "/favicon.ico", "/health", "/ready")
"""Paths without a token: the page holds no data, and probes send none."""
BODY_SECONDS = 15.0
"""Time in which the body of a request must arrive."""
DISCARD_SECONDS, DISCARD_BYTES = 1.0, 2**22
"""Time and size of a refused body that is read on, so that its sender gets to see the answer."""

CLIENT_CLOSED_REQUEST = 499
"""Status in logs and metrics of a request whose caller has left; nobody receives it."""

logger = logging.getLogger("textzoo.serving")


class RequestGuard:
    """Refuses requests without the token, or whose body is too large or too slow; counts and logs all requests.

    Plain ASGI, since Starlette's `@app.middleware("http")` hides that a caller has left.

    Args:
        app: The application.
        max_body_bytes: int. Maximum size of a body.
        token: Bearer token that requests must have; None: any request passes.
        count: Called after each request with its route, status and seconds.
        log_texts: Whether the log holds the bodies of requests.
    """

    def __init__(
        self,
        app: Any,
        *,
        max_body_bytes: int,
        token: str | None,
        count: Callable[[str, int, float], None],
        log_texts: bool,
    ):
        self.app, self.max_body_bytes, self.count, self.log_texts = app, max_body_bytes, count, log_texts
        self._authorization = None if token is None else f"Bearer {token}".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), 0
        body = _Body(receive, self.max_body_bytes, keep=self.log_texts)

        async def send_and_note(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                await body.discard()
                if not body.complete:
                    message = message | {"headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        try:
            refusal = self._refusal(scope)
            if refusal is not None:
                await refusal(scope, receive, send_and_note)
            else:
                await self.app(scope, body.receive, send_and_note)
        except HTTPException as error:  # of the body, from an application without routes of FastAPI
            await _error(error.status_code, error.detail)(scope, receive, send_and_note)
        except Exception as error:
            logger.error("error", extra={"fields": _error_fields(error, with_message=self.log_texts)})
            if status:
                raise
            await _error(500, "Internal error; the log of the service names it.")(scope, receive, send_and_note)
        finally:
            seconds, status = time.perf_counter() - start, status or CLIENT_CLOSED_REQUEST
            route = getattr(scope.get("route"), "path", None) or "other"
            self.count(route, status, seconds)
            fields = {"method": scope["method"], "route": route, "status": status, "seconds": round(seconds, 4)}
            fields |= {"body_bytes": body.size}
            if self.log_texts:
                fields["body"] = body.kept.decode("utf-8", "replace")
            logger.info("request", extra={"fields": fields})

    def _refusal(self, scope: Any) -> JSONResponse | None:
        headers = dict(scope["headers"])
        if self._authorization is not None and scope["path"] not in OPEN_PATHS:
            if not hmac.compare_digest(headers.get(b"authorization", b""), self._authorization):
                response = _error(401, "Expected the service's token in the header Authorization: Bearer TOKEN.")
                response.headers["WWW-Authenticate"] = "Bearer"
                return response
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self.max_body_bytes:
            return _error(413, _too_large(self.max_body_bytes))
        return None


class _Body:
    """The body of a request as it is received, with a limit on size and time."""

    def __init__(self, receive: Any, max_bytes: int, *, keep: bool):
        self._receive, self._max_bytes, self._keep = receive, max_bytes, keep
        self._end = time.monotonic() + BODY_SECONDS
        self.size, self.complete, self.kept = 0, False, b""

    async def receive(self) -> Any:
        if self.complete:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, self._end - time.monotonic()))
        except TimeoutError:
            raise HTTPException(408, f"Expected the whole body within {BODY_SECONDS:g} seconds.") from None
        if message["type"] == "http.request":
            self.size += len(message.get("body", b""))
            if self.size > self._max_bytes:
                raise HTTPException(413, _too_large(self._max_bytes))
            if self._keep:
                self.kept += message.get("body", b"")
            self.complete = not message.get("more_body", False)
        return message

    async def discard(self) -> None:
        """Reads on without use, within limits: a connection that ends before is reset, and the answer lost."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DISCARD_SECONDS):
                while not self.complete and self.size <= DISCARD_BYTES:
                    message = await self._receive()
                    self.size += len(message.get("body", b""))
                    self.complete = not message.get("more_body", False)


def _too_large(limit: int) -> str:
    return f"Expected a body of at most {limit} bytes; send fewer or shorter texts."


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status)


def _error_fields(error: Exception, *, with_message: bool) -> dict[str, Any]:
    """Returns the type and place of an error; its message may hold a text."""
    places, traceback = [], error.__traceback__
    while traceback is not None:
        places.append(f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return {"type": type(error).__name__, "places": places[-5:]} | ({"message": str(error)} if with_message else {})
