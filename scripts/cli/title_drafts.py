"""The first of the two passes in which `textzoo train title --leakage-guard two_pass` trains."""

import dataclasses
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_examples import training_batches

if TYPE_CHECKING:
    from textzoo.models import TitleGenerator
    from textzoo.training import RunDirectory


def title_drafts(
    settings: Any,
    run: "RunDirectory",
    make_model: Callable[[Any], "TitleGenerator"],
    examples: list,
    held_out: list | None,
) -> tuple[list, list | None]:
    """Examples with drafts of the other direction, by models that did not train on them.

    Both models have folders in that of the run, `drafts_0` and `drafts_1`, and so have the drafts, `drafts.jsonl`: a
    training that goes on makes none of them again.

    Args:
        settings: `TrainTitle`.
        run: The folder, opened before any data was read.
        make_model: A new model for settings.
        examples: Those to train on.
        held_out: Those of the validation.

    Returns:
        The examples and those of the validation.
    """
    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import TitleGenerator
    from textzoo.training import RunDirectory, cross_fitted_drafts

    run.begin(dataclasses.asdict(settings), settings.files)
    total = settings.steps or settings.epochs * math.ceil(len(examples) / settings.batch_size)
    steps = max(settings.gradient_accumulation_steps, round(settings.draft_steps_fraction * total))

    def train(half: list, fold: int) -> TitleGenerator:
        folder = run.path / f"drafts_{fold}"
        if (folder / "metrics.json").exists():
            return TitleGenerator.from_preset(folder)
        alone = {
            "leakage_guard": "mask",
            "lookahead": 0,
            "steps": steps,
            "validation": None,
            "out": str(folder),
            "resume": True,
        }
        mine = dataclasses.replace(settings, **alone)
        model = make_model(mine)
        batches = training_batches(model, half, mine, settings.token_substitution_rate)
        loss = SequenceCrossentropy(settings.label_smoothing, model.gives_log_probs)
        run_training(model, mine, RunDirectory(folder, resume=True), batches, None, loss)
        return model

    found = cross_fitted_drafts(examples, train, run.path / "drafts.jsonl", held_out or ())
    return found[: len(examples)], found[len(examples) :] if held_out is not None else None
