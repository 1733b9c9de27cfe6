"""textzoo search: the nearest texts of an index, exactly.

    textzoo search "怎么去北京" --index index --k 3
    textzoo search - --index index < queries.txt

Out comes a line of json for each text found.
"""

import json
import sys
from dataclasses import dataclass, field
from typing import Any

from textzoo.scripts.cli.arguments import PositiveInt, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import check_known, open_embedder

BATCH = 256


@dataclass
class Search:
    """Find the nearest texts of an index.

    Args:
        queries: The texts to find neighbours of; - reads them from standard input, a line each.
        index: Folder made by textzoo index.
        k: How many are wanted, at most the texts in the index.
        vectors: File of the word vectors, where it moved since the index was made.
        encoder: Folder of the encoder, where it moved.
    """

    queries: list[str] = field(metadata={"bare": True})
    index: str
    k: PositiveInt = 10
    vectors: str | None = None
    encoder: str | None = None


def search(settings: Search) -> None:
    """Prints the neighbours of each query, and the share of pairs that came to transport."""
    from textzoo.data import read_texts
    from textzoo.similarity import Idf, TextIndex

    index, details = TextIndex.load(settings.index), TextIndex.details(settings.index)
    if missing := {"vectors", "encoder", "units", "stop_words", "idf"} - set(details):
        raise ValueError(f"{settings.index}: expected an index made by textzoo index. Received: no {missing.pop()}.")
    vectors, encoder = settings.vectors or details["vectors"], settings.encoder or details["encoder"]
    embed = open_embedder(vectors, encoder, details["units"], details["stop_words"])
    idf = Idf(**details["idf"]) if details["idf"] else None
    queries = settings.queries if settings.queries != ["-"] else [text for _, text in read_texts(sys.stdin)]
    for start in range(0, len(queries), BATCH):
        texts = queries[start : start + BATCH]
        units, found = embed(texts)
        check_known(units, texts)
        weights = [idf(own) for own in units] if idf else None
        answers: Any = index.top_k(found, settings.k, weights, embed.name)
        for query, matches in zip(texts, answers, strict=True):
            for rank, match in enumerate(matches, 1):
                line = {"query": query, "rank": rank, "distance": match.distance} | match.text
                print(json.dumps(line, ensure_ascii=False))
    share = index.counts["transport"] / index.counts["pairs"]
    print(f"{share:.3%} of {index.counts['pairs']} pairs came to transport", file=sys.stderr)


@cli_command("textzoo search")
def main(argv: list[str]) -> None:
    search(parse_arguments(Search, argv, "textzoo search"))


if __name__ == "__main__":
    sys.exit(main())
