"""Generation of question-answer pairs from passages: `textzoo generate qa`.

textzoo generate qa passages.txt --model tiny-zh
textzoo generate qa passages.txt --model runs/qa --num-pairs 2 --out generated.jsonl
textzoo generate qa passages.txt --model runs/qa --filter --html review.html
"""

import contextlib
import functools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from textzoo.scripts.cli.arguments import (
    ClosedUnitInterval,
    DataPath,
    ModelPath,
    NonNegativeInt,
    OutputFile,
    PositiveFloat,
    PositiveInt,
    ResumableFile,
)
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.engine import PrecisionOptions, count_lines, open_model
from textzoo.scripts.cli.foreign_texts import ForeignTexts
from textzoo.scripts.cli.input_files import is_stream, require_input
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.scripts.cli.output_files import ResumableOutput, write_text_file
from textzoo.scripts.cli.pair_filter import PairFilter
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.qa_records import Record, open_records
from textzoo.scripts.cli.qa_writers import QA_FORMATS, qa_table
from textzoo.scripts.cli.record_source import line_number
from textzoo.scripts.cli.run_fingerprint import run_fingerprint
from textzoo.scripts.cli.run_sharded import run_sharded
from textzoo.scripts.cli.shard_options import NOT_IN_PLAN, MergedShardOptions
from textzoo.scripts.cli.terminal_table import prints_to_terminal

if TYPE_CHECKING:
    from textzoo.data.qa.pair_quality import PairQuality

BATCHES_PER_WRITE = 4
NOT_IN_FINGERPRINT = (*NOT_IN_PLAN, "html", "rejected", "batch_size", "shards")
FILTER_ARGUMENTS = ("round_trip_model", "min_answer_logprob", "min_question_logprob", "min_probability", "rejected")


@dataclass(frozen=True, kw_only=True)
class GenerateQA(PrecisionOptions, InputOptions, MergedShardOptions):
    """Generate question-answer pairs from passages: a table on a terminal, otherwise one line of JSON per pair.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: File of one passage per line, as plain text or {"id", "text"}, Parquet with a column text, a folder of
            such files, or an address such as s3://bucket/texts.jsonl; by default standard input.
        out: File to write, must not exist; by default standard output.
        resume: Continue an interrupted output with the same input, model and arguments; if there is none, start one.
        format: jsonl, one line per pair, the default except on a terminal; squad, which `textzoo train qa` reads; csv;
            or alpaca, a JSON list of {"instruction": question, "input": passage, "output": answer}.
        html: HTML page to write. It shows the answers in their passages; pairs can be accepted, rejected, edited and
            downloaded for `textzoo train qa`. Pairs that the filter rejects are gray.
        answers: Generate one question for each given answer. The input has lines of {"id", "text", "answers"}, where an
            answer is a string or {"text", "start"}, or any format that `textzoo train qa` reads, such as SQuAD json.
        num_questions: With --answers, number of different questions per answer, at most --num-beams.
        filter: Keep the pairs that are likely to be correct, best rank first; by default if the model comes with a
            pair_quality.json, unless --answers. Rejects malformed questions, pairs below the thresholds, pairs that
            fail the round trip, and duplicates. Passages may have any length and are split into overlapping chunks.
        round_trip_model: For the filter, folder of an extractive-qa model that must find the answer to each question;
            by default the folder reader within the model's, if there is one.
        min_answer_logprob: For the filter, minimum log-probability of an answer, in nats.
        min_question_logprob: For the filter, minimum log-probability of a question, in nats.
        min_round_trip: For the filter, minimum F1 of the round trip's answer; 1 requires the same words.
        min_probability: For the filter of a model with a pair_quality.json, minimum probability that a reader judges
            the pair right; by default that file's.
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
        seed: Seed of the sampled answers. Seed and passage determine the pairs.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
    """

    model: ModelPath
    input: DataPath | None = field(default=None, metadata={"positional": True})
    out: ResumableFile | None = None
    resume: bool = False
    format: Literal["jsonl", "squad", "csv", "alpaca"] | None = None
    html: OutputFile | None = None
    answers: bool = False
    num_questions: PositiveInt = 1
    filter: bool | None = None
    round_trip_model: ModelPath | None = None
    min_answer_logprob: float | None = None
    min_question_logprob: float | None = None
    min_round_trip: ClosedUnitInterval = 0.5
    min_probability: ClosedUnitInterval | None = None
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
    seed: NonNegativeInt = 0
    user_dict: DataPath | None = None

    def __post_init__(self):
        if not self.top_p:
            raise ValueError(f"Expected top_p above 0. Received: {self.top_p}.")
        for name in FILTER_ARGUMENTS:
            if getattr(self, name) is not None and not self.is_filtered:
                raise ValueError(f"--{name.replace('_', '-')} needs --filter")
        if self.min_probability is not None and self.round_trip_model is not None:
            raise ValueError("--min-probability and --round-trip-model exclude each other; remove one")
        if self.min_probability is not None and self.quality is None:
            raise ValueError(f"--min-probability needs a model with a pair_quality.json; {self.model} has none")
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
        self.check_shards()
        if self.shards is not None and (self.format not in (None, "jsonl") or self.html or self.rejected):
            raise ValueError("--shards writes jsonl; remove --format, --html and --rejected")

    @functools.cached_property
    def quality(self) -> "PairQuality | None":
        """The pair_quality.json of the model."""
        from textzoo.data.find_preset import find_preset
        from textzoo.data.qa.pair_quality import read_pair_quality

        return read_pair_quality(find_preset(self.model))

    @property
    def is_filtered(self) -> bool:
        return self.filter if self.filter is not None else not self.answers and self.quality is not None


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


def _open_shards(args: GenerateQA, num_inputs: int | None) -> Any:
    from textzoo.data.text.word_segmentation import use_user_dictionary

    use_user_dictionary(args.user_dict)
    return functools.partial(_generate_shard, _open_generator(args, num_inputs), args=args)


def _generate_shard(model: Any, blocks: Sequence[list[Record]], *, args: GenerateQA) -> Any:
    from textzoo.distributed import ShardResult

    rejected: list[str] = []
    lines: list[str] = []
    num_generated = 0
    for block in blocks:
        for record, pairs in _generate_or_reject(model, block, args=args, rejected=rejected):
            num_generated += len(pairs)
            lines += QA_FORMATS["jsonl"].entries(record.text, _kept(pairs), identifier=record.id)
    counts = {"records": sum(map(len, blocks)), "pairs": len(lines)}
    if args.is_filtered:
        counts["filtered pairs"] = num_generated - len(lines)
    return ShardResult("".join(lines).encode(), counts, rejected)


def generate_qa(args: GenerateQA) -> None:
    """Generates and writes batch by batch, or in shards; an error later keeps what was written."""
    from textzoo.data.text.word_segmentation import use_user_dictionary
    from textzoo.reports.qa_page import QAPassage

    num_inputs = count_lines(args.input)
    if args.shards is not None:
        block = BATCHES_PER_WRITE * args.batch_size
        run_sharded(
            args,
            functools.partial(_open_shards, args, num_inputs),
            read=lambda: open_records(args, []),
            block=block,
            unit="pairs",
        )
        return
    use_user_dictionary(args.user_dict)
    model = _open_generator(args, num_inputs)
    is_table = args.format is None and prints_to_terminal(args.out)
    judged = isinstance(model, PairFilter) and model.pipeline.quality is not None
    output_format = qa_table(judged=judged) if is_table else QA_FORMATS[args.format or "jsonl"]
    page_passages = []
    with contextlib.ExitStack() as stack:
        out = None
        if args.out is not None:
            fingerprint = run_fingerprint(args, NOT_IN_FINGERPRINT)
            out = stack.enter_context(ResumableOutput(args.out, fingerprint, resume=args.resume))
        rejected: list[str] = [] if out is None else out.done["rejected"]
        records = open_records(args, rejected)
        for _ in range(0 if out is None else out.done["records"]):
            next(records)
        has_entries = out is not None and out.done["bytes"] > len(output_format.head.encode())
        _write(output_format.head if not (out and out.done["bytes"]) else "", out)
        shortfall = PairShortfall(args.num_pairs)
        foreign = ForeignTexts(args.model, model.preprocessor.tokenizer)
        for batch in batched(records, BATCHES_PER_WRITE * args.batch_size):
            for record, pairs in _generate_or_reject(model, batch, args=args, rejected=rejected):
                shortfall.add(len(pairs))
                foreign.add(record.text)
                for entry in output_format.entries(record.text, _kept(pairs), identifier=record.id):
                    _write(output_format.separator * has_entries + entry, out)
                    has_entries = True
                if args.html is not None:
                    page_passages.append(QAPassage(record.text, pairs, name=str(record.id)))
            if out is not None:
                out.mark(len(batch), rejected)
        _write(output_format.tail, out)
        if out is not None:
            out.end()
    if report := foreign.report():
        print(report, file=sys.stderr)
    if isinstance(model, PairFilter):
        print(model.report(), file=sys.stderr)
    elif not args.answers and (report := shortfall.report()):
        print(report, file=sys.stderr)
    if args.html is not None:
        from textzoo.reports.review_page import review_page

        write_text_file(args.html, review_page(page_passages, f"textzoo generate qa: {args.input or '-'}"))
    print_rejected(sorted({*map(str, records.rejected()), *rejected}, key=line_number))


def _open_generator(args: GenerateQA, num_inputs: int | None) -> Any:
    """Opens the model, or with `--filter` the filter of its pairs."""
    options: Any = {"engine": args.engine, "num_inputs": num_inputs, "precision": args.precision}
    model = open_model("QAGenerator", args.model, **options)
    if not args.is_filtered:
        return model
    from textzoo.data.find_preset import find_preset
    from textzoo.data.preset_config import reader_folder
    from textzoo.inference.qa_pipeline import QAPipeline

    round_trip_model = None
    reader = args.round_trip_model or reader_folder(find_preset(args.model))
    if reader is not None:
        round_trip_model = open_model("ExtractiveQA", str(reader), **options)
    pipeline = QAPipeline(
        model,
        round_trip_model,
        quality=None if args.round_trip_model else args.quality,
        min_probability=args.min_probability,
        min_answer_logprob=args.min_answer_logprob,
        min_question_logprob=args.min_question_logprob,
        min_round_trip=args.min_round_trip,
        max_similarity=args.max_similarity,
    )
    return PairFilter(pipeline, args.rejected)


def _kept(pairs: Sequence[Any]) -> list[Any]:
    return [pair for pair in pairs if getattr(pair, "rejection_reason", None) is None]


def _write(text: str, out: ResumableOutput | None) -> None:
    if out is not None:
        out.write(text)
    elif text:
        print(text, end="", flush=True)


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
    if args.is_filtered:
        return model.generate(texts, ids=[record.id for record in batch], **answer_options, **question_options)
    return model.generate(texts, **answer_options, **question_options)
