"""Routes of the page and of the state of the service: /, /v1/models, /health, /ready, /metrics."""

from typing import Any

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse

from .page import content_security_policy, service_page
from .schemas import ModelsResponse
from .service import Service


def status_routes(service: Service) -> APIRouter:
    """Returns the routes of the page, models, probes and metrics."""
    router, content = APIRouter(), service_page()
    headers = {"Content-Security-Policy": content_security_policy(content), "X-Content-Type-Options": "nosniff"}

    @router.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def page() -> HTMLResponse:
        return HTMLResponse(content, headers=headers)

    @router.get("/favicon.ico", include_in_schema=False)
    async def favicon() -> Response:
        """Answers 204: browsers ask for the icon, and a missing one is an error on their console."""
        return Response(status_code=204)

    @router.get("/v1/models", response_model=ModelsResponse)
    async def models() -> Any:
        """Lists the models, and the limits of requests."""
        found = [
            {
                "name": served.name,
                "task": served.task,
                "engine": served.engine,
                "decoder": getattr(served.model, "decoder", None),
                "labels": getattr(served.model.preprocessor, "labels", None),
            }
            for served in service.models.models
        ]
        embedder, index = service.models.embedder, service.models.index
        return {
            "models": found,
            "distances": None if embedder is None else embedder.name,
            "search": None if index is None else index.name,
            "limits": vars(service.limits),
        }

    @router.get("/health")
    async def health() -> dict[str, str]:
        """Answers 200 while the process works; a process that does not is to be restarted."""
        if not service.batcher.thread.is_alive():
            raise HTTPException(503, "The thread of the models has ended; restart the service.")
        return {"status": "ok"}

    @router.get("/ready")
    async def ready() -> dict[str, str]:
        """Answers 200 while new requests are accepted, else 503."""
        if service.is_full():
            raise HTTPException(503, f"{service.in_progress} requests are in progress.")
        return {"status": "ready"}

    @router.get("/metrics", response_class=Response)
    def metrics() -> Response:
        """Returns the metrics of all workers in Prometheus's text format."""
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router
