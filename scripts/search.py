"""textzoo search: search an index for the exact nearest texts.

    textzoo search "图书馆在哪里" --index index --encoder tiny-zh --k 3

A query of - reads queries from standard input. The output is a table on a terminal, otherwise one line of JSON per
text found.
"""

import json
import sys
from dataclasses import dataclass, field

from textzoo.scripts.cli.arguments import DataPath, ModelPath, PositiveInt, Text, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.engine import EngineName
from textzoo.scripts.cli.open_index import open_index
from textzoo.scripts.cli.terminal_table import TerminalTable, prints_to_terminal

QUERIES_PER_BATCH = 256


@dataclass
class Search:
    """Find the nearest texts of an index.

    Args:
        queries: Texts whose neighbors to find; - reads them from standard input, one per line.
        index: Folder made by `textzoo index`.
        k: Number of neighbors per query; all texts, if the index holds fewer.
        vectors: File of the word vectors that the index was made with.
        encoder: Folder or preset of the encoder that the index was made with.
        engine: Engine of the encoder: light runs it by ONNX Runtime and starts within a second; keras runs every
            encoder; auto chooses.
    """

    queries: list[Text] = field(metadata={"positional": True})
    index: ModelPath
    k: PositiveInt = 10
    vectors: DataPath | None = None
    encoder: ModelPath | None = None
    engine: EngineName = "auto"


def search(args: Search) -> None:
    """Prints the neighbors of each query, and the fraction of distances that needed optimal transport."""
    from textzoo.data import read_texts

    opened = open_index(args.index, vectors=args.vectors, encoder=args.encoder, engine=args.engine)
    queries = args.queries if args.queries != ["-"] else [text for _, text in read_texts(sys.stdin)]
    table = None
    if prints_to_terminal():
        table = TerminalTable({"text": 1, "distance": 0})
        print(table.head(), end="")
    for start in range(0, len(queries), QUERIES_PER_BATCH):
        batch = queries[start : start + QUERIES_PER_BATCH]
        for query, matches in zip(batch, opened.top_k(batch, args.k), strict=True):
            if table is not None:
                rows = [(f"{match.text['id']}  {match.text['text']}", f"{match.distance:.3f}") for match in matches]
                print(table.group(query, rows), end="")
                continue
            for rank, match in enumerate(matches, 1):
                line = {"query": query, "rank": rank, "distance": match.distance} | match.text
                print(json.dumps(line, ensure_ascii=False))
    if opened.details["measure"] != "cosine":
        counts = opened.index.counts
        fraction = counts["transport"] / counts["pairs"]
        print(f"{fraction:.3%} of {counts['pairs']} distances needed optimal transport", file=sys.stderr)


@cli_command("textzoo search")
def main(argv: list[str]) -> None:
    search(parse_arguments(Search, argv, prog="textzoo search"))


if __name__ == "__main__":
    sys.exit(main())
