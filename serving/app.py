"""The application: routes, errors and the guard around them."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from .. import __version__
from .distance_routes import distance_routes
from .metrics import Metrics
from .pair_routes import pair_routes
from .request_guard import RequestGuard
from .schemas import ErrorResponse
from .served_models import ServedModels
from .service import Service
from .service_limits import ServiceLimits
from .status_routes import status_routes
from .text_routes import text_routes

SHOWN_ERRORS, MAX_MESSAGE = 5, 1000
ERRORS: Any = {status: {"model": ErrorResponse} for status in (400, 401, 404, 408, 413, 422, 503, 504)}
FRAMEWORK_DETAILS = (HTTPStatus.NOT_FOUND.phrase, HTTPStatus.METHOD_NOT_ALLOWED.phrase)
"""Details of errors that the framework raises where no route has the path or method of a request."""
DEFAULT_LIMITS = ServiceLimits()


def create_app(
    models: ServedModels,
    *,
    limits: ServiceLimits = DEFAULT_LIMITS,
    token: str | None = None,
    log_texts: bool = False,
    metrics: Metrics | None = None,
) -> FastAPI:
    """Creates the ASGI application of the service, for `run_server` or any ASGI server.

    Args:
        models: The models.
        limits: Limits of requests.
        token: Bearer token that requests must have; None: any request is answered.
        log_texts: Whether the log may hold texts.
        metrics: Counts of the process; None: new ones.

    Returns:
        The application.
    """
    metrics = metrics or Metrics()
    service = Service(models, limits, metrics)
    app = FastAPI(title="textzoo", version=__version__, docs_url=None, redoc_url=None, responses=ERRORS)
    for routes in (pair_routes, text_routes, distance_routes, status_routes):
        app.include_router(routes(service))
    app.add_exception_handler(StarletteHTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_middleware(
        RequestGuard,
        max_body_bytes=limits.max_body_bytes,
        token=token,
        count=metrics.count_request,
        log_texts=log_texts,
    )
    return app


async def _http_error(request: Request, error: Any) -> JSONResponse:
    detail, headers = str(error.detail), getattr(error, "headers", None)
    if detail in FRAMEWORK_DETAILS:
        allowed = f"allows {headers['Allow']}" if headers else "is not a route"
        detail = f"{request.method} {request.url.path}: the path {allowed}; /openapi.json lists the routes."
    return JSONResponse({"error": _encodable(detail)}, error.status_code, headers=headers)


async def _validation_error(request: Request, error: Any) -> JSONResponse:
    """Names the fields that are wrong, without the texts that were sent."""
    if "json" not in request.headers.get("content-type", ""):
        return JSONResponse({"error": "Expected JSON with the header Content-Type: application/json."}, 422)
    found = "; ".join(map(_describe, error.errors()[:SHOWN_ERRORS]))
    return JSONResponse({"error": _encodable(found)}, 422)


def _describe(error: Any) -> str:
    if error["type"] == "json_invalid":
        return f"Expected a body of JSON. Received: {error['ctx']['error']} at character {error['loc'][-1]}."
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def _encodable(message: str) -> str:
    return message[:MAX_MESSAGE].encode("utf-8", "replace").decode("utf-8")
