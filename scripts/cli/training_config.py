"""What every `textzoo train TASK` can be told."""

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

BELOW_1 = ("warmup_ratio", "label_smoothing", "decoder_noise_rate", "dropout", "ema_momentum")


@dataclass(kw_only=True)
class TrainingConfig:
    """Fine-tune a checkpoint, or train random weights.

    Args:
        train: Files to train on.
        out: Folder of the trained model and its logs, new or empty.
        validation: File that chooses the best epoch; without one the training loss does.
        checkpoint: Folder (Google's, Hugging Face's, bert4keras's or our own), or a preset's name; without one random
            weights.
        vocab: A vocab.txt in place of the checkpoint's; without either a vocabulary is built from the training texts.
        vocab_size: Tokens of a vocabulary that is built; only characters where left out.
        prune_vocabulary: Keep only the tokens that occur in the training texts.
        num_layers: Encoder layers of random weights.
        hidden_size: Width of random weights.
        num_heads: Attention heads of random weights.
        dropout: Rate on embeddings and branches; the checkpoint's own, or 0.1, where left out.
        epochs: Passes over the training data.
        steps: Batches in all, in place of epochs.
        batch_size: Examples a batch.
        gradient_accumulation_steps: Batches whose gradients make up one update.
        learning_rate: The highest rate of AdamW.
        warmup_ratio: The share of the training in which the rate rises to it; then it falls to 0.
        weight_decay: Decoupled weight decay, not of biases and norms.
        max_grad_norm: The most that the norm of all gradients may be.
        flooding_level: The level that the training loss is kept around by flooding; none where left out.
        ema_momentum: Momentum of a running mean of the weights, which is evaluated and saved in their place; none where left
            out.
        lora_rank: Train low-rank updates of this rank in place of the encoder's kernels and tables; the model that is
            saved is a plain one. None where left out.
        gradient_checkpointing: Compute encoder layers again for the gradient, which takes less memory and more time.
        precision: Policy of the computation.
        resume: Go on with the training in the folder where it was broken off, by its last whole epoch; a new one where
            there is none. Settings and data must be the same.
        plot: Draw losses, level and validation metric into training.svg.
        tensorboard: Write a TensorBoard log too.
        seed: Of the weights, of dropout and of the batches' order.
        encoding: Encoding of the files, UTF-8 where left out.
        on_error: What to do at a bad record.
    """

    train: list[str] = field(metadata={"bare": True})
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
            raise ValueError(f"Expected heads that divide hidden_size {self.hidden_size}. Received: {self.num_heads}.")
        for name in BELOW_1:
            if (getattr(self, name, None) or 0) >= 1:
                raise ValueError(f"Expected {name} below 1. Received: {getattr(self, name)}.")
        if self.tensorboard and importlib.util.find_spec("tensorboard") is None:
            raise ValueError('Expected TensorBoard to be there: pip install "textzoo[tensorboard]". Received: none.')

    @property
    def files(self) -> list[str]:
        """The data files, those to train on first."""
        return [*self.train, *([] if self.validation is None else [self.validation])]
