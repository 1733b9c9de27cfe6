"""Word vectors, weights and measures of the commands about text distances."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from textzoo.data.distance_measures import MEASURES as MEASURES
from textzoo.data.distance_measures import Measure as Measure
from textzoo.scripts.cli.arguments import DataPath, ModelPath
from textzoo.scripts.cli.engine import EngineName, open_model


@dataclass(frozen=True, kw_only=True)
class EmbedderOptions:
    """Source of the vectors of a text's units.

    Args:
        vectors: File of word vectors, in word2vec's text or binary format or in GloVe's.
        encoder: Folder or preset of an encoder; its hidden states are the vectors.
        layers: Layers of the encoder: last, or first_last, the mean of the first and the last. By default those that
            the encoder's configuration names: last for sentence encoders, else first_last.
        units: Units that have a vector in the file: characters, words separated by spaces, or words cut by jieba. A
            jieba word without a vector gets the mean of its characters' vectors.
        stop_words: File of units to leave out.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
        engine: Engine of the encoder: light runs it by ONNX Runtime and starts within a second; keras runs every
            encoder and is faster for thousands of texts; auto chooses.
    """

    vectors: DataPath | None = None
    encoder: ModelPath | None = None
    layers: Literal["first_last", "last"] | None = None
    units: Literal["characters", "words", "jieba"] = "characters"
    stop_words: DataPath | None = None
    user_dict: DataPath | None = None
    engine: EngineName = "auto"


def default_measure(options: EmbedderOptions) -> Measure:
    """Returns the measure of commands without `--measure`: cosine for an encoder, else wmd."""
    return "cosine" if options.encoder else "wmd"


class UnitWords(NamedTuple):
    """Words that decide the units of texts: `stop_words` are left out; `user_dict`, lines of a jieba dictionary."""

    stop_words: list[str]
    user_dict: list[str]


def read_unit_words(options: EmbedderOptions) -> UnitWords:
    """Reads the files of words that options name."""
    from textzoo.data import read_texts
    from textzoo.data.text.word_segmentation import read_user_dictionary

    lines = [] if options.stop_words is None else [text for _, text in read_texts(options.stop_words)]
    user_dict = [] if options.user_dict is None else read_user_dictionary(options.user_dict)
    return UnitWords([word for line in lines for word in line.split()], user_dict)


def open_embedder(options: EmbedderOptions, num_inputs: int | None = None, *, words: UnitWords | None = None) -> Any:
    """Loads word vectors from a file, or an encoder.

    Args:
        options: `EmbedderOptions` with exactly one of `vectors` and `encoder`; `stop_words` with `vectors` only,
            `layers` with `encoder` only.
        num_inputs: Number of texts, on which the engine `auto` depends; None: unknown.
        words: Words that replace those of the files in `options`.

    Returns:
        `embed(texts) -> (units, vectors)`.

    Raises:
        ValueError: Both or neither of `vectors` and `encoder` are given, or a file cannot be used.
    """
    if (options.vectors is None) == (options.encoder is None):
        received = "neither" if options.vectors is None else "both"
        raise ValueError(f"Expected one of --vectors and --encoder. Received: {received}.")
    if options.user_dict is not None and options.units != "jieba":
        raise ValueError("--user-dict needs --units jieba")
    if options.vectors is not None:
        if options.layers:
            raise ValueError("--layers needs --encoder; remove it or replace --vectors")
        from textzoo.similarity import WordEmbedder, WordVectors

        words = words or read_unit_words(options)
        return WordEmbedder(
            WordVectors.load(options.vectors),
            units=options.units,
            stop_words=words.stop_words,
            unknown="characters" if options.units == "jieba" else "skip",
            user_dict=words.user_dict,
        )
    if options.stop_words:
        raise ValueError("--stop-words needs --vectors; remove it or replace --encoder")
    return open_model(
        "ContextualEmbedder",
        str(options.encoder),
        engine=options.engine,
        num_inputs=num_inputs,
        layers=options.layers,
    )


def open_idf(path: str | None, embed: Callable) -> Any:
    """Fits inverse document frequencies on a file of one text per line; returns None if there is no file."""
    if path is None:
        return None
    from textzoo.data import read_texts
    from textzoo.similarity import Idf

    return Idf.fit(embed([text for _, text in read_texts(path)])[0])


def check_known(units: Sequence[Sequence[str]], texts: Sequence[str]) -> None:
    """Raises `ValueError` for a text without a unit that has a vector."""
    from textzoo.data.readers.text_file import check_characters

    for text_units, text in zip(units, texts, strict=True):
        check_characters(text, repr(text))
        if not text_units:
            raise ValueError(f"Expected a text with a word that has a vector. Received: {text!r}.")
