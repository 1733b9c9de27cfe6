"""textzoo search: search an index for the exact nearest texts.

    textzoo search "怎么去北京" --index index --k 3
    textzoo search - --index index < queries.txt

The output is one line of JSON per text found.
"""

import json
import sys
from dataclasses import dataclass, field
from typing import Any

from textzoo.scripts.cli.arguments import DataPath, ModelPath, PositiveInt, Text, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import EmbedderOptions, check_known, open_embedder
from textzoo.scripts.cli.engine import EngineName

QUERIES_PER_BATCH = 256


@dataclass
class Search:
    """Find the nearest texts of an index.

    Args:
        queries: Texts whose neighbors to find; - reads them from standard input, one per line.
        index: Folder made by `textzoo index`.
        k: Number of neighbors per query, at most the number of texts in the index.
        vectors: File of the word vectors, if it was moved since indexing.
        encoder: Folder of the encoder, if it was moved since indexing.
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
    """Prints the neighbors of each query, and the fraction of pairs that needed optimal transport."""
    from textzoo.data import read_texts
    from textzoo.similarity import Idf, TextIndex

    index, details = TextIndex.load(args.index), TextIndex.details(args.index)
    if missing := {"vectors", "encoder", "layers", "units", "stop_words", "idf"} - set(details):
        raise ValueError(f"{args.index}: expected an index made by textzoo index. Received: no {missing.pop()}.")
    embed = open_embedder(
        EmbedderOptions(
            vectors=args.vectors or details["vectors"],
            encoder=args.encoder or details["encoder"],
            layers=details["layers"],
            units=details["units"],
            stop_words=details["stop_words"],
            user_dict=details.get("user_dict"),
            engine=args.engine,
        )
    )
    idf = Idf(**details["idf"]) if details["idf"] else None
    queries = args.queries if args.queries != ["-"] else [text for _, text in read_texts(sys.stdin)]
    for start in range(0, len(queries), QUERIES_PER_BATCH):
        batch = queries[start : start + QUERIES_PER_BATCH]
        units, query_vectors = embed(batch)
        check_known(units, batch)
        weights = [idf(query_units) for query_units in units] if idf else None
        results: Any = index.top_k(query_vectors, k=args.k, weights=weights, model=embed.name)
        for query, matches in zip(batch, results, strict=True):
            for rank, match in enumerate(matches, 1):
                line = {"query": query, "rank": rank, "distance": match.distance} | match.text
                print(json.dumps(line, ensure_ascii=False))
    fraction = index.counts["transport"] / index.counts["pairs"]
    print(f"{fraction:.3%} of {index.counts['pairs']} pairs needed optimal transport", file=sys.stderr)


@cli_command("textzoo search")
def main(argv: list[str]) -> None:
    search(parse_arguments(Search, argv, prog="textzoo search"))


if __name__ == "__main__":
    sys.exit(main())
