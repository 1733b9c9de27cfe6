"""Parts of a model that a conversion of its encoder loses."""

import os

from ...data.find_preset import find_preset
from .load_encoder import read_checkpoint

NEXT_SENTENCE_HEAD = "next-sentence head"


def conversion_losses(preset: str | os.PathLike, *, keeps_positions: bool = False) -> list[str]:
    """Returns the parts of a saved model that its encoder alone lacks, such as `"copy head"`.

    Args:
        preset: Name or path, as for `Encoder.from_preset`.
        keeps_positions: Whether the new format has hierarchical positions.

    Returns:
        Heads of a task, tensors that belong to no encoder, `"hierarchical positions"`, and `NEXT_SENTENCE_HEAD`. Empty:
        nothing is lost.

    Raises:
        ValueError: As `Encoder.from_preset`.

    Example:

    >>> conversion_losses("tiny-zh")
    ['copy head', 'span bias']
    """
    checkpoint = read_checkpoint(find_preset(preset))
    heads = (name.removeprefix("unilm.").split(".")[0].replace("_", " ") for name in checkpoint.heads)
    losses = [*sorted(set(heads)), *checkpoint.unused]
    if checkpoint.config.get("hierarchical_positions") and not keeps_positions:
        losses.append("hierarchical positions")
    if checkpoint.next_sentence_head:
        losses.append(NEXT_SENTENCE_HEAD)
    return losses
