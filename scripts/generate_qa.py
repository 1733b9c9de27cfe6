"""Question-answer pairs for passages: what `textzoo generate qa` does."""

import contextlib
import dataclasses
import itertools
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from textzoo.scripts.check_new_file import check_new_file
from textzoo.scripts.number_types import ClosedUnitInterval, NonNegativeInt, PositiveFloat, PositiveInt
from textzoo.scripts.quiet_import import quiet_import

CHUNK = 4


@dataclass
class GenerateQA:
    """Write question-answer pairs for passages, a line of json for each pair.

    Args:
        model: Folder of a trained model, or a preset's name.
        input: File of passages, a line each: plain text, or {"id", "text"}; standard input where left out.
        out: File to write, which must not be there yet; standard output where left out.
        answers: The lines are {"id", "text", "answers"}, and a question is wanted for each of these answers.
        num_pairs: Pairs wanted of a passage.
        num_beams: Beams of the question.
        top_p: The nucleus that answers are drawn from; 1 draws from all.
        temperature: Of the answers.
        max_answer_length: Tokens of an answer; those of the training where left out.
        max_question_length: Tokens of a question; those of the training where left out.
        word_borders: Answers begin and end where jieba's words do.
        batch_size: Passages at a time.
        seed: Of the draws; with the passage it fixes the pairs.
        encoding: Encoding of the input, UTF-8 where left out.
        on_error: What to do at a bad record; those that are skipped are listed at the end.
    """

    model: str
    input: str | None = field(default=None, metadata={"bare": True})
    out: str | None = None
    answers: bool = False
    num_pairs: PositiveInt = 5
    num_beams: PositiveInt = 3
    top_p: ClosedUnitInterval = 0.95
    temperature: PositiveFloat = 1.0
    max_answer_length: PositiveInt | None = None
    max_question_length: PositiveInt | None = None
    word_borders: bool = False
    batch_size: PositiveInt = 16
    seed: NonNegativeInt = 0
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if not self.top_p:
            raise ValueError(f"Expected top_p above 0. Received: {self.top_p}.")
        check_new_file(self.out)
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
    quiet_import()
    from textzoo.data import read_texts
    from textzoo.models import QAGenerator

    model = QAGenerator.from_preset(settings.model)
    source = sys.stdin if settings.input in (None, "-") else settings.input
    texts = read_texts(source, settings.encoding, settings.on_error)
    rejected: list[ValueError] = []
    records = _records(texts, settings, rejected)
    with contextlib.ExitStack() as stack:
        out = sys.stdout
        if settings.out is not None:
            out = stack.enter_context(open(settings.out, "x", encoding="utf-8"))
        for record, pairs in _generate(model, records, settings, rejected):
            for pair in pairs:
                print(json.dumps({"id": record.id} | dataclasses.asdict(pair), ensure_ascii=False), file=out)
            out.flush()
    rejected = sorted([*texts.rejected, *rejected], key=_line)
    if rejected:
        print(f"rejected {len(rejected)}:", *rejected, sep="\n", file=sys.stderr)


def _records(texts, settings: GenerateQA, rejected: list[ValueError]) -> Iterator[Record]:
    from textzoo.data import BadRecord

    for identifier, text in texts:
        answers = texts.fields.get("answers") if settings.answers else []
        if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
            received = "none" if answers is None else json.dumps(answers, ensure_ascii=False)[:60]
            error = BadRecord(texts.place, "a field 'answers', a list of strings", received)
            if settings.on_error == "raise":
                raise error
            rejected.append(error)
            continue
        yield Record(texts.place, identifier, text, answers)


def _generate(model, records: Iterator[Record], settings: GenerateQA, rejected: list[ValueError]):
    """Every record and its pairs, in order; those before a bad record come before its error."""
    while True:
        chunk: list[Record] = []
        error = None
        try:
            for record in itertools.islice(records, CHUNK * settings.batch_size):
                chunk.append(record)
        except ValueError as reading:
            error = reading
        yield from _of_chunk(model, chunk, settings, rejected)
        if error is not None:
            raise error
        if not chunk:
            return


def _of_chunk(
    model, chunk: list[Record], settings: GenerateQA, rejected: list[ValueError]
) -> Iterator[tuple[Record, Any]]:
    """The model refuses a chunk for one bad record: halves find that one, and the rest is done."""
    if not chunk:
        return
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
        rejected.append(placed)
        return
    yield from zip(chunk, results, strict=True)


def _line(error: ValueError) -> int:
    number = re.search(r"line (\d+)", str(error))
    return int(number[1]) if number else 0


def _run(model, chunk: list[Record], settings: GenerateQA) -> list:
    texts = [record.text for record in chunk]
    question_length = settings.max_question_length or model.preprocessor.max_question_length
    shared = {
        "num_beams": settings.num_beams,
        "batch_size": settings.batch_size,
        "max_question_length": question_length,
    }
    if settings.answers:
        return model.generate_questions(texts, [record.answers for record in chunk], **shared)
    return model.generate(
        texts,
        settings.num_pairs,
        top_p=settings.top_p,
        temperature=settings.temperature,
        max_answer_length=settings.max_answer_length or model.preprocessor.max_answer_length,
        seed=settings.seed,
        word_borders=settings.word_borders,
        **shared,
    )
