"""textzoo index: index texts in a folder for `textzoo search`.

    textzoo index passages.txt --encoder tiny-zh --out index
    textzoo index corpus.txt --encoder tiny-zh --out index --append

The input holds one text, or one `{"id": ..., "text": ...}`, per line.
"""

import functools
import itertools
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from textzoo.scripts.cli.arguments import DataPath, OutputFolder, PositiveInt, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import (
    MEASURES,
    EmbedderOptions,
    Measure,
    default_measure,
    open_embedder,
    open_idf,
)
from textzoo.scripts.cli.engine import count_lines
from textzoo.scripts.cli.index_details import index_details, open_index_embedder, read_index_details
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.record_source import RecordSource
from textzoo.scripts.cli.run_sharded import run_sharded
from textzoo.scripts.cli.shard_options import ShardOptions

FIXED_OPTIONS = ("layers", "units", "measure")  # the index knows their values
KEPT_WORDS = {"idf": "document frequencies", "stop_words": "stop words", "user_dict": "words for jieba"}


@dataclass(frozen=True, kw_only=True)
class Index(EmbedderOptions, InputOptions, ShardOptions):
    """Index texts for exact search by Word Mover's Distance, Word Rotator's Distance or the cosine of mean vectors.

    Args:
        input: File of one text per line, as plain text or {"id", "text"}, Parquet with a column text, a folder of such
            files, or an address such as s3://bucket/texts.jsonl; - reads standard input.
        out: Folder of the index; new or empty.
        append: Add texts to the index in the output folder, with the options it was made with. Other options are
            refused; the vectors or the encoder are named again.
        resume: With --shards, continue an interrupted run with the same input and options; if there is none, start one.
        measure: wmd (Word Mover's Distance), wrd (Word Rotator's Distance) or cosine (1 minus the cosine of the mean
            vectors). By default wmd with --vectors and cosine with --encoder.
        idf: File of one text per line; words are weighted by their inverse document frequency in it.
        batch_size: Texts per write. Written texts stay if a later one is bad.
        on_error: Whether a bad record, or a text without a known word, ends the command, or is skipped and listed at
            the end.
    """

    input: DataPath = field(metadata={"positional": True})
    out: OutputFolder
    append: bool = False
    resume: bool = False
    measure: Measure | None = None
    idf: DataPath | None = None
    batch_size: PositiveInt = 100_000

    def __post_init__(self):
        from textzoo.similarity.index_io import is_new_index_folder

        self.check_shards()
        if self.append and self.shards is not None:
            raise ValueError("--append and --shards exclude each other; remove one")
        if self.resume and self.shards is None:
            raise ValueError("--resume needs --shards")
        if not self.append and not self.resume and not is_new_index_folder(self.out):
            raise ValueError(f"{self.out} is not empty; choose another --out or pass --append")


def index_texts(args: Index) -> None:
    """Opens a new index or the one to add to, and adds the texts while no other process may write it."""
    num_inputs = count_lines(args.input)
    if args.shards is not None:
        work = functools.partial(_open_shards, args, num_inputs)
        run_sharded(args, work, read=lambda: _open_texts(args), block=args.batch_size, unit="texts", suffix="")
        return
    from textzoo.data.writer_lock import WriterLock
    from textzoo.similarity import Idf, TextIndex
    from textzoo.similarity.index_io import is_new_index_folder

    if args.append:
        details = read_index_details(args.out)
        _check_options(args, details)
        sources = {"vectors": args.vectors, "encoder": args.encoder, "engine": args.engine}
        embed = open_index_embedder(args.out, details, **sources, num_inputs=num_inputs)
        idf = Idf(**details["idf"]) if details["idf"] else None
        with WriterLock(args.out) as lock:
            _add_texts(args, TextIndex.load(args.out), embed=embed, idf=idf, details=details, lock=lock)
        return
    embed, idf, index, details = _new_index(args, num_inputs)
    Path(args.out).mkdir(parents=True, exist_ok=True)
    with WriterLock(args.out) as lock:
        if not is_new_index_folder(args.out):
            raise ValueError(f"{args.out} is not empty; choose another --out or pass --append")
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


def _new_index(args: Index, num_inputs: int | None) -> tuple[Any, Any, Any, dict[str, Any]]:
    """Returns the embedder, the document frequencies, an empty index and its details."""
    from textzoo.similarity import TextIndex

    embed = open_embedder(args, num_inputs)
    idf = open_idf(args.idf, embed)
    measure = args.measure or default_measure(args)
    details = index_details(args, measure=measure, layers=getattr(embed, "layers", None), idf=idf)
    return embed, idf, TextIndex(**MEASURES[measure], model=embed.name), details


class LocatedText(NamedTuple):
    """A text of the input with its file and line, and its entry in the index."""

    place: str
    entry: dict[str, Any]


def _open_texts(args: Index) -> RecordSource:
    from textzoo.data import read_texts

    texts = read_texts(sys.stdin if args.input == "-" else args.input, encoding=args.encoding, on_error=args.on_error)
    located = (LocatedText(texts.place, {"id": identifier, "text": text}) for identifier, text in texts)
    return RecordSource(located, lambda: texts.rejected)


def _open_shards(args: Index, num_inputs: int | None) -> Any:
    embed, idf, _, details = _new_index(args, num_inputs)
    return functools.partial(_index_shard, args=args, embed=embed, idf=idf, details=details)


def _index_shard(
    blocks: Sequence[list[LocatedText]], *, args: Index, embed: Any, idf: Any, details: dict[str, Any]
) -> Any:
    from textzoo.distributed import ShardResult
    from textzoo.similarity import TextIndex

    index = TextIndex(**MEASURES[details["measure"]], model=embed.name)
    rejected = [error for block in blocks for error in _add_batch(index, block, args=args, embed=embed, idf=idf)]
    with tempfile.TemporaryDirectory() as folder:
        index.save(folder, details)
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        content = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    counts = {"records": sum(map(len, blocks)), "texts": len(index)}
    return ShardResult(content, counts, list(map(str, rejected)))


def _add_texts(args: Index, index: Any, *, embed: Any, idf: Any, details: dict[str, Any], lock: Any) -> None:
    """Reads, embeds and writes texts batch by batch."""
    records = _open_texts(args)
    unknown: list[ValueError] = []
    size_before = len(index)
    while batch := list(itertools.islice(records, args.batch_size)):
        size = len(index)
        unknown += _add_batch(index, batch, args=args, embed=embed, idf=idf)
        if len(index) > size:
            index.save(args.out, details, lock=lock)
    print(f"{len(index) - size_before} texts indexed, {len(index)} in {args.out}")
    print_rejected([*records.rejected(), *unknown])


def _add_batch(index: Any, batch: list[LocatedText], *, args: Index, embed: Any, idf: Any) -> list[ValueError]:
    """Adds texts as one segment; returns the errors of those without a known word."""
    from textzoo.data import InvalidRecordError

    units, vectors = embed([text.entry["text"] for text in batch])
    unknown: list[ValueError] = []
    for text_units, text in zip(units, batch, strict=True):
        if not text_units:
            received = repr(text.entry["text"][:60])
            error = InvalidRecordError(text.place, "a text with a word that has a vector", received=received)
            if args.on_error == "raise":
                raise error
            unknown.append(error)
    known = [i for i, text_units in enumerate(units) if text_units]
    if known:
        weights = [idf(units[i]) for i in known] if idf else None
        entries = [batch[i].entry for i in known]
        index.add([vectors[i] for i in known], weights=weights, texts=entries, model=embed.name)
    return unknown


@cli_command("textzoo index")
def main(argv: list[str]) -> None:
    index_texts(parse_arguments(Index, argv, prog="textzoo index"))


if __name__ == "__main__":
    sys.exit(main())
