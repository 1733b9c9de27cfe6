"""Arguments that every `textzoo train TASK` takes."""

from dataclasses import dataclass, field

from textzoo.scripts.cli.arguments import DataPath
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.training import DeviceConfig, ModelConfig, TrainingConfig


@dataclass(frozen=True, kw_only=True)
class DataArguments(InputOptions):
    """Files of a training.

    Args:
        inputs: Training files.
        validation: Validation file, which selects the best epoch; by default the training loss does.
    """

    inputs: list[DataPath] = field(metadata={"positional": True})
    validation: DataPath | None = None

    @property
    def files(self) -> list[str]:
        """Training files, then the validation file."""
        return [*self.inputs, *([] if self.validation is None else [self.validation])]


@dataclass(frozen=True, kw_only=True)
class TrainingArguments(TrainingConfig, ModelConfig, DeviceConfig, DataArguments):
    """Fine-tune a checkpoint, or train a model with random weights.

    Args:
        plot: Draw losses, flooding level and validation metric into training.svg.
    """

    plot: bool = False

    def __post_init__(self):
        ModelConfig.__post_init__(self)
        DeviceConfig.__post_init__(self)
        super().__post_init__()
