"""Figures of generated question-answer pairs: what `textzoo evaluate qa` does."""

import dataclasses
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal

from textzoo.scripts.cli.arguments import NonNegativeInt, PositiveInt
from textzoo.scripts.cli.output_files import require_new_path, write_text_file
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow


@dataclass
class EvaluateQA:
    """Measure a model, or pairs that were generated before, on question-answer pairs.

    Args:
        file: Pairs to compare with, in any format that `textzoo train qa` reads.
        model: Folder of a trained model, or a preset's name. It generates pairs for each passage, and a question for
            each answer of the file.
        predictions: Lines of {"id", "question", "answer"} in place of a model, such as `textzoo generate qa` writes; an
            id is that of any of the file's pairs of the passage. Questions are compared where the answers are the same.
        out: File of json to write too, which must not be there yet.
        html: Page to write too: generated answers are highlighted, those of the file underlined.
        num_pairs: Pairs generated for a passage, and the k of recall at k.
        num_beams: Beams of the question.
        no_repeat_ngram_size: Tokens of which no sequence is written twice in a question, 3 or so for a model of small data
            that repeats itself.
        align_to_words: Answers begin and end where jieba's words do.
        batch_size: Passages at a time.
        precision: Of weights and computation; bfloat16 halves the memory of the weights, and results differ a little.
        seed: Of the draws.
        encoding: Encoding of the files, UTF-8 where left out.
        on_error: What to do at a bad record of the file.
    """

    file: str = field(metadata={"bare": True})
    model: str | None = None
    predictions: str | None = None
    out: str | None = None
    html: str | None = None
    num_pairs: PositiveInt = 5
    num_beams: PositiveInt = 3
    no_repeat_ngram_size: NonNegativeInt = 0
    align_to_words: bool = True
    batch_size: PositiveInt = 16
    precision: Literal["float32", "bfloat16"] = "float32"
    seed: NonNegativeInt = 0
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if (self.model is None) == (self.predictions is None):
            received = "none" if self.model is None else "both"
            raise ValueError(f"Expected one of --model and --predictions. Received: {received}.")
        require_new_path(self.out)
        require_new_path(self.html)


def evaluate_qa(settings: EvaluateQA) -> None:
    """Prints the figures, and writes them as json and the page where that is asked for."""
    start_tensorflow()
    from textzoo.data import read_qa
    from textzoo.metrics import qa_metrics
    from textzoo.reports import QAPassage, qa_page

    examples = read_qa(settings.file, settings.encoding, settings.on_error)
    print(f"{settings.file}: {examples.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{settings.file}: expected pairs to compare with. Received: none that can be used.")
    passages: dict[str, list] = {}
    for example in examples:
        passages.setdefault(example.passage, []).append(example)
    if settings.model is not None:
        generated, asked = _generate(settings, passages)
    else:
        generated, asked = _read_predictions(settings, passages)
    references = [[(example.question, example.answer) for example in group] for group in passages.values()]
    figures = dataclasses.asdict(qa_metrics(list(passages), generated, references, asked, settings.num_pairs))
    rows = print_metrics(figures, 18, settings.out)
    if settings.html is not None:
        shown = [
            QAPassage(
                text,
                [pair for pair in pairs if pair.start is not None],
                group[0].id or "",
                [(example.start, example.end) for example in group if example.start is not None],
            )
            for (text, group), pairs in zip(passages.items(), generated, strict=True)
        ]
        page = qa_page(shown, f"textzoo evaluate qa: {settings.file}", summary=[("figure", "value"), *rows])
        write_text_file(settings.html, page)


def _generate(settings: EvaluateQA, passages: dict[str, list]) -> tuple[list, list[tuple[str, str]]]:
    """Pairs of each passage, best first, and questions for the answers; long passages are read in pieces."""
    from textzoo.data import chunk_passage
    from textzoo.models import QAGenerator

    model = QAGenerator.from_preset(settings.model, dtype=settings.precision)
    preprocessor = model.preprocessor
    limit = preprocessor.max_source_length - 2
    shared: dict[str, Any] = {
        "num_beams": settings.num_beams,
        "batch_size": settings.batch_size,
        "max_question_length": preprocessor.max_question_length,
        "no_repeat_ngram_size": settings.no_repeat_ngram_size,
    }
    pieces = [
        (row, piece)
        for row, text in enumerate(passages)
        for piece in chunk_passage(text, preprocessor.tokenizer, limit)
        if piece.text.strip()
    ]
    found = model.generate(
        [piece.text for _, piece in pieces],
        settings.num_pairs,
        max_answer_length=preprocessor.max_answer_length,
        seed=settings.seed,
        align_to_words=settings.align_to_words,
        **shared,
    )
    generated: list[list] = [[] for _ in passages]
    for (row, piece), pairs in zip(pieces, found, strict=True):
        generated[row] += [
            dataclasses.replace(pair, start=pair.start + piece.start, end=pair.end + piece.start) for pair in pairs
        ]
    generated = [sorted(pairs, key=lambda pair: -pair.score)[: settings.num_pairs] for pairs in generated]
    wanted: dict[str, dict[str, list[str]]] = {}
    for example in (example for group in passages.values() for example in group if example.answer.strip()):
        text, _ = preprocessor.piece(example)
        wanted.setdefault(text, {}).setdefault(example.answer, []).append(example.question)
    questions = model.generate_questions(
        list(wanted), [list(answers) for answers in wanted.values()], free_answers=True, **shared
    )
    asked = [
        (pair.question, reference)
        for pairs, answers in zip(questions, wanted.values(), strict=True)
        for pair, references in zip(pairs, answers.values(), strict=True)
        for reference in references
    ]
    return generated, asked


def _read_predictions(settings: EvaluateQA, passages: dict[str, list]) -> tuple[list, list[tuple[str, str]]]:
    """Pairs of each passage in the order of the file, and their questions where an answer is a reference's."""
    from textzoo.data import InvalidRecordError

    rows = {str(e.id): row for row, group in enumerate(passages.values()) for e in group if e.id is not None}
    texts, file = list(passages), str(settings.predictions)
    generated: list[list] = [[] for _ in texts]
    with open(file, encoding=settings.encoding or "utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            place = f"{file}, line {number}"
            record = _prediction(line, place)
            if record["id"] not in rows:
                raise InvalidRecordError(place, f"an id of {settings.file}", repr(record["id"]))
            row = rows[record["id"]]
            start = record.get("start", texts[row].find(record["answer"]))
            start = None if start == -1 else start
            end = None if start is None else start + len(record["answer"])
            score = record.get("score", float("nan"))
            generated[row].append(
                SimpleNamespace(question=record["question"], answer=record["answer"], start=start, end=end, score=score)
            )
    missing = sum(not pairs for pairs in generated)
    if missing:
        print(f"{file}: {missing} of {len(texts)} passages have no pairs", file=sys.stderr)
    return generated, _matched(passages, generated)


def _prediction(line: str, place: str) -> dict[str, Any]:
    from textzoo.data import InvalidRecordError

    try:
        record = json.loads(line)
    except ValueError as error:
        raise InvalidRecordError(place, 'a json object {"id", "question", "answer"}', str(error)) from None
    names = ("id", "question", "answer")
    if not isinstance(record, dict) or any(name not in record for name in names):
        received = ", ".join(record) if isinstance(record, dict) else type(record).__name__
        raise InvalidRecordError(place, 'a json object {"id", "question", "answer"}', received)
    if not isinstance(record["question"], str) or not isinstance(record["answer"], str):
        raise InvalidRecordError(place, "a question and an answer that are strings", repr(record["question"]))
    if not isinstance(record.get("start"), int | None):
        raise InvalidRecordError(place, "a start that is a whole number", repr(record["start"]))
    return record | {"id": str(record["id"])}


def _matched(passages: dict[str, list], generated: Sequence[Sequence[Any]]) -> list[tuple[str, str]]:
    asked = []
    for group, pairs in zip(passages.values(), generated, strict=True):
        first: dict[str, str] = {}
        for pair in pairs:
            first.setdefault(pair.answer, pair.question)
        asked += [(first[example.answer], example.question) for example in group if example.answer in first]
    return asked
