"""Routes of titles, answers and labels: /v1/titles, /v1/answers, /v1/labels."""

import dataclasses
import time
from typing import Any

from fastapi import APIRouter, HTTPException, Request

from ..data.tasks.title_generation import Title
from ..reports import search_tree_svg
from .answers import answered, check_sizes, find_model
from .schemas import AnswersRequest, AnswersResponse, LabelsRequest, LabelsResponse, TitlesRequest, TitlesResponse
from .served_models import ANSWERS, LABELS, TITLES, ServedModel
from .service import Service


def text_routes(service: Service) -> APIRouter:
    """Returns the routes of titles, answers and labels."""
    router = APIRouter()

    @router.post("/v1/titles", response_model=TitlesResponse)
    async def titles(request: Request, body: TitlesRequest) -> Any:
        """Generates titles of texts, like `textzoo generate title`."""
        start = time.perf_counter()
        served = find_model(service, TITLES, body.model)
        check_sizes(service, body.texts)
        options = {
            "num_beams": body.num_beams,
            "length_penalty": body.length_penalty,
            "max_length": body.max_title_length,
            "pairing": body.pairing,
            "min_length": body.min_title_length,
            "no_repeat_ngram_size": body.no_repeat_ngram_size,
        }
        if body.tree:
            return answered(served, start, await _trees(request, service, served, body=body, options=options))
        found = await service.compute(request, served.generate(**options), body.texts)
        return answered(served, start, list(map(_title, found)))

    @router.post("/v1/answers", response_model=AnswersResponse)
    async def answers(request: Request, body: AnswersRequest) -> Any:
        """Answers questions by spans of their passages; there is no answer if `no_answer_score` exceeds `score`."""
        start = time.perf_counter()
        served = find_model(service, ANSWERS, body.model)
        check_sizes(service, [asked.passage + asked.question for asked in body.questions], field="questions")
        values = [(asked.passage, asked.question) for asked in body.questions]
        operation = served.answer(max_answer_length=body.max_answer_length)
        found = await service.compute(request, operation, values, field="questions")
        return answered(served, start, list(map(dataclasses.asdict, found)))

    @router.post("/v1/labels", response_model=LabelsResponse)
    async def labels(request: Request, body: LabelsRequest) -> Any:
        """Predicts the labels of texts with their logits, highest first, like `textzoo predict multilabel`."""
        start = time.perf_counter()
        served = find_model(service, LABELS, body.model)
        check_sizes(service, body.texts)
        found = await service.compute(request, served.predict_labels(threshold=body.threshold), body.texts)
        return answered(served, start, found)

    return router


async def _trees(
    request: Request, service: Service, served: ServedModel, *, body: TitlesRequest, options: dict[str, Any]
) -> list[dict[str, Any]]:
    decoder = served.model.decoder
    if decoder != "bidirectional":
        raise HTTPException(422, f"tree needs a bidirectional model; {served.name} has the decoder {decoder}.")
    results = []
    for found, trees in await service.compute(request, served.explain(**options), body.texts):
        titles = list(map(_title, found))
        drawings = {name: search_tree_svg(tree, mirrored=name == "right_to_left") for name, tree in trees.items()}
        nodes = {name: list(map(dataclasses.asdict, tree)) for name, tree in trees.items()}
        results.append(titles[0] | {"titles": titles, "trees": nodes, "drawings": drawings})
    return results


def _title(title: Title) -> dict[str, Any]:
    return {"title": title.text, "score": title.score, "direction": title.direction}
