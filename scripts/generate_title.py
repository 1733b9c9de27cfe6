"""Generation of titles from articles: `textzoo generate title`."""

import contextlib
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import DataPath, ModelPath, OutputFile, PositiveInt, Precision, ResumableFile, Text
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.engine import EngineName, count_lines, open_model
from textzoo.scripts.cli.input_files import is_stream, require_input
from textzoo.scripts.cli.output_files import ResumableOutput, write_batch, write_text_file
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.run_fingerprint import run_fingerprint
from textzoo.scripts.cli.title_search_options import TitleSearchOptions

BATCHES_PER_WRITE = 4
NOT_IN_FINGERPRINT = ("out", "resume", "search_tree", "batch_size", "on_error")


@dataclass(frozen=True, kw_only=True)
class GenerateTitle(TitleSearchOptions):
    """Generate titles of articles, one line of JSON {"id", "title", "score", "direction"} per title.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: File of one article per line, as plain text or {"id", "text"}; by default standard input.
        out: File to write, must not exist; by default standard output.
        resume: Continue an interrupted output with the same input, model and arguments; if there is none, start one.
        num_titles: Number of different titles per article, best first; at most --num-beams. With more than one, the
            lines have a "rank".
        search_tree: HTML page to write, with the search trees of both directions of a bidirectional model for the first
            article.
        precision: Keras dtype policy. Computation is in half precision except with float32; results differ slightly.
            bfloat16 also halves the memory of the weights; it cannot train.
        engine: light runs the model by ONNX Runtime and starts within a second; keras runs every model and is faster
            for thousands of texts; auto chooses.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record ends the command, or is skipped and listed at the end.
    """

    model: ModelPath
    input: DataPath | None = field(default=None, metadata={"positional": True})
    out: ResumableFile | None = None
    resume: bool = False
    num_titles: PositiveInt = 1
    search_tree: OutputFile | None = None
    precision: Precision = "float32"
    engine: EngineName = "auto"
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if self.resume and (self.out is None or is_stream(self.input)):
            raise ValueError("--resume needs --out and an input file")
        if self.num_titles > self.num_beams:
            raise ValueError(f"--num-titles {self.num_titles} needs --num-beams {self.num_titles} or more")
        require_input(self.input, content="articles")


def generate_title(args: GenerateTitle) -> None:
    """Generates and writes batch by batch; an error later keeps what was written."""
    from textzoo.data.readers.read_texts import read_texts

    model = open_model(
        "TitleGenerator", args.model, engine=args.engine, num_inputs=count_lines(args.input), precision=args.precision
    )
    if args.search_tree is not None and model.decoder != "bidirectional":
        raise ValueError(f"--search-tree needs a bidirectional model; {args.model} has the decoder {model.decoder}")
    source = sys.stdin if args.input in (None, "-") else args.input
    texts = read_texts(source, encoding=args.encoding, on_error=args.on_error)
    cut: list[str] = []
    with contextlib.ExitStack() as stack:
        out, records = None, _readable_records(texts, model, on_error=args.on_error, cut=cut)
        if args.search_tree is not None and (first := next(records, None)) is not None:
            from textzoo.reports.search_tree_page import search_tree_page

            identifier, article = first
            titles, trees = model.explain(
                article,
                num_beams=args.num_beams,
                length_penalty=args.length_penalty,
                max_length=args.max_title_length,
            )
            page = search_tree_page(article, titles, trees=trees, title=f"textzoo generate title: {identifier}")
            write_text_file(args.search_tree, page)
            records = itertools.chain([first], records)
        if args.out is not None:
            fingerprint = run_fingerprint(args, NOT_IN_FINGERPRINT)
            out = stack.enter_context(ResumableOutput(args.out, fingerprint, resume=args.resume))
            for _ in range(out.done["records"]):
                next(records)
        for batch in batched(records, BATCHES_PER_WRITE * args.batch_size):
            articles = [text for _, text in batch]
            titles = model.generate(articles, num_titles=args.num_titles, **args.generate_arguments())
            lines = [
                {"id": identifier}
                | ({"rank": rank} if args.num_titles > 1 else {})
                | {"title": title.text, "score": title.score, "direction": title.direction}
                for (identifier, _), ranked in zip(batch, titles, strict=True)
                for rank, title in enumerate(ranked, 1)
            ]
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            write_batch(text, out, num_records=len(batch))
        if out is not None:
            out.end()
    if cut:
        print(_cut_report(cut, model.preprocessor), file=sys.stderr)
    print_rejected(texts.rejected)


def _cut_report(cut: list[str], preprocessor) -> str:
    """Returns the line on articles that were read in part."""
    kept = {"lead": "the beginning", "lead_and_tail": "the beginning and the end"}[preprocessor.truncation]
    shown = ", ".join(cut[:3]) + (", ..." if len(cut) > 3 else "")
    read = preprocessor.max_source_length - 2
    return f"{len(cut)} long articles: {kept}, {read} tokens, was read of {shown}"


def _readable_records(texts, model, *, on_error: str, cut: list[str]) -> Iterator[tuple[str | int, str]]:
    """Yields the articles that the model can read; raises for another, or adds it to `texts.rejected`.

    Adds the place and the number of tokens of articles that are longer than the model reads to `cut`.
    """
    from textzoo.data import InvalidRecordError

    for identifier, text in texts:
        try:
            article = model.preprocessor.article(text)
            if article.num_tokens + 2 > len(article.ids):
                cut.append(f"{texts.place} ({article.num_tokens} tokens)")
        except ValueError:
            error = InvalidRecordError(
                texts.place, "an article with characters of the vocabulary", received="only unknown characters"
            )
            if on_error == "raise":
                raise error from None
            texts.rejected.append(error)
            continue
        yield identifier, text
