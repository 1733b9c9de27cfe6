"""Settings of the model that a training starts from.

This module imports no Keras, so that `textzoo train TASK --help` starts quickly.
"""

from dataclasses import dataclass

from .number_types import ClosedUnitInterval, PositiveInt, Precision
from .path_types import DataPath, ModelPath
from .training_config import check_below_one


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Settings of `create_model`: a checkpoint, or the size of an encoder with random weights.

    Args:
        checkpoint: Folder of a checkpoint (Google, Hugging Face, bert4keras or textzoo), name of a preset, or
            hf://owner/name[@revision] of the Hugging Face hub; by default weights are random.
        vocab: Vocabulary file (vocab.txt) that replaces the checkpoint's. By default, without a checkpoint, a
            vocabulary is built from the training texts.
        vocab_size: Number of tokens of a built vocabulary; by default characters if the texts are mostly Chinese,
            else 8192 word pieces.
        prune_vocabulary: Keep only the tokens that occur in the training texts.
        num_layers: Number of encoder layers, without a checkpoint.
        hidden_size: Width of the encoder, without a checkpoint.
        num_heads: Number of attention heads, without a checkpoint.
        dropout: Dropout rate of the encoder; by default the checkpoint's, or 0.1.
        precision: Keras dtype policy. Computation is in half precision except with float32; results differ slightly.
            bfloat16 also halves the memory of the weights; it cannot train.

    Raises:
        ValueError: `num_heads` does not divide `hidden_size`, the dropout rate is 1, or `precision` is bfloat16.
    """

    checkpoint: ModelPath | None = None
    vocab: DataPath | None = None
    vocab_size: PositiveInt | None = None
    prune_vocabulary: bool = False
    num_layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    num_heads: PositiveInt = 4
    dropout: ClosedUnitInterval | None = None
    precision: Precision = "float32"

    def __post_init__(self):
        if self.hidden_size % self.num_heads:
            raise ValueError(
                f"Expected num_heads to divide hidden_size {self.hidden_size}. Received: {self.num_heads}."
            )
        if self.precision == "bfloat16":
            raise ValueError(
                "Expected precision float32, mixed_bfloat16 or mixed_float16 for training. Received: bfloat16."
            )
        check_below_one(self, ("dropout",))
