"""Question-answer pairs for passages: what `textzoo generate qa` does."""

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeInt, PositiveFloat, PositiveInt
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.output_files import ResumableOutput, require_new_path, write_text_file
from textzoo.scripts.cli.pair_filter import PairFilter
from textzoo.scripts.cli.qa_writers import QA_FORMATS
from textzoo.scripts.cli.run_fingerprint import run_fingerprint
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

CHUNK = 4
OF_THE_RUN = ("out", "resume", "html", "rejected", "batch_size", "on_error")
OF_THE_FILTER = ("round_trip_model", "min_answer_logprob", "min_question_logprob", "rejected")
LEVELS = ("min_answer_logprob", "min_question_logprob", "min_round_trip", "max_similarity")


@dataclass
class GenerateQA:
    """Write question-answer pairs for passages, by default a line of json for each pair.

    Args:
        model: Folder of a trained model, or a preset's name.
        input: File of passages, a line each: plain text, or {"id", "text"}; standard input where left out.
        out: File to write, which must not be there yet; standard output where left out.
        resume: Go on with an output that was broken off; a new one where there is none. Input, model and settings must
            be the same.
        format: jsonl, a line for each pair; squad, which `textzoo train qa` reads; csv; or alpaca, a json list of
            {"instruction": the question, "input": the passage, "output": the answer}.
        html: Page to write too, which shows the answers in their passages, and on which pairs can be accepted, rejected
            and edited, and downloaded for `textzoo train qa`. Pairs that the filter leaves out are grey.
        answers: The lines are {"id", "text", "answers"}, and a question is wanted for each of these answers.
        filter: Keep the pairs that are likely to be right: passages may be of any length and are read in overlapping
            pieces; pairs with a faulty question, by the levels below, that the reader answers otherwise, and duplicates
            are left out, and the best rank stands first.
        round_trip_model: Of the filter: folder of a trained reader, which must find the answer to each question; none where left
            out.
        min_answer_logprob: Of the filter: the least log-probability of an answer, in nats.
        min_question_logprob: Of the filter: the least log-probability of a question, in nats.
        min_round_trip: Of the filter: the least F1 of the reader's answer; 1 wants the same words.
        max_similarity: Of the filter: the most that two questions on the same piece may be alike, by Word Rotator's
            Distance.
        rejected: Of the filter: file of json to write too, a line for each pair left out, with its scores and the
            reason; it must not be there yet.
        num_pairs: Pairs wanted of a passage, whose answers do not overlap; with the filter those generated for each of
            its pieces.
        num_beams: Beams of the question.
        top_p: The nucleus that answers are drawn from; 1 draws from all.
        temperature: Of the answers.
        max_answer_length: Tokens of an answer; those of the training where left out.
        max_question_length: Tokens of a question; those of the training where left out.
        no_repeat_ngram_size: Tokens of which no sequence is written twice in a question, 3 or so for a model of small data
            that repeats itself.
        align_to_words: Answers begin and end where jieba's words do.
        batch_size: Passages at a time.
        precision: Of weights and computation; bfloat16 halves the memory of the weights, and results differ a little.
        seed: Of the draws; with the passage it fixes the pairs.
        encoding: Encoding of the input, UTF-8 where left out.
        on_error: What to do at a bad record; those that are skipped are listed at the end.
    """

    model: str
    input: str | None = field(default=None, metadata={"bare": True})
    out: str | None = None
    resume: bool = False
    format: Literal["jsonl", "squad", "csv", "alpaca"] = "jsonl"
    html: str | None = None
    answers: bool = False
    filter: bool = False
    round_trip_model: str | None = None
    min_answer_logprob: float | None = None
    min_question_logprob: float | None = None
    min_round_trip: ClosedUnitInterval = 0.5
    max_similarity: ClosedUnitInterval = 0.9
    rejected: str | None = None
    num_pairs: PositiveInt = 5
    num_beams: PositiveInt = 3
    top_p: ClosedUnitInterval = 0.95
    temperature: PositiveFloat = 1.0
    max_answer_length: PositiveInt | None = None
    max_question_length: PositiveInt | None = None
    no_repeat_ngram_size: NonNegativeInt = 0
    align_to_words: bool = True
    batch_size: PositiveInt = 16
    precision: Literal["float32", "bfloat16"] = "float32"
    seed: NonNegativeInt = 0
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if not self.top_p:
            raise ValueError(f"Expected top_p above 0. Received: {self.top_p}.")
        require_new_path(self.out, self.resume)
        require_new_path(self.html)
        require_new_path(self.rejected)
        for name in OF_THE_FILTER:
            if getattr(self, name) is not None and not self.filter:
                raise ValueError(f"Expected --filter with --{name.replace('_', '-')}. Received: none.")
        if self.filter and self.answers:
            raise ValueError("Expected one of --filter and --answers. Received: both.")
        if self.resume and (self.out is None or self.input in (None, "-") or self.html or self.rejected):
            raise ValueError("Expected --resume with --out and a file of passages, without --html and --rejected.")
        if self.input is not None and self.input != "-" and not Path(self.input).is_file():
            raise ValueError(f"{self.input}: expected a file of passages. Received: none of that name.")


class Record(NamedTuple):
    """A passage of the input, its place there, and the answers that came with it."""

    place: str
    id: str | int
    text: str
    answers: list[str]


def generate_qa(settings: GenerateQA) -> None:
    """Generates chunk by chunk; what was written stays whatever comes later."""
    start_tensorflow()
    from textzoo.data import read_texts
    from textzoo.inference import QAPipeline
    from textzoo.models import ExtractiveQA, QAGenerator
    from textzoo.reports import QAPassage, review_page

    model = QAGenerator.from_preset(settings.model, dtype=settings.precision)
    pair_filter = None
    if settings.filter:
        reader = (
            None
            if settings.round_trip_model is None
            else ExtractiveQA.from_preset(settings.round_trip_model, dtype=settings.precision)
        )
        levels = {name: getattr(settings, name) for name in LEVELS}
        pair_filter = PairFilter(QAPipeline(model, reader, **levels), settings.rejected)
    source = settings.input if settings.input not in (None, "-") else sys.stdin
    texts = read_texts(source, settings.encoding, settings.on_error)
    form, shown = QA_FORMATS[settings.format], []
    with contextlib.ExitStack() as stack:
        out = None
        if settings.out is not None:
            out = stack.enter_context(
                ResumableOutput(settings.out, run_fingerprint(settings, OF_THE_RUN), settings.resume)
            )
        rejected: list[str] = [] if out is None else out.done["rejected"]
        records = _records(texts, settings, rejected)
        for _ in range(0 if out is None else out.done["records"]):
            next(records)
        begun = out is not None and out.done["bytes"] > len(form.head)
        _write(form.head if not (out and out.done["bytes"]) else "", out)
        for chunk in batched(records, CHUNK * settings.batch_size):
            for record, pairs in _of_chunk(pair_filter or model, chunk, settings, rejected):
                kept = [pair for pair in pairs if getattr(pair, "rejection_reason", None) is None]
                for entry in form.entries(record.id, record.text, kept):
                    _write(form.between * begun + entry, out)
                    begun = True
                if settings.html is not None:
                    shown.append(QAPassage(record.text, pairs, str(record.id)))
            if out is not None:
                out.mark(len(chunk), rejected)
        _write(form.tail, out)
        if out is not None:
            out.end()
    if pair_filter is not None:
        print(pair_filter.report(), file=sys.stderr)
    if settings.html is not None:
        write_text_file(settings.html, review_page(shown, f"textzoo generate qa: {settings.input or '-'}"))
    rejected = sorted([*map(str, texts.rejected), *rejected], key=_line)
    if rejected:
        print(f"rejected {len(rejected)}:", *rejected, sep="\n", file=sys.stderr)


def _write(text: str, out: ResumableOutput | None) -> None:
    if out is not None:
        out.write(text)
    elif text:
        print(text, end="", flush=True)


def _records(texts, settings: GenerateQA, rejected: list[str]) -> Iterator[Record]:
    from textzoo.data import InvalidRecordError

    for identifier, text in texts:
        answers = texts.fields.get("answers") if settings.answers else []
        if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
            received = "none" if answers is None else json.dumps(answers, ensure_ascii=False)[:60]
            error = InvalidRecordError(texts.place, "a field 'answers', a list of strings", received)
            if settings.on_error == "raise":
                raise error
            rejected.append(str(error))
            continue
        yield Record(texts.place, identifier, text, answers)


def _of_chunk(model, chunk: list[Record], settings: GenerateQA, rejected: list[str]) -> Iterator[tuple[Record, Any]]:
    """The model refuses a chunk for one bad record: halves find that one, and the rest is done."""
    try:
        results = _run(model, chunk, settings)
    except ValueError as error:
        if len(chunk) > 1:
            yield from _of_chunk(model, chunk[: len(chunk) // 2], settings, rejected)
            yield from _of_chunk(model, chunk[len(chunk) // 2 :], settings, rejected)
            return
        message = str(error)
        placed = ValueError(f"{chunk[0].place}: {message[:1].lower()}{message[1:]}")
        if settings.on_error == "raise":
            raise placed from None
        rejected.append(str(placed))
        return
    yield from zip(chunk, results, strict=True)


def _line(error: str) -> int:
    number = re.search(r"line (\d+)", error)
    return int(number[1]) if number else 0


def _run(model, chunk: list[Record], settings: GenerateQA) -> list:
    texts = [record.text for record in chunk]
    preprocessor = model.preprocessor
    shared = {
        "num_beams": settings.num_beams,
        "batch_size": settings.batch_size,
        "max_question_length": settings.max_question_length or preprocessor.max_question_length,
        "no_repeat_ngram_size": settings.no_repeat_ngram_size,
    }
    if settings.answers:
        return model.generate_questions(texts, [record.answers for record in chunk], **shared)
    drawn = {
        "num_pairs": settings.num_pairs,
        "top_p": settings.top_p,
        "temperature": settings.temperature,
        "max_answer_length": settings.max_answer_length or preprocessor.max_answer_length,
        "seed": settings.seed,
        "align_to_words": settings.align_to_words,
    }
    if settings.filter:
        return model.generate([record.id for record in chunk], texts, **drawn, **shared)
    return model.generate(texts, **drawn, **shared)
