"""An index of `textzoo index` with the vectors that it was made with."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from textzoo.scripts.cli.distance_options import check_known
from textzoo.scripts.cli.engine import EngineName
from textzoo.scripts.cli.index_details import open_index_embedder, read_index_details


class OpenIndex(NamedTuple):
    """An index, ready to search.

    Attributes:
        index: `TextIndex`. That of a folder of shards holds all of them.
        details: How it was made.
        embed: `embed(texts) -> (units, vectors)`.
        idf: `Idf`, or None.
    """

    index: Any
    details: dict[str, Any]
    embed: Any
    idf: Any

    def top_k(self, queries: Sequence[str], k: int) -> list[Any]:
        """Returns the matches of each query, all texts of a smaller index.

        Raises:
            ValueError: A query has no known word, or an entry of the index is damaged.
        """
        units, vectors = self.embed(queries)
        check_known(units, queries)
        weights = [self.idf(query_units) for query_units in units] if self.idf else None
        found = self.index.top_k(vectors, k=min(k, len(self.index)), weights=weights, model=self.embed.name)
        for match in chain(*found):
            _check_entry(match.text, self.index.place(match.number))
        return found


def _check_entry(entry: Any, place: str) -> None:
    """Raises `ValueError` for an entry that `textzoo index` did not write."""
    from textzoo.data import InvalidRecordError
    from textzoo.data.readers.record_fields import check_id, describe, text_field

    if not isinstance(entry, dict) or entry.keys() != {"id", "text"}:
        raise InvalidRecordError(place, "an entry of id and text; build the index again", received=describe(entry))
    check_id(entry["id"], place)
    text_field(entry, "text", place=place)


def open_index(
    folder: str, *, vectors: str | None = None, encoder: str | None = None, engine: EngineName = "auto"
) -> OpenIndex:
    """Opens an index.

    Args:
        folder: Folder made by `textzoo index`, with or without `--shards`.
        vectors: File of the word vectors that it was made with.
        encoder: Folder or preset of the encoder that it was made with.
        engine: Engine of the encoder.

    Raises:
        ValueError: The folder is no such index, or as `open_index_embedder`.
    """
    from textzoo.distributed import finished_shards
    from textzoo.similarity import Idf, TextIndex

    shards = finished_shards(folder)
    folders = [folder] if shards is None else list(map(str, shards))
    details = read_index_details(folders[0])
    embed = open_index_embedder(folder, details, vectors=vectors, encoder=encoder, engine=engine)
    index = TextIndex.load(folders[0])
    for shard in folders[1:]:
        if read_index_details(shard) != details:
            raise ValueError(f"{shard}: expected the details of {folders[0]}. Received: others; make the shards again")
        index.extend(TextIndex.load(shard))
    return OpenIndex(index, details, embed, Idf(**details["idf"]) if details["idf"] else None)
