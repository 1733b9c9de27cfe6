"""Helpers of all routes: lookup of models, sizes of texts, and the response."""

import time
from collections.abc import Sequence
from typing import Any

from fastapi import HTTPException
from fastapi.responses import JSONResponse

from .served_models import ServedIndex, ServedModel
from .service import Service


def find_model(service: Service, task: str, name: str | None) -> ServedModel:
    """Returns a model of a task; raises 404 if there is none."""
    try:
        return service.models.find(task, name)
    except LookupError as error:
        raise HTTPException(404, str(error)) from None


def check_sizes(service: Service, texts: Sequence[str], *, field: str = "texts") -> None:
    """Raises 413 for too many texts, or too many characters."""
    limits, characters = service.limits, sum(map(len, texts))
    if len(texts) > limits.max_texts:
        raise HTTPException(413, f"Expected at most {limits.max_texts} {field}. Received: {len(texts)}.")
    if characters > limits.max_characters:
        raise HTTPException(413, f"Expected at most {limits.max_characters} characters. Received: {characters}.")


def answered(served: ServedModel | ServedIndex, start: float, results: list[Any]) -> JSONResponse:
    """Returns the response with the model, its engine and the seconds since `start`."""
    seconds = time.perf_counter() - start
    return JSONResponse({"model": served.name, "engine": served.engine, "seconds": seconds, "results": results})
