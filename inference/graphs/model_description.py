"""Description of a saved model: all that its graphs depend on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...data.engines import EngineError
from ...data.preset_config import CONFIG_FILE, WEIGHTS_FILE, insert_tokens, preset_models, read_raw_config
from ...data.preset_fields import ENCODER, check_preset_fields, require_fields
from ...data.safetensors_index import TensorLocation, safetensors_index
from ...data.text.tokenizer import Tokenizer
from .graph_builder import GraphBuilder

_TABLE = "token_embedding.embeddings"
_SPAN_BIAS = "unilm.span_bias.bias"
SPAN_RADIUS = 32  # of `SpanBias` by default
TITLE_GENERATOR = "TitleGenerator"
# Fields that the graphs read, all of which `save_to_preset` writes.
_REQUIRED_FIELDS = {
    ENCODER: (
        *("vocab_size", "hidden_size", "num_layers", "num_heads", "intermediate_size", "max_length", "num_segments"),
        *("activation", "norm_epsilon"),
    ),
    "textzoo>TitleGenerator": ("encoder", "decoder", "fusion", "fusion_weight", "leakage_guard", "lookahead"),
    "textzoo>QAGenerator": ("encoder",),
    "textzoo>ExtractiveQA": ("encoder",),
    "textzoo>MultiLabelClassifier": ("encoder", "num_labels"),
    "textzoo>MaskedLM": ("encoder",),
}


@dataclass(frozen=True, kw_only=True)
class ModelDescription:
    """A model in a preset folder, without its weights.

    Args:
        folder: The folder.
        task: Name of the model's class, such as `QAGenerator`.
        config: Its configuration.
        tokenizer: Its tokenizer.
        weights: Index of the folder's weights.
    """

    folder: Path
    task: str
    config: dict[str, Any]
    tokenizer: Tokenizer
    weights: dict[str, TensorLocation]

    @classmethod
    def read(cls, folder: Path, task: str) -> "ModelDescription":
        """Reads the description of a model.

        Args:
            folder: Preset folder.
            task: Name of the model's class. `Encoder` reads the encoder of any model.

        Raises:
            EngineError: The folder holds no such model.
            ValueError: A file is missing or broken, or the weights do not fit.
        """
        config, vocabulary = read_raw_config(folder)
        parts = check_preset_fields(config, folder / CONFIG_FILE, num_tokens=vocabulary.vocab_size)
        for part in parts:
            required = _REQUIRED_FIELDS.get(part.class_name, ())
            require_fields(part.values, required, part.at, source=str(folder / CONFIG_FILE))
        config, tokenizer = insert_tokens(config, vocabulary)
        names = {name.removeprefix("textzoo>"): options for name, options in preset_models(config).items()}
        if task not in names and task != "Encoder":
            raise EngineError(f"{folder}: expected a trained {task}. Received: {', '.join(names)}.")
        options = names.get(task) or config["config"]
        description = cls(
            folder=folder,
            task=task,
            config=options,
            tokenizer=tokenizer,
            weights=safetensors_index(folder / WEIGHTS_FILE),
        )
        description.check()
        return description

    @property
    def encoder(self) -> dict[str, Any]:
        """Configuration of the encoder."""
        return self.config["encoder"]["config"] if "encoder" in self.config else self.config

    @property
    def encoder_prefix(self) -> str:
        """Prefix of the names of the encoder's weights."""
        return next(name for name in self.weights if name.endswith(_TABLE)).removesuffix(_TABLE)

    @property
    def preprocessor(self) -> dict[str, Any]:
        """Arguments of the preprocessor besides the tokenizer; raises ValueError if the model has none."""
        if not self.config.get("preprocessor"):
            raise ValueError(f"{self.folder}: expected a {self.task} with a preprocessor. Received: one without.")
        options = dict(self.config["preprocessor"]["config"])
        options.pop("tokenizer", None)
        return options

    @property
    def num_positions(self) -> int:
        """Number of positions that the encoder can embed."""
        length = self.encoder["max_length"]
        return length**2 if self.encoder.get("hierarchical_positions") else length

    @property
    def copy_head(self) -> bool:
        return bool(self.config.get("copy_head"))

    @property
    def source_prior(self) -> bool:
        return bool(self.config.get("source_prior"))

    @property
    def span_bias(self) -> bool:
        return bool(self.config.get("span_bias"))

    @property
    def span_bias_weight(self) -> str:
        return _SPAN_BIAS

    @property
    def directions(self) -> tuple[str, float] | None:
        """Kind and weight of the fusion of two directions; None for one direction."""
        if self.task != TITLE_GENERATOR or self.config["decoder"] == "left_to_right":
            return None
        return self.config["fusion"], self.config["fusion_weight"]

    def builder(self, name: str) -> GraphBuilder:
        """Returns the builder of a new graph of the model."""
        return GraphBuilder(name, self.weights, location=WEIGHTS_FILE)

    def check(self) -> None:
        """Raises ValueError if the configuration lacks a key or the weights do not fit it."""
        path = self.folder / CONFIG_FILE
        try:
            encoder, prefix = self.encoder, self.encoder_prefix
            width = encoder.get("embedding_size") or encoder["hidden_size"]
            last = 0 if encoder.get("shared_layers") else encoder["num_layers"] - 1
            expected = {
                f"{prefix}{_TABLE}": (encoder["vocab_size"], width),
                f"{prefix}encoder_layers.{last}.feed_forward_in.kernel": (
                    encoder["hidden_size"],
                    encoder["intermediate_size"],
                ),
            }
            if encoder.get("position_type", "absolute") == "absolute":
                expected[f"{prefix}position_embedding.embeddings"] = (encoder["max_length"], width)
            if self.span_bias:
                num_scores = encoder["num_layers"] * encoder["num_heads"] + 1
                expected[_SPAN_BIAS] = (num_scores, 2 * SPAN_RADIUS + 1)
        except (KeyError, TypeError, StopIteration) as error:
            raise ValueError(f"{path}: expected a model with an encoder ({error!r}); save the model again.") from None
        for name, shape in expected.items():
            received = self.weights[name].shape if name in self.weights else None
            if received != shape:
                raise ValueError(
                    f"{self.folder / WEIGHTS_FILE}: expected {name} of shape {shape}. Received: {received}."
                )
        if self.tokenizer.vocab_size != encoder["vocab_size"]:
            raise ValueError(
                f"{self.folder}: expected {encoder['vocab_size']} tokens in {self.tokenizer.file_name}. "
                f"Received: {self.tokenizer.vocab_size}."
            )
