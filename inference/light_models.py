"""Models of the light engine, one per task, with the methods of their Keras namesakes."""

from collections.abc import Callable, Sequence
from functools import cached_property
from os import PathLike
from typing import Any, Self

import numpy as np

from ..data.check_lengths import check_lengths
from ..data.engines import EngineError
from ..data.find_preset import find_preset
from ..data.length_batching import batch_by_length, pad_rows
from ..data.preprocessors import (
    ExtractiveQAPreprocessor,
    MaskedLMPreprocessor,
    MultiLabelPreprocessor,
    QAPreprocessor,
    TitlePreprocessor,
)
from ..data.preset_config import CONFIG_FILE, WEIGHTS_FILE, is_preset_folder
from ..data.preset_fields import check_arguments
from ..data.safetensors_index import map_tensor
from ..data.tasks import AnswerExtraction, LabelPrediction, MaskFilling, QAGeneration, TextEmbedding, TitleGeneration
from ..data.tasks.text_embedding import check_layers, embedder_name
from .graphs.model_description import ModelDescription
from .light_graphs import LightGraphs
from .light_qa_decoder import LightQADecoder
from .light_title_decoder import LightTitleDecoder
from .light_unilm import LightUniLM


class LightModel:
    """Base class of the models of the light engine: reads a preset folder and runs its graphs.

    Args:
        description: The model.
    """

    task: str
    preprocessor_class: Callable[..., Any]
    length_option: str = "max_length"

    def __init__(self, description: ModelDescription, **preprocessor_options: Any):
        self.graphs = LightGraphs(description)
        self.num_positions = description.num_positions
        options = description.preprocessor
        source = str(description.folder / CONFIG_FILE)
        check_arguments(
            self.preprocessor_class, options | {"tokenizer": ""}, "config.preprocessor.config", source=source
        )
        self.preprocessor: Any = self.preprocessor_class(description.tokenizer, **options | preprocessor_options)

    @classmethod
    def from_preset(cls, preset: str | PathLike, *, preprocessor_options: dict[str, Any] | None = None) -> Self:
        """Loads a model from a preset's name or a folder that `save_to_preset` wrote.

        Args:
            preset: Name or path.
            preprocessor_options: Arguments of the preprocessor that replace the folder's.

        Raises:
            EngineError: The folder holds no such model, or the light engine does not cover it.
            ValueError: There is no such folder, or a file is broken.
        """
        return cls(read_description(preset, cls.task), **preprocessor_options or {})

    def check_max_length(self, rows: Sequence[np.ndarray]) -> None:
        """Checks ids int `[s]` of each input, see `check_lengths`."""
        check_lengths(rows, self.num_positions, option=self.length_option)


def read_description(preset: str | PathLike, task: str) -> ModelDescription:
    """Reads the description of a model of a task; the same errors as `LightModel.from_preset`."""
    folder = find_preset(preset)
    if not is_preset_folder(folder):
        raise EngineError(f"{folder}: the light engine reads folders that textzoo saved; use Keras.")
    return ModelDescription.read(folder, task)


class LightQAGenerator(QAGeneration, LightModel):
    """`QAGenerator` of the light engine.

    Example:

    >>> model = LightQAGenerator.from_preset("tiny-zh")
    >>> pairs = model.generate("小李昨天在北京大学讲课。", num_pairs=2, seed=0)
    >>> all("小李昨天在北京大学讲课。"[pair.start : pair.end] == pair.answer for pair in pairs)
    True
    """

    task = "QAGenerator"
    preprocessor_class = QAPreprocessor

    @cached_property
    def _decoder(self) -> LightQADecoder:
        tokenizer = self.preprocessor.tokenizer
        return LightQADecoder(LightUniLM(self.graphs), end_id=tokenizer.sep_id, allowed=tokenizer.is_generatable)

    def qa_decoder(self, jit_compile: bool | str, streams: int) -> LightQADecoder:
        return self._decoder

    def embedder(self) -> "LightEmbedder":
        """Returns an embedder of texts by the encoder's states, to compare questions."""
        return LightEmbedder(self.graphs)


class LightTitleGenerator(TitleGeneration, LightModel):
    """`TitleGenerator` of the light engine."""

    task = "TitleGenerator"
    preprocessor_class = TitlePreprocessor

    def __init__(self, description: ModelDescription, **preprocessor_options: Any):
        super().__init__(description, **preprocessor_options)
        self.decoder = description.config["decoder"]

    @cached_property
    def _decoder(self) -> LightTitleDecoder:
        tokenizer, config = self.preprocessor.tokenizer, self.graphs.model.config
        options: dict[str, Any] = {}
        if self.decoder != "left_to_right":
            options |= {"start_ids": self.preprocessor.start_ids, "from_both_ends": self.decoder == "from_both_ends"}
        if self.decoder == "bidirectional" and config["leakage_guard"] == "mask":
            options["lookahead"] = config["lookahead"]
        unilm = LightUniLM(self.graphs)
        return LightTitleDecoder(unilm, end_id=tokenizer.sep_id, allowed=tokenizer.is_generatable, **options)

    def title_decoder(self, jit_compile: bool | str, streams: int) -> LightTitleDecoder:
        return self._decoder


class LightExtractiveQA(AnswerExtraction, LightModel):
    """`ExtractiveQA` of the light engine."""

    task = "ExtractiveQA"
    preprocessor_class = ExtractiveQAPreprocessor
    length_option = "max_passage_length"

    def span_logits(self, windows: Any) -> np.ndarray:
        ids, segment_ids = (
            pad_rows([getattr(window, name) for window in windows]).astype("int64") for name in ("ids", "segment_ids")
        )
        return self.graphs.run_arrays("predict", {"ids": ids, "segment_ids": segment_ids}, ["logits"])[0]


class LightMultiLabelClassifier(LabelPrediction, LightModel):
    """`MultiLabelClassifier` of the light engine."""

    task = "MultiLabelClassifier"
    preprocessor_class = MultiLabelPreprocessor

    def label_logits(self, texts: list[str], batch_size: int) -> np.ndarray:
        rows = self.preprocessor.ids(texts)
        self.check_max_length(rows)
        logits = np.zeros((len(rows), len(self.preprocessor.labels)), "float32")
        for batch in batch_by_length(list(map(len, rows)), batch_size):
            ids = pad_rows([rows[row] for row in batch]).astype("int64")
            logits[batch] = self.graphs.run_arrays("predict", {"ids": ids}, ["logits"])[0]
        return logits


class LightMaskedLM(MaskFilling, LightModel):
    """`MaskedLM` of the light engine."""

    task = "MaskedLM"
    preprocessor_class = MaskedLMPreprocessor

    def mask_logits(self, ids: np.ndarray, positions: np.ndarray) -> np.ndarray:
        feeds = {"ids": ids[None].astype("int64"), "positions": positions[None].astype("int64")}
        return self.graphs.run_arrays("predict", feeds, ["logits"])[0][0]


class LightEmbedder(TextEmbedding):
    """`ContextualEmbedder` of the light engine.

    Args:
        graphs: The graphs of a model.
        layers: `"first_last"` or `"last"`; None: those that the encoder's configuration names.
    """

    def __init__(self, graphs: LightGraphs, layers: str | None = None):
        self.graphs = graphs
        self.layers = check_layers(layers or graphs.model.encoder.get("embedding_layers", "first_last"))
        self.tokenizer, self.max_length = graphs.model.tokenizer, graphs.model.encoder["max_length"]

    @classmethod
    def from_preset(cls, preset: str | PathLike, layers: str | None = None) -> "LightEmbedder":
        """Loads the encoder of any model; see `LightModel.from_preset`."""
        return cls(LightGraphs(read_description(preset, "Encoder")), layers)

    @cached_property
    def name(self) -> str:
        """Name that identifies these vectors in an index: the layers and a hash of the weights."""
        model = self.graphs.model
        prefix, path = model.encoder_prefix, model.folder / WEIGHTS_FILE
        stored = {name: place for name, place in model.weights.items() if name.startswith(prefix)}
        weights = {name.removeprefix(prefix): map_tensor(path, place) for name, place in stored.items()}
        return embedder_name(self.layers, weights)

    def states(self, ids: np.ndarray) -> np.ndarray:
        feeds = {"ids": ids.astype("int64")}
        if self.layers == "last":
            return self.graphs.run_arrays("embed", feeds, ["last_layer"])[0]
        first, last = self.graphs.run_arrays("embed", feeds, ["first_layer", "last_layer"])
        return (first + last) / 2
