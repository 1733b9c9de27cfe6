"""Conversion of data files between formats: `textzoo convert data`.

textzoo convert data pairs.jsonl squad.json --format squad
textzoo convert data titles.tsv titles.csv --task title --format csv
"""

import functools
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from textzoo.scripts.cli.arguments import DataPath, ModelPath, OutputFile, PositiveInt
from textzoo.scripts.cli.data_writers import PARQUET_ROWS, WRITERS
from textzoo.scripts.cli.input_files import require_input
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.training_examples import read_examples

KEEP_UNANSWERABLE = ("squad", "huggingface", "parquet")


@dataclass(frozen=True, kw_only=True)
class ConvertData(InputOptions):
    """Convert a data file to another format; the format of the input is recognized.

    Args:
        input: File to read, in any format that the task's training reads.
        out: File to write; must not exist.
        format: Format to write. Pairs are jsonl, squad, huggingface, alpaca or csv, titles and labels jsonl, csv or
            tsv, texts jsonl or txt; parquet is for all and needs pyarrow. csv and alpaca hold one answer per question,
            alpaca neither id nor start; csv of labels has a column of 0 and 1 per label; tsv has one space for any
            white space. triples are lines of {"query", "positive", "negatives"} for the training of a retriever: the
            question, its passage, and similar passages without the answer.
        task: Content of the file. texts are passages, of which .md and .html files keep their headings as ids.
        passages: For qa, file of passages: those of pairs that `textzoo generate qa` wrote without them, by id, and
            further ones for --format triples and --max-rank. In the encoding of the input.
        max_rank: For qa, keep the pairs whose question finds its own passage among the first of all; 1 is strictest.
        retriever: For triples and --max-rank, bm25, or the model whose vectors rank the passages.
        num_negatives: For triples, maximum number of negatives per question.
    """

    input: DataPath = field(metadata={"positional": True})
    out: OutputFile = field(metadata={"positional": True})
    format: Literal["jsonl", "squad", "huggingface", "alpaca", "csv", "tsv", "txt", "parquet", "triples"]
    task: Literal["qa", "title", "multilabel", "texts"] = "qa"
    passages: DataPath | None = None
    max_rank: PositiveInt | None = None
    retriever: ModelPath = "bm25"
    num_negatives: PositiveInt = 4

    def __post_init__(self):
        known = [*WRITERS[self.task], "parquet"]
        if self.format not in known:
            raise ValueError(f"--task {self.task} has the formats {', '.join(known)}; choose one as --format")
        for name in ("passages", "max_rank"):
            if getattr(self, name) is not None and self.task != "qa":
                raise ValueError(f"--{name.replace('_', '-')} needs --task qa; remove it")


def convert_data(args: ConvertData) -> None:
    """Reads all examples, then writes the file as a whole."""
    from textzoo.data.files import replaced_file

    examples = _read(args)
    if args.format == "triples" or args.max_rank is not None:
        examples = _rank(examples, args)
    with replaced_file(args.out) as part:
        if args.format == "parquet":
            _write_parquet(list(PARQUET_ROWS[args.task](examples)), part)
        else:
            with open(part, "w", encoding="utf-8", newline="") as file:
                file.writelines(WRITERS[args.task][args.format](examples))
    print(f"{args.out}: {len(examples)} records in the format {args.format}")


def _read(args: ConvertData) -> Sequence[Any]:
    from textzoo.data import read_multilabel, read_qa, read_texts, read_titles

    if args.task == "texts":
        require_input(args.input, content="passages")
        texts = read_texts(args.input, encoding=args.encoding, on_error=args.on_error)
        records = list(texts)
        print_rejected(texts.rejected)
        _check_ids(args.input, [name for name, _ in records])
        return records
    if args.task == "qa":
        passages = None
        if args.passages is not None:
            named = list(read_texts(args.passages, encoding=args.encoding))
            _check_ids(args.passages, [name for name, _ in named])
            passages = {str(name): text for name, text in named}
        unanswerable = args.format in KEEP_UNANSWERABLE
        read = functools.partial(read_qa, passages=passages, unanswerable=unanswerable)
    else:
        read = {"title": read_titles, "multilabel": read_multilabel}[args.task]
    return read_examples(read, args.input, config=args)


def _check_ids(source: str, ids: Sequence[str | int]) -> None:
    """Raises ValueError if an id is repeated, as Parquet and folders may have it."""
    identifier, count = next(iter(Counter(map(str, ids)).most_common(1)), ("", 1))
    if count > 1:
        raise ValueError(f"{source}: {count} passages have the id {identifier!r}; give each an id of its own")


def _rank(examples: Sequence[Any], args: ConvertData) -> Sequence[Any]:
    """Returns the pairs that their questions find, as triples if these are written."""
    from textzoo.data import read_texts
    from textzoo.data.qa.retrieval_triples import retrieval_triples
    from textzoo.scripts.cli.distance_options import EmbedderOptions, open_embedder
    from textzoo.scripts.cli.engine import count_lines
    from textzoo.similarity.passage_rankers import bm25_ranker, embedding_ranker

    further = [] if args.passages is None else [text for _, text in read_texts(args.passages, encoding=args.encoding)]
    passages = list(dict.fromkeys([*(example.passage for example in examples), *further]))
    if args.retriever == "bm25":
        rank = bm25_ranker(passages)
    else:
        embed = open_embedder(EmbedderOptions(encoder=args.retriever), count_lines(args.input))
        rank = embedding_ranker(passages, embed)
    limits = {} if args.max_rank is None else {"num_ranked": args.max_rank}
    triples = retrieval_triples(examples, passages, rank, num_negatives=args.num_negatives, **limits)
    kept = [number for number, triple in enumerate(triples) if args.max_rank is None or triple.rank is not None]
    found = sum(triple.rank == 1 for triple in triples)
    print(
        f"{len(passages)} passages; {found} of {len(triples)} questions find theirs first, {len(kept)} pairs kept",
        file=sys.stderr,
    )
    return [(triples if args.format == "triples" else examples)[number] for number in kept]


def _write_parquet(rows: list[dict[str, Any]], path: Path) -> None:
    try:
        import pyarrow  # pyright: ignore[reportMissingImports]
        from pyarrow import parquet  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ValueError("--format parquet needs pyarrow; run pip install pyarrow") from None
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    if "id" in columns:  # a column has one type
        columns["id"] = [None if identifier is None else str(identifier) for identifier in columns["id"]]
    parquet.write_table(pyarrow.table(columns), path)
