"""An index of `textzoo index` with the vectors that it was made with."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from textzoo.scripts.cli.distance_options import EmbedderOptions, check_known, open_embedder
from textzoo.scripts.cli.engine import EngineName


class OpenIndex(NamedTuple):
    """An index, ready to search.

    Attributes:
        index: `TextIndex`.
        details: How it was made.
        embed: `embed(texts) -> (units, vectors)`.
        idf: `Idf`, or None.
    """

    index: Any
    details: dict[str, Any]
    embed: Any
    idf: Any

    def top_k(self, queries: Sequence[str], k: int) -> list[Any]:
        """Returns the matches of each query; raises ValueError for one without a known word."""
        units, vectors = self.embed(queries)
        check_known(units, queries)
        weights = [self.idf(query_units) for query_units in units] if self.idf else None
        return self.index.top_k(vectors, k=k, weights=weights, model=self.embed.name)


def open_index(
    folder: str, *, vectors: str | None = None, encoder: str | None = None, engine: EngineName = "auto"
) -> OpenIndex:
    """Opens an index.

    Args:
        folder: Folder made by `textzoo index`.
        vectors: File of the word vectors, if it was moved since indexing.
        encoder: Folder of the encoder, if it was moved since indexing.
        engine: Engine of the encoder.

    Raises:
        ValueError: The folder is no such index, or a file that it names cannot be used.
    """
    from textzoo.similarity import Idf, TextIndex

    index, details = TextIndex.load(folder), TextIndex.details(folder)
    if missing := {"vectors", "encoder", "layers", "units", "stop_words", "idf"} - set(details):
        raise ValueError(f"{folder}: expected an index made by textzoo index. Received: no {missing.pop()}.")
    embed = open_embedder(
        EmbedderOptions(
            vectors=vectors or details["vectors"],
            encoder=encoder or details["encoder"],
            layers=details["layers"],
            units=details["units"],
            stop_words=details["stop_words"],
            user_dict=details.get("user_dict"),
            engine=engine,
        )
    )
    return OpenIndex(index, details, embed, Idf(**details["idf"]) if details["idf"] else None)
