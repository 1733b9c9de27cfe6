"""Choice of a threshold for each label: `textzoo tune multilabel`."""

import functools
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import DataPath, ModelPath, OutputFolder, PositiveInt, Text
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.training_examples import read_examples


@dataclass
class TuneMultilabel:
    """Choose for each label the threshold with the highest F1, and save it with the model.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: Labelled texts, in any format that `textzoo train multilabel` reads, neither trained nor tested on.
        out: Folder to write, new or empty: the model with its thresholds.
        batch_size: Texts per batch.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record, or a label unknown to the model, ends the command or is skipped.
    """

    model: ModelPath
    input: DataPath = field(metadata={"positional": True})
    out: OutputFolder
    batch_size: PositiveInt = 32
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        from textzoo.data.writer_lock import is_free_folder

        if not is_free_folder(self.out):
            raise ValueError(f"{self.out} already exists and is not an empty folder; choose another --out")


def tune_multilabel(args: TuneMultilabel) -> None:
    """Prints F1 before and after and writes the model."""
    start_tensorflow()
    import numpy as np

    from textzoo.data import read_multilabel
    from textzoo.metrics import label_thresholds, multilabel_metrics
    from textzoo.models import MultiLabelClassifier

    model = MultiLabelClassifier.from_preset(args.model)
    labels = model.preprocessor.labels
    examples = read_examples(functools.partial(read_multilabel, labels=labels), args.input, config=args)
    targets = np.stack([model.preprocessor.columns(example.labels) for example in examples])
    logits = model.label_logits([example.text for example in examples], args.batch_size)
    thresholds = label_thresholds(targets, logits)
    for name, used in (("thresholds of 0", np.zeros(len(labels))), ("with these thresholds", thresholds)):
        metrics = multilabel_metrics(targets, logits - used, labels=labels)
        print(f"{name}: micro F1 {metrics.micro_f1:.3f}, macro F1 {metrics.macro_f1:.3f}")
    for label, threshold in zip(labels, thresholds, strict=True):
        print(f"{label}: {threshold:.3f}")
    model.preprocessor.thresholds = thresholds.tolist()
    model.save_to_preset(args.out, card={"thresholds of the labels": f"tuned on {len(examples)} texts"})
