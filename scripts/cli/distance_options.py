"""What the commands about distances share: where vectors, units and weights come from."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

MEASURES: dict[str, tuple[Any, Any]] = {"wmd": ("euclidean", "uniform"), "wrd": ("cosine", "norm")}


def open_embedder(vectors: str | None, encoder: str | None, units: str, stop_words: str | None) -> Any:
    """The callable `texts -> (units, vectors)` that the settings name.

    Raises:
        ValueError: both or neither of `vectors` and `encoder` are given, or a file is refused.
    """
    if (vectors is None) == (encoder is None):
        raise ValueError("Expected one of --vectors and --encoder. Received: " + ("both." if vectors else "none."))
    if vectors is not None:
        from textzoo.similarity import WordEmbedder, WordVectors

        stops = Path(stop_words).read_text(encoding="utf-8-sig").split() if stop_words else []
        unknown = "characters" if units == "jieba" else "skip"
        return WordEmbedder(WordVectors.load(vectors), units, stops, unknown)  # type: ignore[arg-type]
    if stop_words:
        raise ValueError("Expected --stop-words with --vectors. Received: --encoder.")
    from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

    start_tensorflow()
    from textzoo.models import ContextualEmbedder, Encoder

    return ContextualEmbedder(Encoder.from_preset(encoder))


def open_idf(path: str | None, embed: Callable) -> Any:
    """The weights that a file of texts, a line each, teaches; None without a file."""
    if path is None:
        return None
    from textzoo.data import read_texts
    from textzoo.similarity import Idf

    return Idf.fit(embed([text for _, text in read_texts(path)])[0])


def check_known(units: Sequence[Sequence[str]], texts: Sequence[str]) -> None:
    """ValueError where a text has no unit with a vector."""
    for own, text in zip(units, texts, strict=True):
        if not own:
            raise ValueError(f"Expected a text with a word that has a vector. Received: {text!r}.")
