"""Routes of question-answer pairs: /v1/pairs and /v1/questions."""

import asyncio
import dataclasses
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse

from ..data.qa.qa_pair import QAPair
from ..inference.qa_pipeline import QAPipeline
from .answers import answered, check_sizes, find_model
from .batched_models import BatchedGenerator, BatchedReader
from .batcher import Share
from .schemas import PairsRequest, PairsResponse, QuestionOptions, QuestionsRequest
from .served_models import ANSWERS, PAIRS, ServedModel
from .service import Service

ANSWER_OPTIONS = ("num_pairs", "top_p", "temperature", "max_answer_length", "seed", "align_to_words")
QUESTION_OPTIONS = ("num_beams", "max_question_length", "no_repeat_ngram_size")
FILTER_OPTIONS = ("min_answer_logprob", "min_question_logprob", "min_round_trip", "min_probability", "max_similarity")
NEED_FILTER = ("round_trip_model", "min_answer_logprob", "min_question_logprob", "min_probability")
END = None


def pair_routes(service: Service) -> APIRouter:
    """Returns the routes of pairs."""
    router = APIRouter()

    @router.post("/v1/pairs", response_model=PairsResponse)
    async def pairs(request: Request, body: PairsRequest) -> Any:
        """Generates question-answer pairs of texts, like `textzoo generate qa`.

        With `stream` the answer consists of lines of JSON: one of `{"text": number, ...pair}` for each pair, kept or
        rejected, as soon as it is known, and `{"done": true, ...}` or `{"error": ...}` at the end.
        """
        start = time.perf_counter()
        served = find_model(service, PAIRS, body.model)
        if body.filter is None:
            body.filter = served.quality is not None
        _check_filter(served, body)
        reader = served.reader
        if body.round_trip_model is not None:
            reader = find_model(service, ANSWERS, body.round_trip_model)
        check_sizes(service, body.texts)
        if body.stream:
            return await _stream(request, service, _pair_source(service, served, reader, body), served, start)
        if body.filter:
            results = await service.run(request, lambda share: _filtered(service, served, reader, body, share))
        else:
            found = await service.compute(request, served.generate(**_options(body, ANSWER_OPTIONS)), body.texts)
            results = [{"pairs": list(map(dataclasses.asdict, pairs)), "rejected": []} for pairs in found]
        return answered(served, start, results)

    @router.post("/v1/questions", response_model=PairsResponse)
    async def questions(request: Request, body: QuestionsRequest) -> Any:
        """Generates a question for each given answer, like `textzoo generate qa --answers`."""
        start = time.perf_counter()
        served = find_model(service, PAIRS, body.model)
        check_sizes(service, body.texts)
        if len(body.answers) != len(body.texts):
            raise HTTPException(422, f"Expected {len(body.texts)} lists of answers. Received: {len(body.answers)}.")
        check_sizes(service, ["" for row in body.answers for _ in row], field="answers")
        given = [[a if isinstance(a, str) else a.model_dump() for a in row] for row in body.answers]
        values = list(zip(body.texts, given, strict=True))
        found = await service.compute(request, served.generate_questions(**_options(body)), values)
        return answered(served, start, [{"pairs": list(map(dataclasses.asdict, pairs))} for pairs in found])

    return router


def _options(body: QuestionOptions, names: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: getattr(body, name) for name in (*names, *QUESTION_OPTIONS)}


def _check_filter(served: ServedModel, body: PairsRequest) -> None:
    """Raises 422 for an option that would have no effect."""
    for name in NEED_FILTER:
        if not body.filter and getattr(body, name) is not None:
            raise HTTPException(422, f"{name} needs filter; add it or remove {name}.")
    if body.min_probability is not None:
        if served.quality is None:
            raise HTTPException(422, f"min_probability needs a model with a pair_quality.json; {served.name} has none.")
        if body.round_trip_model is not None:
            raise HTTPException(422, "min_probability and round_trip_model exclude each other; remove one.")


def _pipeline(
    service: Service, served: ServedModel, reader: ServedModel | None, *, body: PairsRequest, share: Share
) -> QAPipeline:
    return QAPipeline(
        BatchedGenerator(served, service.batcher, share),
        None if reader is None else BatchedReader(reader, service.batcher, share),
        quality=None if body.round_trip_model else served.quality,
        **{name: getattr(body, name) for name in FILTER_OPTIONS},
    )


def _filtered(service: Service, served: ServedModel, reader: ServedModel | None, body: PairsRequest, share: Share):
    """Returns the results of the filter for each text."""
    pipeline = _pipeline(service, served, reader, body=body, share=share)
    results = []
    for pairs in pipeline.generate(body.texts, **_options(body, ANSWER_OPTIONS)):
        kept = [dataclasses.asdict(pair) for pair in pairs if pair.rejection_reason is None]
        rejected = [dataclasses.asdict(pair) for pair in pairs if pair.rejection_reason is not None]
        results.append({"pairs": kept, "rejected": rejected})
    return results


def _pair_source(service: Service, served: ServedModel, reader: ServedModel | None, body: PairsRequest) -> Any:
    """Returns a function from the share of a request to an iterator over (number of the text, pair)."""

    def pairs(share: Share) -> Iterator[tuple[int, QAPair]]:
        options = _options(body, ANSWER_OPTIONS)
        if body.filter:
            pipeline = _pipeline(service, served, reader, body=body, share=share)
            for number, text in enumerate(body.texts):
                yield from ((number, pair) for pair in pipeline.stream(text, **options))
            return
        for number, found in service.batcher.stream(served.generate(**options), body.texts, share):
            yield from ((number, pair) for pair in found)

    return pairs


class _PairStream(StreamingResponse):
    """Lines of JSON, and the end of the request after the last one or when the caller has left."""

    def __init__(self, lines: AsyncIterator[bytes], share: Share):
        super().__init__(lines, media_type="application/x-ndjson", headers={"X-Accel-Buffering": "no"})
        self._share = share

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._share.close()


async def _stream(request: Request, service: Service, source: Any, served: ServedModel, start: float) -> _PairStream:
    """Answers with a stream once the first pair is known; an error before that has a status of its own."""
    share, events, loop = service.admit(), asyncio.Queue(), asyncio.get_running_loop()

    def produce(share: Share) -> None:
        for event in source(share):
            loop.call_soon_threadsafe(events.put_nowait, event)

    producer = asyncio.ensure_future(service.in_thread(produce, share))
    producer.add_done_callback(lambda _: events.put_nowait(END))
    try:
        first = await service.wait(request, share, events.get())
        if first is END:
            await producer
    except BaseException:
        share.close()
        producer.cancel()
        raise

    async def lines() -> AsyncIterator[bytes]:
        event, count = first, 0
        try:
            while event is not END:
                number, pair = event
                yield _line({"text": number} | dataclasses.asdict(pair))
                count += 1
                event = await asyncio.wait_for(events.get(), max(0.0, share.deadline - time.monotonic()))
            await producer
        except HTTPException as error:
            yield _line({"error": error.detail, "status": error.status_code})
        except (TimeoutError, asyncio.CancelledError):
            if not share.ended:
                raise
            error = service.deadline_error()
            yield _line({"error": error.detail, "status": error.status_code})
        else:
            ran = {"model": served.name, "engine": served.engine, "seconds": time.perf_counter() - start}
            yield _line({"done": True, "pairs": count} | ran)
        finally:
            producer.cancel()

    return _PairStream(lines(), share)


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"
