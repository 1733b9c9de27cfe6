"""Generation of question-answer pairs from passages: `textzoo generate qa`."""

import contextlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from textzoo.scripts.cli.arguments import (
    ClosedUnitInterval,
    DataPath,
    ModelPath,
    NonNegativeInt,
    OutputFile,
    PositiveFloat,
    PositiveInt,
    Precision,
    ResumableFile,
    Text,
)
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.engine import EngineName, count_lines, open_model
from textzoo.scripts.cli.input_files import is_stream, require_input
from textzoo.scripts.cli.is_qa_file import is_qa_file
from textzoo.scripts.cli.output_files import ResumableOutput, write_text_file
from textzoo.scripts.cli.pair_filter import PairFilter
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.qa_writers import QA_FORMATS
from textzoo.scripts.cli.run_fingerprint import run_fingerprint

BATCHES_PER_WRITE = 4
NOT_IN_FINGERPRINT = ("out", "resume", "html", "rejected", "batch_size", "on_error")
FILTER_ARGUMENTS = ("round_trip_model", "min_answer_logprob", "min_question_logprob", "rejected")


@dataclass
class GenerateQA:
    """Generate question-answer pairs from passages, by default one line of JSON per pair.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: File of one passage per line, as plain text or {"id", "text"}; by default standard input.
        out: File to write, must not exist; by default standard output.
        resume: Continue an interrupted output with the same input, model and arguments; if there is none, start one.
        format: jsonl, one line per pair; squad, which `textzoo train qa` reads; csv; or alpaca, a JSON list of
            {"instruction": question, "input": passage, "output": answer}.
        html: HTML page to write. It shows the answers in their passages; pairs can be accepted, rejected, edited and
            downloaded for `textzoo train qa`. Pairs that the filter rejects are gray.
        answers: Generate one question for each given answer. The input has lines of {"id", "text", "answers"}, where an
            answer is a string or {"text", "start"}, or any format that `textzoo train qa` reads, such as SQuAD json.
        num_questions: With --answers, number of different questions per answer, at most --num-beams.
        filter: Keep the pairs that are likely to be correct, best rank first. Rejects malformed questions, pairs below
            the thresholds, pairs that fail the round trip, and duplicates. Passages may have any length and are split
            into overlapping chunks.
        round_trip_model: For the filter, folder of an extractive-qa model that must find the answer to each question;
            by default there is no round trip.
        min_answer_logprob: For the filter, minimum log-probability of an answer, in nats.
        min_question_logprob: For the filter, minimum log-probability of a question, in nats.
        min_round_trip: For the filter, minimum F1 of the round trip's answer; 1 requires the same words.
        max_similarity: For the filter, maximum similarity of two questions on the same chunk, by Word Rotator's
            Distance.
        rejected: For the filter, JSON lines file of the rejected pairs with their scores and reasons; must not exist.
        num_pairs: Maximum number of pairs per passage, whose answers do not overlap; with the filter, the number
            generated per chunk.
        resample: Sample further answers, at twice the temperature, for passages with fewer than --num-pairs pairs.
        num_beams: Number of beams for the question.
        top_p: Nucleus from which answers are sampled; 1 samples from all.
        temperature: Temperature of the sampled answers.
        max_answer_length: Maximum number of tokens of an answer; by default as in training.
        max_question_length: Maximum number of tokens of a question; by default as in training.
        no_repeat_ngram_size: Length of token sequences that a question may not repeat, about 3 for a model trained on
            little data; 0 allows all.
        align_to_words: Begin and end answers at the word boundaries of jieba.
        batch_size: Passages per batch.
        precision: Keras dtype policy. Computation is in half precision except with float32; results differ slightly.
            bfloat16 also halves the memory of the weights; it cannot train.
        engine: light runs the model by ONNX Runtime and starts within a second; keras runs every model and is faster
            for thousands of texts; auto chooses.
        seed: Seed of the sampled answers. Seed and passage determine the pairs.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record ends the command, or is skipped and listed at the end.
    """

    model: ModelPath
    input: DataPath | None = field(default=None, metadata={"positional": True})
    out: ResumableFile | None = None
    resume: bool = False
    format: Literal["jsonl", "squad", "csv", "alpaca"] = "jsonl"
    html: OutputFile | None = None
    answers: bool = False
    num_questions: PositiveInt = 1
    filter: bool = False
    round_trip_model: ModelPath | None = None
    min_answer_logprob: float | None = None
    min_question_logprob: float | None = None
    min_round_trip: ClosedUnitInterval = 0.5
    max_similarity: ClosedUnitInterval = 0.9
    rejected: OutputFile | None = None
    num_pairs: PositiveInt = 5
    resample: bool = False
    num_beams: PositiveInt = 3
    top_p: ClosedUnitInterval = 0.95
    temperature: PositiveFloat = 1.0
    max_answer_length: PositiveInt | None = None
    max_question_length: PositiveInt | None = None
    no_repeat_ngram_size: NonNegativeInt = 0
    align_to_words: bool = True
    batch_size: PositiveInt = 16
    precision: Precision = "float32"
    engine: EngineName = "auto"
    seed: NonNegativeInt = 0
    user_dict: DataPath | None = None
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if not self.top_p:
            raise ValueError(f"Expected top_p above 0. Received: {self.top_p}.")
        for name in FILTER_ARGUMENTS:
            if getattr(self, name) is not None and not self.filter:
                raise ValueError(f"--{name.replace('_', '-')} needs --filter")
        if self.num_questions > 1 and not self.answers:
            raise ValueError("--num-questions needs --answers")
        if self.num_questions > self.num_beams:
            raise ValueError(f"--num-questions {self.num_questions} needs --num-beams {self.num_questions} or more")
        if self.resample and self.answers:
            raise ValueError("--resample and --answers exclude each other; remove one")
        if self.filter and self.answers:
            raise ValueError("--filter and --answers exclude each other; remove one")
        if self.resume and (self.out is None or is_stream(self.input) or self.html or self.rejected):
            raise ValueError("--resume needs --out and an input file, without --html and --rejected")
        require_input(self.input, content="passages")


class PairShortfall:
    """Counts the passages that get fewer pairs than requested.

    Args:
        num_pairs: Number of pairs requested per passage.
    """

    def __init__(self, num_pairs: int):
        self.num_pairs = num_pairs
        self.passages = self.short = self.pairs = 0

    def add(self, num_pairs: int) -> None:
        """Counts a passage with its number of pairs."""
        self.passages += 1
        self.pairs += num_pairs
        self.short += num_pairs < self.num_pairs

    def report(self) -> str:
        """Returns a line on the missing pairs; "" if there are none."""
        if not self.short:
            return ""
        return (
            f"{self.pairs} of {self.passages * self.num_pairs} requested pairs: the sampled answers of {self.short} of "
            f"{self.passages} passages repeat, overlap or are malformed; --resample finds more"
        )


class Record(NamedTuple):
    """A passage of the input with its file and line, its id, and its given answers."""

    place: str
    id: str | int
    text: str
    answers: list[Any]


def generate_qa(args: GenerateQA) -> None:
    """Generates and writes batch by batch; an error later keeps what was written."""
    from textzoo.data.readers.read_texts import read_texts
    from textzoo.data.text.word_segmentation import use_user_dictionary
    from textzoo.reports.qa_page import QAPassage

    use_user_dictionary(args.user_dict)
    options: Any = {"engine": args.engine, "num_inputs": count_lines(args.input), "precision": args.precision}
    model = open_model("QAGenerator", args.model, **options)
    pair_filter = None
    if args.filter:
        round_trip_model = None
        if args.round_trip_model is not None:
            round_trip_model = open_model("ExtractiveQA", args.round_trip_model, **options)
        from textzoo.inference.qa_pipeline import QAPipeline

        pipeline = QAPipeline(
            model,
            round_trip_model,
            min_answer_logprob=args.min_answer_logprob,
            min_question_logprob=args.min_question_logprob,
            min_round_trip=args.min_round_trip,
            max_similarity=args.max_similarity,
        )
        pair_filter = PairFilter(pipeline, args.rejected)
    source: Any = args.input if args.input not in (None, "-") else sys.stdin
    texts: Any = None
    if not args.answers or is_stream(args.input) or not is_qa_file(source, args.encoding):
        texts = read_texts(source, encoding=args.encoding, on_error=args.on_error)
    output_format, page_passages = QA_FORMATS[args.format], []
    with contextlib.ExitStack() as stack:
        out = None
        if args.out is not None:
            fingerprint = run_fingerprint(args, NOT_IN_FINGERPRINT)
            out = stack.enter_context(ResumableOutput(args.out, fingerprint, resume=args.resume))
        rejected: list[str] = [] if out is None else out.done["rejected"]
        records = _read_records(texts, args=args, rejected=rejected) if texts else _read_qa_records(args, rejected)
        for _ in range(0 if out is None else out.done["records"]):
            next(records)
        has_entries = out is not None and out.done["bytes"] > len(output_format.head.encode())
        _write(output_format.head if not (out and out.done["bytes"]) else "", out)
        shortfall = PairShortfall(args.num_pairs)
        for batch in batched(records, BATCHES_PER_WRITE * args.batch_size):
            for record, pairs in _generate_or_reject(pair_filter or model, batch, args=args, rejected=rejected):
                kept = [pair for pair in pairs if getattr(pair, "rejection_reason", None) is None]
                shortfall.add(len(pairs))
                for entry in output_format.entries(record.text, kept, identifier=record.id):
                    _write(output_format.separator * has_entries + entry, out)
                    has_entries = True
                if args.html is not None:
                    page_passages.append(QAPassage(record.text, pairs, name=str(record.id)))
            if out is not None:
                out.mark(len(batch), rejected)
        _write(output_format.tail, out)
        if out is not None:
            out.end()
    if pair_filter is not None:
        print(pair_filter.report(), file=sys.stderr)
    elif not args.answers and (report := shortfall.report()):
        print(report, file=sys.stderr)
    if args.html is not None:
        from textzoo.reports.review_page import review_page

        write_text_file(args.html, review_page(page_passages, f"textzoo generate qa: {args.input or '-'}"))
    rejected = sorted({*map(str, texts.rejected if texts else ()), *rejected}, key=_line_number)
    print_rejected(rejected)


def _write(text: str, out: ResumableOutput | None) -> None:
    if out is not None:
        out.write(text)
    elif text:
        print(text, end="", flush=True)


def _read_records(texts, *, args: GenerateQA, rejected: list[str]) -> Iterator[Record]:
    from textzoo.data import InvalidRecordError
    from textzoo.data.readers.qa_formats.gold_answers import gold_answers

    for identifier, text in texts:
        try:
            given = gold_answers(texts.fields.get("answers"), texts.place) if args.answers else []
        except InvalidRecordError as error:
            if args.on_error == "raise":
                raise
            rejected.append(str(error))
            continue
        yield Record(place=texts.place, id=identifier, text=text, answers=[answer._asdict() for answer in given])


def _read_qa_records(args: GenerateQA, rejected: list[str]) -> Iterator[Record]:
    """Yields a record for each passage of a file of pairs, with the spans of its answers, each once.

    The id is that of the passage's first pair, or the number of the passage.
    """
    from textzoo.data import InvalidRecordError, read_qa

    passages: dict[str, list[Any]] = {}
    examples = read_qa(str(args.input), encoding=args.encoding, on_error=args.on_error)
    for example in examples:
        passages.setdefault(example.passage, []).append(example)
    for reason, places in examples.report.dropped.items():
        rejected += [f"{place}: {reason}" for place in places]
    for number, (text, group) in enumerate(passages.items(), 1):
        identifier = group[0].id or number
        answers = dict.fromkeys((example.start, example.end) for example in group if example.start is not None)
        place = f"{args.input}, passage {number}"
        for example in group:
            if example.start is None:
                error = InvalidRecordError(
                    place, "answers that are spans of the passage", received=repr(example.answer)
                )
                if args.on_error == "raise":
                    raise error
                rejected.append(str(error))
        yield Record(place=place, id=identifier, text=text, answers=list(answers))


def _generate_or_reject(
    model, batch: list[Record], *, args: GenerateQA, rejected: list[str]
) -> Iterator[tuple[Record, Any]]:
    """Yields records with their pairs.

    The model refuses a whole batch for one bad record. The batch is then halved until that record is alone.
    """
    try:
        results = _generate(model, batch, args=args)
    except ValueError as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            yield from _generate_or_reject(model, batch[:middle], args=args, rejected=rejected)
            yield from _generate_or_reject(model, batch[middle:], args=args, rejected=rejected)
            return
        message = str(error)
        located = ValueError(f"{batch[0].place}: {message[:1].lower()}{message[1:]}")
        if args.on_error == "raise":
            raise located from None
        rejected.append(str(located))
        return
    yield from zip(batch, results, strict=True)


def _line_number(message: str) -> int:
    match = re.search(r"line (\d+)", message)
    return int(match[1]) if match else 0


def _generate(model, batch: list[Record], *, args: GenerateQA) -> list:
    texts = [record.text for record in batch]
    preprocessor = model.preprocessor
    question_options = {
        "num_beams": args.num_beams,
        "batch_size": args.batch_size,
        "max_question_length": args.max_question_length or preprocessor.max_question_length,
        "no_repeat_ngram_size": args.no_repeat_ngram_size,
    }
    if args.answers:
        answers = [record.answers for record in batch]
        return model.generate_questions(texts, answers, num_questions=args.num_questions, **question_options)
    answer_options = {
        "num_pairs": args.num_pairs,
        "top_p": args.top_p,
        "temperature": args.temperature,
        "max_answer_length": args.max_answer_length or preprocessor.max_answer_length,
        "seed": args.seed,
        "resample": args.resample,
        "align_to_words": args.align_to_words,
    }
    if args.filter:
        return model.generate(texts, ids=[record.id for record in batch], **answer_options, **question_options)
    return model.generate(texts, **answer_options, **question_options)
