"""Figures of a model on labelled texts: what `textzoo evaluate multilabel` does."""

import json
import sys
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.output_files import require_new_path, write_text_file
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow


@dataclass
class EvaluateMultilabel:
    """Measure a model on labelled texts: F1, a line for each label, scores around the threshold.

    Args:
        model: Folder of a trained model, or a preset's name.
        file: Labelled texts: lines of text, tab, labels with commas between; or of {"text", "labels"}.
        out: File of json to write too, which must not be there yet.
        threshold: The logit above which a label is there.
        batch_size: Texts at a time.
        encoding: Encoding of the file, UTF-8 where left out.
        on_error: What to do at a bad record, or at a label that the training did not have.
    """

    model: str
    file: str = field(metadata={"bare": True})
    out: str | None = None
    threshold: float = 0.0
    batch_size: PositiveInt = 32
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        require_new_path(self.out)


def evaluate_multilabel(settings: EvaluateMultilabel) -> None:
    """Prints the figures, and writes them as json where that is asked for."""
    start_tensorflow()
    import numpy as np

    from textzoo.data import read_multilabel
    from textzoo.metrics import multilabel_metrics
    from textzoo.models import MultiLabelClassifier

    model = MultiLabelClassifier.from_preset(settings.model)
    labels = model.preprocessor.labels
    examples = read_multilabel(settings.file, settings.encoding, settings.on_error, labels)
    print(f"{settings.file}: {examples.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{settings.file}: expected texts to measure on. Received: none that can be used.")
    wanted = np.stack([model.preprocessor.columns(example.labels) for example in examples])
    logits = model.predict(examples, settings.batch_size, verbose=0)
    figures = multilabel_metrics(wanted, logits, labels, settings.threshold)
    print(figures)
    if settings.out is not None:
        text = json.dumps(figures.as_dict(), ensure_ascii=False, indent=2)
        write_text_file(settings.out, text + "\n")
