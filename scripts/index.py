"""textzoo index: index texts in a folder for `textzoo search`.

    textzoo index texts.txt --vectors chars.vec --out index
    textzoo index more.jsonl --vectors chars.vec --out index --append

The input holds one text, or one `{"id": ..., "text": ...}`, per line.
"""

import itertools
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from textzoo.scripts.cli.arguments import DataPath, OutputFolder, PositiveInt, Text, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import (
    MEASURES,
    EmbedderOptions,
    Measure,
    default_measure,
    open_embedder,
    open_idf,
)
from textzoo.scripts.cli.index_details import index_details, open_index_embedder, read_index_details
from textzoo.scripts.cli.print_rejected import print_rejected

FIXED_OPTIONS = ("layers", "units", "measure")  # the index knows their values
KEPT_WORDS = {"idf": "document frequencies", "stop_words": "stop words", "user_dict": "words for jieba"}


@dataclass(frozen=True, kw_only=True)
class Index(EmbedderOptions):
    """Index texts for exact search by Word Mover's Distance, Word Rotator's Distance or the cosine of mean vectors.

    Args:
        input: File of one text per line, as plain text or {"id", "text"}; - reads standard input.
        out: Folder of the index; new or empty.
        append: Add texts to the index in the output folder, with the options it was made with. Other options are
            refused; the vectors or the encoder are named again.
        measure: wmd (Word Mover's Distance), wrd (Word Rotator's Distance) or cosine (1 minus the cosine of the mean
            vectors). By default wmd with --vectors and cosine with --encoder.
        idf: File of one text per line; words are weighted by their inverse document frequency in it.
        batch_size: Texts per write. Written texts stay if a later one is bad.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record, or a text without a known word, ends the command, or is skipped and listed at
            the end.
    """

    input: DataPath = field(metadata={"positional": True})
    out: OutputFolder
    append: bool = False
    measure: Measure | None = None
    idf: DataPath | None = None
    batch_size: PositiveInt = 100_000
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        from textzoo.data.writer_lock import is_free_folder

        if not self.append and not is_free_folder(self.out):
            raise ValueError(f"{self.out} is not empty; choose another --out or pass --append")


def index_texts(args: Index) -> None:
    """Opens a new index or the one to add to, and adds the texts while no other process may write it."""
    from textzoo.data.writer_lock import WriterLock, is_free_folder
    from textzoo.similarity import Idf, TextIndex

    if args.append:
        details = read_index_details(args.out)
        _check_options(args, details)
        sources = {"vectors": args.vectors, "encoder": args.encoder, "engine": args.engine}
        embed = open_index_embedder(args.out, details, **sources, input_file=args.input)
        idf = Idf(**details["idf"]) if details["idf"] else None
        with WriterLock(args.out) as lock:
            _add_texts(args, TextIndex.load(args.out), embed=embed, idf=idf, details=details, lock=lock)
        return
    embed = open_embedder(args, args.input)
    idf = open_idf(args.idf, embed)
    measure = args.measure or default_measure(args)
    details = index_details(args, measure=measure, layers=getattr(embed, "layers", None), idf=idf)
    Path(args.out).mkdir(parents=True, exist_ok=True)
    with WriterLock(args.out) as lock:
        if not is_free_folder(args.out):
            raise ValueError(f"{args.out} is not empty; choose another --out or pass --append")
        index = TextIndex(**MEASURES[measure], model=embed.name)
        _add_texts(args, index, embed=embed, idf=idf, details=details, lock=lock)


def _check_options(args: Index, details: dict[str, Any]) -> None:
    """Raises `ValueError` if an option was given whose value is not the index's."""
    defaults = {option.name: option.default for option in fields(args)}
    for name in FIXED_OPTIONS:
        value = getattr(args, name)
        if value not in (defaults[name], details[name]):
            stored = "none" if details[name] is None else details[name]
            raise ValueError(
                f"--append uses the options of the index, --{name}: {stored}. Received: {value}; remove --{name}"
            )
    for name, kept in KEPT_WORDS.items():
        if getattr(args, name):
            flag = f"--{name.replace('_', '-')}"
            raise ValueError(f"--append uses the options of the index, its {kept} too; remove {flag}")


def _add_texts(args: Index, index: Any, *, embed: Any, idf: Any, details: dict[str, Any], lock: Any) -> None:
    """Reads, embeds and writes texts batch by batch."""
    from textzoo.data import InvalidRecordError, read_texts

    records = read_texts(sys.stdin if args.input == "-" else args.input, encoding=args.encoding, on_error=args.on_error)
    located_records = ((records.place, {"id": identifier, "text": text}) for identifier, text in records)
    unknown: list[ValueError] = []
    size_before = len(index)
    while batch := list(itertools.islice(located_records, args.batch_size)):
        units, vectors = embed([record["text"] for _, record in batch])
        for text_units, (place, record) in zip(units, batch, strict=True):
            if not text_units:
                error = InvalidRecordError(
                    place, "a text with a word that has a vector", received=repr(record["text"][:60])
                )
                if args.on_error == "raise":
                    raise error
                unknown.append(error)
        known = [i for i, text_units in enumerate(units) if text_units]
        if known:
            weights = [idf(units[i]) for i in known] if idf else None
            entries = [batch[i][1] for i in known]
            index.add([vectors[i] for i in known], weights=weights, texts=entries, model=embed.name)
            index.save(args.out, details, lock=lock)
    print(f"{len(index) - size_before} texts indexed, {len(index)} in {args.out}")
    rejected = [*records.rejected, *unknown]
    print_rejected(rejected)


@cli_command("textzoo index")
def main(argv: list[str]) -> None:
    index_texts(parse_arguments(Index, argv, prog="textzoo index"))


if __name__ == "__main__":
    sys.exit(main())
