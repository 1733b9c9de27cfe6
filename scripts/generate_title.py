"""Generation of titles from articles: `textzoo generate title`.

textzoo generate title passages.txt --model tiny-zh
textzoo generate title passages.txt --model runs/title --out generated-titles.jsonl
"""

import contextlib
import functools
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from textzoo.scripts.cli.arguments import DataPath, ModelPath, OutputFile, PositiveInt, ResumableFile
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.engine import PrecisionOptions, count_lines, open_model
from textzoo.scripts.cli.foreign_texts import ForeignTexts
from textzoo.scripts.cli.input_files import is_stream, require_input
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.scripts.cli.output_files import ResumableOutput, write_batch, write_text_file
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.record_source import RecordSource, line_number
from textzoo.scripts.cli.run_fingerprint import run_fingerprint
from textzoo.scripts.cli.run_sharded import run_sharded
from textzoo.scripts.cli.shard_options import NOT_IN_PLAN, MergedShardOptions
from textzoo.scripts.cli.terminal_table import TerminalTable, prints_to_terminal
from textzoo.scripts.cli.title_search_options import TitleSearchOptions

BATCHES_PER_WRITE = 4
NOT_IN_FINGERPRINT = (*NOT_IN_PLAN, "search_tree", "batch_size", "shards")
NOT_IN_TREE = ("agreement_weight", "batch_size")
LOG_PROBS = ("left_to_right_logprob", "right_to_left_logprob")


@dataclass(frozen=True, kw_only=True)
class GenerateTitle(TitleSearchOptions, PrecisionOptions, InputOptions, MergedShardOptions):
    """Generate titles of articles: a table on a terminal, otherwise lines of {"id", "title", "score", "direction"}.

    With --agreement-weight the lines also have "left_to_right_logprob" and "right_to_left_logprob".

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: File of one article per line, as plain text or {"id", "text"}, Parquet with a column text, a folder of
            such files, or an address such as s3://bucket/texts.jsonl; by default standard input.
        out: File to write, must not exist; by default standard output.
        resume: Continue an interrupted output with the same input, model and arguments; if there is none, start one.
        num_titles: Number of different titles per article, best first; at most --num-beams. With more than one, the
            lines have a "rank".
        search_tree: HTML page to write, with the search trees of both directions of a bidirectional model for the first
            article, whose titles are there ranked without --agreement-weight.
    """

    model: ModelPath
    input: DataPath | None = field(default=None, metadata={"positional": True})
    out: ResumableFile | None = None
    resume: bool = False
    num_titles: PositiveInt = 1
    search_tree: OutputFile | None = None

    def __post_init__(self):
        super().__post_init__()
        if self.resume and (self.out is None or is_stream(self.input)):
            raise ValueError("--resume needs --out and an input file")
        if self.num_titles > self.num_beams:
            raise ValueError(f"--num-titles {self.num_titles} needs --num-beams {self.num_titles} or more")
        require_input(self.input, content="articles")
        self.check_shards()
        if self.shards is not None and self.search_tree is not None:
            raise ValueError("--shards and --search-tree exclude each other; remove one")


class Article(NamedTuple):
    """An article of the input with its file and line, and its id."""

    place: str
    id: str | int
    text: str


def _open_shards(args: GenerateTitle, num_inputs: int | None) -> Any:
    return functools.partial(_generate_shard, _open_generator(args, num_inputs), args=args)


def _generate_shard(model: Any, blocks: Sequence[list[Article]], *, args: GenerateTitle) -> Any:
    from textzoo.distributed import ShardResult

    lines: list[str] = []
    cut: list[str] = []
    rejected: list[str] = []
    for block in blocks:
        readable, error = _check_articles(block, model, on_error=args.on_error, cut=cut, rejected=rejected)
        if error is not None:
            raise error
        lines += _title_lines(model, readable, args)
    counts = {"records": sum(map(len, blocks)), "titles": len(lines), "long articles": len(cut)}
    return ShardResult("".join(lines).encode(), counts, rejected)


def generate_title(args: GenerateTitle) -> None:
    """Generates and writes batch by batch, or in shards; an error later keeps what was written."""
    num_inputs = count_lines(args.input)
    size = BATCHES_PER_WRITE * args.batch_size
    if args.shards is not None:
        run_sharded(
            args,
            functools.partial(_open_shards, args, num_inputs),
            read=lambda: _open_articles(args),
            block=size,
            unit="titles",
        )
        return
    model = _open_generator(args, num_inputs)
    if args.search_tree is not None and model.decoder != "bidirectional":
        raise ValueError(f"--search-tree needs a bidirectional model; {args.model} has the decoder {model.decoder}")
    source = _open_articles(args)
    articles: Iterator[Article] = source
    reports: dict[str, list[str]] = {"cut": [], "rejected": []}
    with contextlib.ExitStack() as stack:
        out, num_done = None, 0
        if args.search_tree is not None:
            articles = itertools.chain(_draw_search_tree(args, model, articles), articles)
        if args.out is not None:
            fingerprint = run_fingerprint(args, NOT_IN_FINGERPRINT)
            out = stack.enter_context(ResumableOutput(args.out, fingerprint, resume=args.resume))
            num_done = out.done["records"]
        foreign = ForeignTexts(args.model, model.preprocessor.tokenizer)
        table = TerminalTable({"title": 1, "score": 0}) if prints_to_terminal(args.out) else None
        if table is not None:
            print(table.head(), end="")
        for batch in batched(itertools.islice(articles, num_done), size):
            _check_articles(batch, model, on_error=args.on_error, **reports)
        for batch in batched(articles, size):
            readable, error = _check_articles(batch, model, on_error=args.on_error, **reports)
            for article in readable:
                foreign.add(article.text)
            write_batch("".join(_title_lines(model, readable, args, table)), out, num_records=len(batch))
            if error is not None:
                raise error
        if out is not None:
            out.end()
    if report := foreign.report():
        print(report, file=sys.stderr)
    if reports["cut"]:
        print(_cut_report(reports["cut"], model.preprocessor), file=sys.stderr)
    print_rejected(sorted([*map(str, source.rejected()), *reports["rejected"]], key=line_number))


def _open_generator(args: GenerateTitle, num_inputs: int | None) -> Any:
    return open_model("TitleGenerator", args.model, engine=args.engine, num_inputs=num_inputs, precision=args.precision)


def _open_articles(args: GenerateTitle) -> RecordSource:
    from textzoo.data.readers.read_texts import read_texts

    source = sys.stdin if args.input in (None, "-") else args.input
    texts = read_texts(source, encoding=args.encoding, on_error=args.on_error)
    return RecordSource((Article(texts.place, *record) for record in texts), lambda: texts.rejected)


def _draw_search_tree(args: GenerateTitle, model: Any, articles: Iterator[Article]) -> list[Article]:
    """Writes the page of the first article that the model can read; returns the articles up to that one."""
    from textzoo.reports.search_tree_page import search_tree_page

    read: list[Article] = []
    for article in articles:
        read.append(article)
        readable, error = _check_articles([article], model, on_error=args.on_error, cut=[], rejected=[])
        if error is not None:
            raise error
        if readable:
            options = {k: v for k, v in args.generate_arguments().items() if k not in NOT_IN_TREE}
            titles, trees = model.explain(article.text, **options)
            title = f"textzoo generate title: {article.id}"
            write_text_file(str(args.search_tree), search_tree_page(article.text, titles, trees=trees, title=title))
            break
    return read


def _title_lines(model: Any, articles: list[Article], args: GenerateTitle, table: Any = None) -> list[str]:
    """Returns the lines of the titles of some articles, or their rows of a table."""
    titles = model.generate(
        [article.text for article in articles], num_titles=args.num_titles, **args.generate_arguments()
    )
    if table is not None:
        return [
            table.group(f"{article.id}  {article.text}", [(title.text, f"{title.score:.2f}") for title in ranked])
            for article, ranked in zip(articles, titles, strict=True)
        ]
    rows = [
        {"id": article.id}
        | ({"rank": rank} if args.num_titles > 1 else {})
        | {"title": title.text, "score": title.score, "direction": title.direction}
        | ({name: getattr(title, name) for name in LOG_PROBS} if args.agreement_weight is not None else {})
        for article, ranked in zip(articles, titles, strict=True)
        for rank, title in enumerate(ranked, 1)
    ]
    return [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]


def _cut_report(cut: list[str], preprocessor) -> str:
    """Returns the line on articles that were read in part."""
    kept = {"lead": "the beginning", "lead_and_tail": "the beginning and the end"}[preprocessor.truncation]
    shown = ", ".join(cut[:3]) + (", ..." if len(cut) > 3 else "")
    read = preprocessor.max_source_length - 2
    return f"{len(cut)} long article{'s' * (len(cut) > 1)}: {kept}, {read} tokens, was read of {shown}"


def _check_articles(
    articles: list[Article], model: Any, *, on_error: str, cut: list[str], rejected: list[str]
) -> tuple[list[Article], ValueError | None]:
    """Returns the articles that the model can read, and the error that ends the command after them.

    Adds the place and the number of tokens of articles that are longer than the model reads to `cut`, and the errors of
    skipped articles to `rejected`.
    """
    from textzoo.data import InvalidRecordError

    readable = []
    for article in articles:
        try:
            encoded = model.preprocessor.article(article.text)
        except ValueError:
            error = InvalidRecordError(
                article.place, "an article with characters of the vocabulary", received="only unknown characters"
            )
            if on_error == "raise":
                return readable, error
            rejected.append(str(error))
            continue
        if encoded.num_tokens + 2 > len(encoded.ids):
            cut.append(f"{article.place} ({encoded.num_tokens} tokens)")
        readable.append(article)
    return readable, None
