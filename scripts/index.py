"""textzoo index: index texts in a folder for `textzoo search`.

    textzoo index texts.txt --vectors chars.vec --out index
    textzoo index more.jsonl --out index --append

The input holds one text, or one `{"id": ..., "text": ...}`, per line.
"""

import itertools
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

from textzoo.scripts.cli.arguments import PositiveInt, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import MEASURES, EmbedderOptions, open_embedder, open_idf

EMBEDDER_ARGUMENTS = tuple(option.name for option in fields(EmbedderOptions))


@dataclass(frozen=True, kw_only=True)
class Index(EmbedderOptions):
    """Index texts for exact search by Word Mover's Distance or Word Rotator's Distance.

    Args:
        input: File of one text per line, as plain text or {"id", "text"}; - reads standard input.
        out: Folder of the index; new or empty.
        append: Add texts to the index in the output folder, with the options it was made with.
        measure: wmd (Euclidean cost, uniform weights) or wrd (cosine cost, weights by norm).
        idf: File of one text per line; words are weighted by their inverse document frequency in it.
        batch_size: Texts per write. Written texts stay if a later one is bad.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record, or a text without a known word, ends the command, or is skipped and listed at
            the end.
    """

    input: str = field(metadata={"positional": True})
    out: str
    append: bool = False
    measure: Literal["wmd", "wrd"] = "wmd"
    idf: str | None = None
    batch_size: PositiveInt = 100_000
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        from textzoo.data.writer_lock import is_free_folder

        if self.append and any((self.vectors, self.encoder, self.stop_words, self.idf)):
            raise ValueError(
                "--append uses the options of the index; remove --vectors, --encoder, --stop-words and --idf"
            )
        if not self.append and not is_free_folder(self.out):
            raise ValueError(f"{self.out} is not empty; choose another --out or pass --append")


def index_texts(args: Index) -> None:
    """Reads, embeds and writes texts batch by batch."""
    from textzoo.data import InvalidRecordError, read_texts
    from textzoo.similarity import Idf, TextIndex

    if args.append:
        index, details = TextIndex.load(args.out), TextIndex.details(args.out)
        embed = open_embedder(EmbedderOptions(**{name: details[name] for name in EMBEDDER_ARGUMENTS}))
        idf = Idf(**details["idf"]) if details["idf"] else None
    else:
        embed = open_embedder(args)
        idf = open_idf(args.idf, embed)
        index = TextIndex(**MEASURES[args.measure], model=embed.name)
        details = {name: _absolute_path(name, getattr(args, name)) for name in EMBEDDER_ARGUMENTS}
        details |= {"measure": args.measure}
        details |= {"idf": {"frequencies": idf.frequencies, "texts": idf.texts} if idf else None}
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
            index.save(args.out, details=details)
    print(f"{len(index) - size_before} texts indexed, {len(index)} in {args.out}")
    rejected = [*records.rejected, *unknown]
    if rejected:
        print(f"rejected {len(rejected)}:", *rejected, sep="\n", file=sys.stderr)


def _absolute_path(name: str, value: str | None) -> str | None:
    if value is None or name == "units" or not Path(value).exists():
        return value
    return str(Path(value).absolute())


@cli_command("textzoo index")
def main(argv: list[str]) -> None:
    index_texts(parse_arguments(Index, argv, prog="textzoo index"))


if __name__ == "__main__":
    sys.exit(main())
