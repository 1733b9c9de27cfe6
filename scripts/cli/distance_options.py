"""Word vectors, weights and measures of the commands about text distances."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

MEASURES: dict[str, tuple[Any, Any]] = {"wmd": ("euclidean", "uniform"), "wrd": ("cosine", "norm")}  # cost, weighting


def open_embedder(vectors: str | None, encoder: str | None, units: str, stop_words: str | None) -> Any:
    """Loads word vectors from a file, or an encoder.

    Args:
        vectors: File of word vectors.
        encoder: Folder or preset of an encoder. Exactly one of `vectors` and `encoder` is given.
        units: `"characters"`, `"words"` or `"jieba"`; with `vectors` only.
        stop_words: File of units that are left out; with `vectors` only.

    Returns:
        `embed(texts) -> (units, vectors)`.

    Raises:
        ValueError: Both or neither of `vectors` and `encoder` are given, or a file cannot be used.
    """
    if (vectors is None) == (encoder is None):
        received = "neither" if vectors is None else "both"
        raise ValueError(f"Expected one of --vectors and --encoder. Received: {received}.")
    if vectors is not None:
        from textzoo.similarity import WordEmbedder, WordVectors

        stop_list = Path(stop_words).read_text(encoding="utf-8-sig").split() if stop_words else []
        unknown = "characters" if units == "jieba" else "skip"
        return WordEmbedder(WordVectors.load(vectors), units, stop_list, unknown)  # type: ignore[arg-type]
    if stop_words:
        raise ValueError("--stop-words needs --vectors; remove it or replace --encoder")
    from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

    start_tensorflow()
    from textzoo.models import ContextualEmbedder, Encoder

    return ContextualEmbedder(Encoder.from_preset(encoder))


def open_idf(path: str | None, embed: Callable) -> Any:
    """Fits inverse document frequencies on a file of one text per line; returns None if there is no file."""
    if path is None:
        return None
    from textzoo.data import read_texts
    from textzoo.similarity import Idf

    return Idf.fit(embed([text for _, text in read_texts(path)])[0])


def check_known(units: Sequence[Sequence[str]], texts: Sequence[str]) -> None:
    """Raises `ValueError` for a text without a unit that has a vector."""
    for text_units, text in zip(units, texts, strict=True):
        if not text_units:
            raise ValueError(f"Expected a text with a word that has a vector. Received: {text!r}.")
