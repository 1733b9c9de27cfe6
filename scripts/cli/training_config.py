"""Arguments that every `textzoo train TASK` takes."""

import importlib.util
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import (
    ClosedUnitInterval,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)

EXCLUSIVE_FRACTIONS = ("warmup_ratio", "label_smoothing", "decoder_noise_rate", "dropout", "ema_momentum")  # below 1


@dataclass(kw_only=True)
class TrainingConfig:
    """Fine-tune a checkpoint, or train a model with random weights.

    Args:
        inputs: Training files.
        out: Folder for the trained model and its logs; new or empty.
        validation: Validation file, which selects the best epoch; by default the training loss does.
        checkpoint: Folder of a checkpoint (Google, Hugging Face, bert4keras or textzoo) or name of a preset; by default
            weights are random.
        vocab: Vocabulary file (vocab.txt) that replaces the checkpoint's. By default, without a checkpoint, a
            vocabulary is built from the training texts.
        vocab_size: Number of tokens of a built vocabulary; by default it holds only characters.
        prune_vocabulary: Keep only the tokens that occur in the training texts.
        num_layers: Number of encoder layers, without a checkpoint.
        hidden_size: Width of the encoder, without a checkpoint.
        num_heads: Number of attention heads, without a checkpoint.
        dropout: Dropout rate of the encoder; by default the checkpoint's, or 0.1.
        epochs: Passes over the training data.
        steps: Total number of batches; overrides epochs.
        batch_size: Examples per batch.
        gradient_accumulation_steps: Batches per update of the weights.
        learning_rate: Peak learning rate of AdamW.
        warmup_ratio: Fraction of the training in which the learning rate rises linearly to its peak; afterwards it
            falls linearly to 0.
        weight_decay: Decoupled weight decay, except on biases and norms.
        max_grad_norm: Maximum global norm of the gradients; larger ones are clipped.
        flooding_level: Flooding level of the training loss; by default there is no flooding.
        ema_momentum: Momentum of an exponential moving average of the weights, which is evaluated and saved; by default
            there is none.
        lora_rank: Rank of LoRA updates of the encoder's kernels and embeddings, which themselves stay frozen. The saved
            model has them merged. By default all weights train.
        gradient_checkpointing: Recompute encoder layers in the backward pass, which needs less memory and more time.
        precision: Keras dtype policy.
        resume: Continue an interrupted training in the output folder from its last complete epoch, with the same
            arguments and data; if there is none, start one.
        plot: Draw losses, flooding level and validation metric into training.svg.
        tensorboard: Write a TensorBoard log.
        seed: Seed of the weights, of dropout and of the order of batches.
        encoding: Encoding of the files; by default UTF-8.
        on_error: Whether a bad record ends the command or is skipped.
    """

    inputs: list[str] = field(metadata={"positional": True})
    out: str
    validation: str | None = None
    checkpoint: str | None = None
    vocab: str | None = None
    vocab_size: PositiveInt | None = None
    prune_vocabulary: bool = False
    num_layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    num_heads: PositiveInt = 4
    dropout: ClosedUnitInterval | None = None
    epochs: PositiveInt = 3
    steps: PositiveInt | None = None
    batch_size: PositiveInt = 32
    gradient_accumulation_steps: PositiveInt = 1
    learning_rate: PositiveFloat = 1e-4
    warmup_ratio: ClosedUnitInterval = 0.1
    weight_decay: NonNegativeFloat = 0.01
    max_grad_norm: PositiveFloat = 1.0
    flooding_level: PositiveFloat | None = None
    ema_momentum: ClosedUnitInterval | None = None
    lora_rank: PositiveInt | None = None
    gradient_checkpointing: bool = False
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    resume: bool = False
    plot: bool = False
    tensorboard: bool = False
    seed: NonNegativeInt = 0
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if self.hidden_size % self.num_heads:
            raise ValueError(
                f"Expected num_heads to divide hidden_size {self.hidden_size}. Received: {self.num_heads}."
            )
        for name in EXCLUSIVE_FRACTIONS:
            if (getattr(self, name, None) or 0) >= 1:
                raise ValueError(f"Expected {name} below 1. Received: {getattr(self, name)}.")
        if self.tensorboard and importlib.util.find_spec("tensorboard") is None:
            raise ValueError('TensorBoard is not installed; run pip install "textzoo[tensorboard]"')

    @property
    def files(self) -> list[str]:
        """Training files, then the validation file."""
        return [*self.inputs, *([] if self.validation is None else [self.validation])]
