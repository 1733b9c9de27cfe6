"""Titles of articles: what `textzoo generate title` does."""

import contextlib
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from textzoo.scripts.about_run import about_run
from textzoo.scripts.check_new_file import check_new_file
from textzoo.scripts.chunks import chunks
from textzoo.scripts.quiet_import import quiet_import
from textzoo.scripts.resumable_output import ResumableOutput
from textzoo.scripts.title_search import TitleSearch
from textzoo.scripts.write_report import write_report

CHUNK = 4
OF_THE_RUN = ("out", "resume", "tree", "batch_size", "on_error")


@dataclass(kw_only=True)
class GenerateTitle(TitleSearch):
    """Write titles of articles, a line of json {"id", "title", "score", "direction"} for each.

    Args:
        model: Folder of a trained model, or a preset's name.
        input: File of articles, a line each: plain text, or {"id", "text"}; standard input where left out.
        out: File to write, which must not be there yet; standard output where left out.
        resume: Go on with an output that was broken off; a new one where there is none. Input, model and settings must
            be the same.
        tree: Page to write too, which shows what both directions of a bidirectional model looked at for the first
            article.
        precision: Of weights and computation; bfloat16 halves the memory of the weights, and results differ a little.
        encoding: Encoding of the input, UTF-8 where left out.
        on_error: What to do at a bad record; those that are skipped are listed at the end.
    """

    model: str
    input: str | None = field(default=None, metadata={"bare": True})
    out: str | None = None
    resume: bool = False
    tree: str | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        check_new_file(self.out, self.resume)
        if self.resume and (self.out is None or self.input in (None, "-")):
            raise ValueError("Expected --resume with --out and a file of articles.")
        check_new_file(self.tree)
        if self.input is not None and self.input != "-" and not Path(self.input).is_file():
            raise ValueError(f"{self.input}: expected a file of articles. Received: none of that name.")


def generate_title(settings: GenerateTitle) -> None:
    """Generates chunk by chunk; what was written stays whatever comes later."""
    quiet_import()
    from textzoo.data import BadRecord, read_texts
    from textzoo.evaluation import beam_page
    from textzoo.models import TitleGenerator

    model = TitleGenerator.from_preset(settings.model, dtype=settings.precision)
    if settings.tree is not None and model.decoder != "bidirectional":
        raise ValueError(f"{settings.model}: expected a bidirectional model for --tree. Received: {model.decoder}.")
    source = sys.stdin if settings.input in (None, "-") else settings.input
    texts = read_texts(source, settings.encoding, settings.on_error)

    def readable() -> Iterator[tuple[str | int, str]]:
        for record in texts:
            try:
                model.preprocessor.source(record[1])
            except ValueError:
                error = BadRecord(texts.place, "an article with characters of the vocabulary", "one without any")
                if settings.on_error == "raise":
                    raise error from None
                texts.rejected.append(error)
                continue
            yield record

    with contextlib.ExitStack() as stack:
        out, records = None, readable()
        if settings.tree is not None and (first := next(records, None)) is not None:
            found = model.trees(first[1], settings.num_beams, settings.length_penalty, settings.max_title_length)
            write_report(settings.tree, beam_page(first[1], *found, f"textzoo generate title: {first[0]}"))
            records = itertools.chain([first], records)
        if settings.out is not None:
            about = about_run(settings, OF_THE_RUN)
            out = stack.enter_context(ResumableOutput(settings.out, about, settings.resume))
            for _ in range(out.done["records"]):
                next(records)
        for chunk in chunks(records, CHUNK * settings.batch_size):
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
