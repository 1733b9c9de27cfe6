"""Titles of articles: what `textzoo generate title` does."""

import contextlib
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.output_files import ResumableOutput, require_new_path, write_text_file
from textzoo.scripts.cli.run_fingerprint import run_fingerprint
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.title_search_options import TitleSearchOptions

CHUNK = 4
OF_THE_RUN = ("out", "resume", "search_tree", "batch_size", "on_error")


@dataclass(kw_only=True)
class GenerateTitle(TitleSearchOptions):
    """Write titles of articles, a line of json {"id", "title", "score", "direction"} for each.

    Args:
        model: Folder of a trained model, or a preset's name.
        input: File of articles, a line each: plain text, or {"id", "text"}; standard input where left out.
        out: File to write, which must not be there yet; standard output where left out.
        resume: Go on with an output that was broken off; a new one where there is none. Input, model and settings must
            be the same.
        search_tree: Page to write too, which shows what both directions of a bidirectional model looked at for the first
            article.
        precision: Of weights and computation; bfloat16 halves the memory of the weights, and results differ a little.
        encoding: Encoding of the input, UTF-8 where left out.
        on_error: What to do at a bad record; those that are skipped are listed at the end.
    """

    model: str
    input: str | None = field(default=None, metadata={"bare": True})
    out: str | None = None
    resume: bool = False
    search_tree: str | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        require_new_path(self.out, self.resume)
        if self.resume and (self.out is None or self.input in (None, "-")):
            raise ValueError("Expected --resume with --out and a file of articles.")
        require_new_path(self.tree)
        if self.input is not None and self.input != "-" and not Path(self.input).is_file():
            raise ValueError(f"{self.input}: expected a file of articles. Received: none of that name.")


def generate_title(settings: GenerateTitle) -> None:
    """Generates chunk by chunk; what was written stays whatever comes later."""
    start_tensorflow()
    from textzoo.data import InvalidRecordError, read_texts
    from textzoo.models import TitleGenerator
    from textzoo.reports import search_tree_page

    model = TitleGenerator.from_preset(settings.model, dtype=settings.precision)
    if settings.search_tree is not None and model.decoder != "bidirectional":
        raise ValueError(
            f"{settings.model}: expected a bidirectional model for --search-tree. Received: {model.decoder}."
        )
    source = sys.stdin if settings.input in (None, "-") else settings.input
    texts = read_texts(source, settings.encoding, settings.on_error)

    def readable() -> Iterator[tuple[str | int, str]]:
        for record in texts:
            try:
                model.preprocessor.source(record[1])
            except ValueError:
                error = InvalidRecordError(
                    texts.place, "an article with characters of the vocabulary", "one without any"
                )
                if settings.on_error == "raise":
                    raise error from None
                texts.rejected.append(error)
                continue
            yield record

    with contextlib.ExitStack() as stack:
        out, records = None, readable()
        if settings.search_tree is not None and (first := next(records, None)) is not None:
            found = model.explain(first[1], settings.num_beams, settings.length_penalty, settings.max_title_length)
            write_text_file(
                settings.search_tree, search_tree_page(first[1], *found, f"textzoo generate title: {first[0]}")
            )
            records = itertools.chain([first], records)
        if settings.out is not None:
            about = run_fingerprint(settings, OF_THE_RUN)
            out = stack.enter_context(ResumableOutput(settings.out, about, settings.resume))
            for _ in range(out.done["records"]):
                next(records)
        for chunk in batched(records, CHUNK * settings.batch_size):
            titles = model.generate([text for _, text in chunk], **settings.search())
            lines = [
                {"id": identifier, "title": title.text, "score": title.score, "direction": title.direction}
                for (identifier, _), title in zip(chunk, titles, strict=True)
            ]
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            if out is None:
                print(text, end="", flush=True)
            else:
                out.write(text)
                out.mark(len(chunk), [])
        if out is not None:
            out.end()
    if texts.rejected:
        print(f"rejected {len(texts.rejected)}:", *texts.rejected, sep="\n", file=sys.stderr)
