"""Evaluation of generated question-answer pairs: `textzoo evaluate qa`.

textzoo evaluate qa pairs.jsonl --model runs/qa --out metrics.json --html page.html
textzoo evaluate qa pairs.jsonl --predictions predicted.jsonl
"""

import dataclasses
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from textzoo.scripts.cli.arguments import DataPath, ModelPath, NonNegativeInt, OutputFile, PositiveInt
from textzoo.scripts.cli.engine import PrecisionOptions, open_model
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.training_examples import drop_unreadable, read_examples


@dataclass(frozen=True, kw_only=True)
class EvaluateQA(PrecisionOptions, InputOptions):
    """Evaluate a model, or pairs generated before, against reference question-answer pairs.

    Args:
        input: Reference pairs, in any format that `textzoo train qa` reads.
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub. It generates
            pairs for each passage, and a question for each reference answer.
        predictions: Pairs to evaluate instead of a model, such as the output of `textzoo generate qa`: lines of
            {"id", "question", "answer"}, or a .csv with these columns. The id is that of any reference pair of the
            passage. Questions are compared if their answers are equal and, for pairs with a start, begin at the same
            place. In UTF-8.
        out: JSON file for the metrics; must not exist.
        html: HTML page to write: generated answers are highlighted, reference answers underlined.
        num_pairs: Number of pairs generated per passage, and the k of recall at k.
        num_beams: Number of beams for the question.
        no_repeat_ngram_size: Length of token sequences that a question may not repeat, about 3 for a model trained on
            little data; 0 allows all.
        align_to_words: Begin and end answers at the word boundaries of jieba.
        batch_size: Passages per batch.
        seed: Seed of the sampled answers.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
    """

    input: DataPath = field(metadata={"positional": True})
    model: ModelPath | None = None
    predictions: DataPath | None = None
    out: OutputFile | None = None
    html: OutputFile | None = None
    num_pairs: PositiveInt = 5
    num_beams: PositiveInt = 3
    no_repeat_ngram_size: NonNegativeInt = 0
    align_to_words: bool = True
    batch_size: PositiveInt = 16
    seed: NonNegativeInt = 0
    user_dict: DataPath | None = None

    def __post_init__(self):
        if (self.model is None) == (self.predictions is None):
            received = "neither" if self.model is None else "both"
            raise ValueError(f"Expected one of --model and --predictions. Received: {received}.")


def evaluate_qa(args: EvaluateQA) -> None:
    """Prints the metrics and optionally writes them as JSON, and the page."""
    from textzoo.data import read_qa
    from textzoo.data.qa.passage_encoding import check_readable
    from textzoo.data.text.word_segmentation import use_user_dictionary
    from textzoo.metrics import qa_metrics
    from textzoo.reports import QAPassage, qa_page

    use_user_dictionary(args.user_dict)
    examples, model = read_examples(read_qa, args.input, config=args), None
    if args.model is not None:
        num_inputs = len({example.passage for example in examples})
        model = open_model(
            "QAGenerator", str(args.model), engine=args.engine, num_inputs=num_inputs, precision=args.precision
        )
        preprocessor = model.preprocessor
        examples = drop_unreadable(
            examples,
            lambda example: check_readable(preprocessor.answer_chunk(example)[0], preprocessor.tokenizer),
            on_error=args.on_error,
        )
    passages: dict[str, list] = {}
    for example in examples:
        passages.setdefault(example.passage, []).append(example)
    generated, question_pairs = (
        _read_predictions(args, passages) if model is None else _generate(model, passages, args=args)
    )
    references = [[(example.question, example.answer) for example in group] for group in passages.values()]
    metrics = dataclasses.asdict(
        qa_metrics(generated, references, texts=list(passages), asked=question_pairs, k=args.num_pairs)
    )
    rows = print_metrics(metrics, args.out, name_width=18)
    if args.html is not None:
        page_passages = [
            QAPassage(
                text,
                [pair for pair in pairs if pair.start is not None],
                name=group[0].id or "",
                gold_spans=[(example.start, example.end) for example in group if example.start is not None],
            )
            for (text, group), pairs in zip(passages.items(), generated, strict=True)
        ]
        page = qa_page(page_passages, f"textzoo evaluate qa: {args.input}", summary=[("figure", "value"), *rows])
        write_text_file(args.html, page)


def _generate(model: Any, passages: dict[str, list], *, args: EvaluateQA) -> tuple[list, list[tuple[str, str]]]:
    """Generates pairs per passage, best first, and questions for the reference answers.

    Long passages are generated from in chunks. A chunk of unknown characters only has no pairs.

    Returns:
        Pairs of each passage; `(generated, reference)` questions for the same answers.
    """
    from textzoo.data import chunk_passage
    from textzoo.data.qa.passage_encoding import is_readable

    preprocessor = model.preprocessor
    max_tokens = preprocessor.max_source_length - 2
    options: dict[str, Any] = {
        "num_beams": args.num_beams,
        "batch_size": args.batch_size,
        "max_question_length": preprocessor.max_question_length,
        "no_repeat_ngram_size": args.no_repeat_ngram_size,
    }
    chunks = [
        (row, chunk)
        for row, text in enumerate(passages)
        for chunk in chunk_passage(text, preprocessor.tokenizer, max_tokens=max_tokens)
        if is_readable(chunk.text, preprocessor.tokenizer)
    ]
    chunk_pairs = model.generate(
        [chunk.text for _, chunk in chunks],
        num_pairs=args.num_pairs,
        max_answer_length=preprocessor.max_answer_length,
        seed=args.seed,
        align_to_words=args.align_to_words,
        **options,
    )
    generated: list[list] = [[] for _ in passages]
    for (row, chunk), pairs in zip(chunks, chunk_pairs, strict=True):
        generated[row] += [
            dataclasses.replace(pair, start=pair.start + chunk.start, end=pair.end + chunk.start) for pair in pairs
        ]
    generated = [sorted(pairs, key=lambda pair: -pair.score)[: args.num_pairs] for pairs in generated]
    # Reference questions by chunk and answer: a span of the chunk, or a string in words of its own.
    references: dict[str, dict[tuple[int, int] | str, list[str]]] = {}
    for example in (example for group in passages.values() for example in group if example.answer.strip()):
        text, start = preprocessor.answer_chunk(example)
        answer = example.answer if start is None else (start, start + len(example.answer))
        references.setdefault(text, {}).setdefault(answer, []).append(example.question)
    questions = model.generate_questions(
        list(references), [list(answers) for answers in references.values()], free_answers=True, **options
    )
    question_pairs = [
        (pair.question, reference)
        for pairs, answers in zip(questions, references.values(), strict=True)
        for pair, reference_questions in zip(pairs, answers.values(), strict=True)
        for reference in reference_questions
    ]
    return generated, question_pairs


def _read_predictions(args: EvaluateQA, passages: dict[str, list]) -> tuple[list, list[tuple[str, str]]]:
    """Reads pairs per passage in the order of the file.

    Returns:
        Pairs of each passage; `(predicted, reference)` questions for equal answers.
    """
    from textzoo.data import InvalidRecordError, locate_answer
    from textzoo.data.readers.read_predictions import read_predictions

    rows: dict[str, int] = {}
    for row, group in enumerate(passages.values()):
        for example in group:
            if example.id is not None and rows.setdefault(str(example.id), row) != row:
                received = f"{example.id!r} of two passages"
                raise InvalidRecordError(str(args.input), "an id of its own for each passage", received=received)
    texts, file = list(passages), str(args.predictions)
    predicted: list[list] = [[] for _ in texts]
    for prediction in read_predictions(file):
        if prediction.id not in rows:
            raise InvalidRecordError(prediction.place, f"an id of {args.input}", received=repr(prediction.id))
        row = rows[prediction.id]
        start = prediction.start
        end = None if start is None else start + len(prediction.answer)
        if end is not None and end > len(texts[row]):
            received = f"start {start} in {len(texts[row])} characters"
            raise InvalidRecordError(prediction.place, "an answer within its passage", received=received)
        if start is None and (span := locate_answer(texts[row], prediction.answer)) is not None:
            start, end = span
        pair = SimpleNamespace(
            question=prediction.question,
            answer=prediction.answer,
            start=start,
            end=end,
            is_placed=prediction.start is not None,
            score=prediction.score,
        )
        predicted[row].append(pair)
    missing = sum(not pairs for pairs in predicted)
    if missing:
        print(f"{file}: {missing} of {len(texts)} passages have no pairs", file=sys.stderr)
    return predicted, _match_questions(passages, predicted)


def _match_questions(passages: dict[str, list], predicted: Sequence[Sequence[Any]]) -> list[tuple[str, str]]:
    """Returns `(predicted, reference)` questions whose answers are equal; the first prediction of an answer counts.

    A prediction with a start answers the references at that start only.
    """
    question_pairs = []
    for group, pairs in zip(passages.values(), predicted, strict=True):
        for example in group:
            questions = (
                pair.question
                for pair in pairs
                if pair.answer == example.answer and (pair.start == example.start or not pair.is_placed)
            )
            question_pairs += [(question, example.question) for question in itertools.islice(questions, 1)]
    return question_pairs
