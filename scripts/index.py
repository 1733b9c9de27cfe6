"""textzoo index: many texts into a folder that `textzoo search` looks through.

    textzoo index texts.txt --vectors chars.vec --out index
    textzoo index more.jsonl --out index --append

A text a line, or `{"id": ..., "text": ...}` a line.
"""

import itertools
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from textzoo.scripts.cli.arguments import PositiveInt, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import MEASURES, open_embedder, open_idf

KEPT = ("vectors", "encoder", "units", "stop_words")


@dataclass
class Index:
    """Index texts for exact search by WMD or WRD.

    Args:
        input: File of texts, a line each: plain text, or {"id", "text"}; - is standard input.
        out: Folder of the index, new or empty.
        append: Add to the index at out, with the settings it was made with.
        vectors: File of word vectors: word2vec's text or binary format, or GloVe's.
        encoder: Folder or preset's name of an encoder, whose states are the vectors.
        units: What has a vector in the file: characters, words between spaces, or jieba's words (those without a
            vector get the mean of their characters).
        stop_words: File of units that are left out.
        measure: wmd (Euclidean cost, equal weights) or wrd (cosine cost, weights by norm).
        idf: File of texts, a line each; words weigh by their inverse document frequency there.
        batch_size: Texts that are written together; what is written stays whatever comes later.
        encoding: Encoding of the input, UTF-8 where left out.
        on_error: What to do at a bad record or a text without a known word; those skipped are listed at the end.
    """

    input: str = field(metadata={"bare": True})
    out: str
    append: bool = False
    vectors: str | None = None
    encoder: str | None = None
    units: Literal["characters", "words", "jieba"] = "characters"
    stop_words: str | None = None
    measure: Literal["wmd", "wrd"] = "wmd"
    idf: str | None = None
    batch_size: PositiveInt = 100_000
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if self.append and any((self.vectors, self.encoder, self.stop_words, self.idf)):
            raise ValueError("Expected --append with the settings of the index alone. Received: others.")
        if not self.append and Path(self.out).exists() and any(Path(self.out).iterdir()):
            raise ValueError(f"{self.out}: expected a new or an empty folder, or --append. Received: one with files.")


def index_texts(settings: Index) -> None:
    """Reads, embeds and writes batch by batch."""
    from textzoo.data import InvalidRecordError, read_texts
    from textzoo.similarity import Idf, TextIndex

    if settings.append:
        index, details = TextIndex.load(settings.out), TextIndex.details(settings.out)
        embed = open_embedder(*(details[name] for name in KEPT))
        idf = Idf(**details["idf"]) if details["idf"] else None
    else:
        embed = open_embedder(*(getattr(settings, name) for name in KEPT))
        idf = open_idf(settings.idf, embed)
        index = TextIndex(*MEASURES[settings.measure], model=embed.name)
        details = {name: _absolute(name, getattr(settings, name)) for name in KEPT}
        details |= {"measure": settings.measure}
        details |= {"idf": {"frequencies": idf.frequencies, "texts": idf.texts} if idf else None}
    records = read_texts(sys.stdin if settings.input == "-" else settings.input, settings.encoding, settings.on_error)
    placed = ((records.place, {"id": identifier, "text": text}) for identifier, text in records)
    unknown: list[ValueError] = []
    before = len(index)
    while batch := list(itertools.islice(placed, settings.batch_size)):
        units, vectors = embed([record["text"] for _, record in batch])
        for own, (place, record) in zip(units, batch, strict=True):
            if not own:
                unknown.append(
                    InvalidRecordError(place, "a text with a word that has a vector", repr(record["text"][:60]))
                )
                if settings.on_error == "raise":
                    raise unknown[0]
        kept = [i for i, own in enumerate(units) if own]
        if kept:
            weights = [idf(units[i]) for i in kept] if idf else None
            index.add([vectors[i] for i in kept], weights, [batch[i][1] for i in kept], model=embed.name)
            index.save(settings.out, details)
    print(f"{len(index) - before} texts indexed, {len(index)} in {settings.out}")
    rejected = [*records.rejected, *unknown]
    if rejected:
        print(f"rejected {len(rejected)}:", *rejected, sep="\n", file=sys.stderr)


def _absolute(name: str, value: str | None) -> str | None:
    if value is None or name == "units" or not Path(value).exists():
        return value
    return str(Path(value).absolute())


@cli_command("textzoo index")
def main(argv: list[str]) -> None:
    index_texts(parse_arguments(Index, argv, "textzoo index"))


if __name__ == "__main__":
    sys.exit(main())
