"""Arguments that every `textzoo train TASK` takes."""

from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import DataPath, Text
from textzoo.training import ModelConfig, TrainingConfig


@dataclass(frozen=True, kw_only=True)
class DataArguments:
    """Files of a training.

    Args:
        inputs: Training files.
        validation: Validation file, which selects the best epoch; by default the training loss does.
        encoding: Encoding of the files; by default UTF-8.
        on_error: Whether a bad record ends the command or is skipped.
    """

    inputs: list[DataPath] = field(metadata={"positional": True})
    validation: DataPath | None = None
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"

    @property
    def files(self) -> list[str]:
        """Training files, then the validation file."""
        return [*self.inputs, *([] if self.validation is None else [self.validation])]


@dataclass(frozen=True, kw_only=True)
class TrainingArguments(TrainingConfig, ModelConfig, DataArguments):
    """Fine-tune a checkpoint, or train a model with random weights.

    Args:
        plot: Draw losses, flooding level and validation metric into training.svg.
    """

    plot: bool = False

    def __post_init__(self):
        ModelConfig.__post_init__(self)
        super().__post_init__()
