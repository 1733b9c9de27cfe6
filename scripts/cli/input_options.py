"""Options of commands that read records."""

from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import DataPath, ModelPath, Text


@dataclass(frozen=True, kw_only=True)
class InputOptions:
    """Records of the input.

    Args:
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record ends the command, or is skipped and listed.
    """

    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"


@dataclass(frozen=True, kw_only=True)
class ReferenceOptions(InputOptions):
    """Model and the references that it is measured by.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: References, in any format that the task's training reads.
    """

    model: ModelPath
    input: DataPath = field(metadata={"positional": True})
