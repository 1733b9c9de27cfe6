"""Routes of distances between texts and of search: /v1/distances, /v1/search."""

import time
from typing import Any

from fastapi import APIRouter, HTTPException, Request

from ..data.distance_measures import MEASURES, Measure
from ..reports.alignment_page import alignment_lines
from ..similarity import align, paired_distances
from .answers import answered, check_sizes
from .batcher import Operation
from .schemas import DistancesRequest, DistancesResponse, SearchRequest, SearchResponse
from .service import Service

MAX_UNITS = 512
"""Words of a text in a distance: optimal transport takes time that grows with their cube."""


def distance_routes(service: Service) -> APIRouter:
    """Returns the routes of distances and search."""
    router = APIRouter()

    @router.post("/v1/distances", response_model=DistancesResponse)
    async def distances(request: Request, body: DistancesRequest) -> Any:
        """Computes the distances of pairs of texts, on request with the transport plan, like `textzoo compare`."""
        start = time.perf_counter()
        served = service.models.embedder
        if served is None:
            raise HTTPException(404, "This service has no vectors; start it with --vectors, --encoder or --model.")
        if body.plan and body.measure == "cosine":
            raise HTTPException(422, "plan needs the measure wmd or wrd; change measure or remove plan.")
        check_sizes(service, [text for pair in body.pairs for text in pair], field="texts in pairs")
        model, measure, plan = served.model, body.measure, body.plan
        operation = Operation(
            "distances",
            (measure, plan),
            lambda pairs: [_distance(model, pair, measure=measure, plan=plan) for pair in pairs],
        )
        return answered(served, start, await service.compute(request, operation, body.pairs, field="pairs"))

    @router.post("/v1/search", response_model=SearchResponse)
    async def search(request: Request, body: SearchRequest) -> Any:
        """Finds the nearest texts of the index, like `textzoo search`."""
        start = time.perf_counter()
        index = service.models.index
        if index is None:
            raise HTTPException(404, "This service has no index; start it with --index and a folder of textzoo index.")
        check_sizes(service, body.queries, field="queries")
        found = await service.compute(request, index.operation(body.k), body.queries, field="queries")
        results = [
            [{"rank": rank, "distance": match.distance} | match.text for rank, match in enumerate(matches, 1)]
            for matches in found
        ]
        return answered(index, start, results)

    return router


def _distance(embed: Any, texts: list[str], *, measure: Measure, plan: bool) -> dict[str, Any]:
    units, vectors = embed(texts)
    for text_units, text in zip(units, texts, strict=True):
        if not 0 < len(text_units) <= MAX_UNITS:
            received = f"{len(text_units)} in {text!r:.60}"
            raise ValueError(f"Expected texts of 1 to {MAX_UNITS} words that have a vector. Received: {received}.")
    if not plan:
        return {"distance": float(paired_distances(vectors[:1], vectors[1:], **MEASURES[measure])[0])}
    alignment = align(vectors[0], vectors[1], x_units=units[0], y_units=units[1], **MEASURES[measure])
    moves = [move._asdict() for move in alignment.moves()]
    drawing = alignment_lines(alignment)
    return {"distance": alignment.distance, "plan": {"units": units, "moves": moves, "drawing": drawing}}
