"""Choice of a threshold for each label: `textzoo tune multilabel`.

textzoo tune multilabel labels.tsv --model runs/multilabel --out runs/tuned-labels
"""

import functools
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import OutputFolder, PositiveInt
from textzoo.scripts.cli.input_options import ReferenceOptions
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.training_examples import read_examples


@dataclass(frozen=True, kw_only=True)
class TuneMultilabel(ReferenceOptions):
    """Choose for each label the threshold with the highest F1, and save it with the model.

    Args:
        input: Labelled texts, in any format that `textzoo train multilabel` reads, neither trained nor tested on.
        out: Folder to write, new or empty: the model with its thresholds.
        batch_size: Texts per batch.
        on_error: Whether a bad record, or a label unknown to the model, ends the command or is skipped.
    """

    out: OutputFolder
    batch_size: PositiveInt = 32

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
