"""Details of an index: settings and words of the options it was made with, and no file that a search would open."""

from typing import Any

from textzoo.scripts.cli.distance_options import (
    MEASURES,
    EmbedderOptions,
    Measure,
    UnitWords,
    open_embedder,
    read_unit_words,
)
from textzoo.scripts.cli.engine import EngineName


def index_details(options: EmbedderOptions, *, measure: Measure, layers: str | None, idf: Any) -> dict[str, Any]:
    """Returns the details of a new index.

    Args:
        options: Options of the embedder. The paths of vectors and encoder are kept for messages only.
        measure: Measure of the index.
        layers: Layers of the encoder; None with word vectors.
        idf: `Idf`, or None.
    """
    words = read_unit_words(options)
    return {
        "vectors": options.vectors,
        "encoder": options.encoder,
        "layers": layers,
        "units": options.units,
        "stop_words": words.stop_words,
        "user_dict": words.user_dict,
        "measure": measure,
        "idf": {"frequencies": idf.frequencies, "texts": idf.texts} if idf else None,
    }


def read_index_details(folder: str) -> dict[str, Any]:
    """Returns the checked details of an index; raises ValueError if `textzoo index` did not make it."""
    from textzoo.data.config_fields import TEXT, WORDS, Field, check_field, choice
    from textzoo.data.text.word_segmentation import is_dictionary_line
    from textzoo.similarity.index_listing import read_listing

    listing = read_listing(folder)
    details = listing["details"]
    measures = [name for name, settings in MEASURES.items() if _has_settings(listing, **settings)]
    fields = {
        "vectors": TEXT.or_null(),
        "encoder": TEXT.or_null(),
        "layers": choice("first_last", "last").or_null(),
        "units": choice("characters", "words", "jieba"),
        "stop_words": WORDS,
        "user_dict": Field(
            "a list of lines of a jieba dictionary",
            lambda value: WORDS.accepts(value) and all(map(is_dictionary_line, value)),
        ),
        "measure": Field(f"{' or '.join(measures)}, as the index has it", lambda value: value in measures),
        "idf": Field("document frequencies", _is_idf).or_null(),
    }
    if missing := fields.keys() - details.keys():
        raise ValueError(f"{folder}: expected an index made by textzoo index. Received: no {min(missing)}.")
    for name, field in fields.items():
        check_field(f"details.{name}", details[name], field, source=folder)
    if (details["vectors"] is None) == (details["encoder"] is None):
        raise ValueError(f"{folder}: expected details of one of vectors and encoder. Received: those of both or none.")
    if details["layers"] is not None and details["encoder"] is None:
        raise ValueError(f"{folder}: expected details.layers of an encoder. Received: those of vectors.")
    return details


def _has_settings(listing: dict[str, Any], *, cost: str, weighting: str = "uniform", pooling: str = "none") -> bool:
    return [listing[name] for name in ("cost", "weighting", "pooling")] == [cost, weighting, pooling]


def _is_idf(value: Any) -> bool:
    from textzoo.similarity import Idf

    if not isinstance(value, dict) or value.keys() != {"frequencies", "texts"}:
        return False
    try:
        Idf(**value)
    except ValueError:
        return False
    return True


def open_index_embedder(
    folder: str,
    details: dict[str, Any],
    *,
    vectors: str | None,
    encoder: str | None,
    engine: EngineName,
    num_inputs: int | None = None,
) -> Any:
    """Opens the embedder of an index from the vectors or the encoder that the user names.

    Args:
        folder: Folder of the index.
        details: Its details.
        vectors: File of the word vectors.
        encoder: Folder of the encoder.
        engine: As in `EmbedderOptions`.
        num_inputs: As in `open_embedder`.

    Raises:
        ValueError: The one that the index was made with is not given, or as `open_embedder`.
    """
    name, given = ("vectors", vectors) if details["vectors"] is not None else ("encoder", encoder)
    if given is None:
        raise ValueError(f"{folder}: pass --{name}; the index was made with --{name} {details[name]}")
    options = EmbedderOptions(**{name: given}, layers=details["layers"], units=details["units"], engine=engine)
    words = UnitWords(stop_words=details["stop_words"], user_dict=details["user_dict"])
    return open_embedder(options, num_inputs, words=words)
