"""Evaluation of multi-label classification: `textzoo evaluate multilabel`.

textzoo evaluate multilabel labels.tsv --model runs/multilabel
"""

import functools
import json
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import OutputFile, PositiveInt
from textzoo.scripts.cli.engine import EngineOptions, count_lines, open_model
from textzoo.scripts.cli.input_options import ReferenceOptions
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.training_examples import read_examples


@dataclass(frozen=True, kw_only=True)
class EvaluateMultilabel(EngineOptions, ReferenceOptions):
    """Evaluate labels of texts by F1, per label and overall, with a histogram of logits around the threshold.

    Args:
        input: Labelled texts: lines of text, tab and comma-separated labels, or of {"text", "labels"}.
        out: JSON file for the metrics; must not exist.
        threshold: Logit above which a label is predicted; by default the thresholds saved with the model, or 0. With
            those, the histogram shows the logits minus them.
        batch_size: Texts per batch.
        on_error: Whether a bad record, or a label unknown to the model, ends the command or is skipped.
    """

    out: OutputFile | None = None
    threshold: float | None = None
    batch_size: PositiveInt = 32


def evaluate_multilabel(args: EvaluateMultilabel) -> None:
    """Prints the metrics and optionally writes them as JSON."""
    import numpy as np

    from textzoo.data import read_multilabel
    from textzoo.metrics import multilabel_metrics

    model = open_model("MultiLabelClassifier", args.model, engine=args.engine, num_inputs=count_lines(args.input))
    labels = model.preprocessor.labels
    examples = read_examples(functools.partial(read_multilabel, labels=labels), args.input, config=args)
    targets = np.stack([model.preprocessor.columns(example.labels) for example in examples])
    logits = model.label_logits([example.text for example in examples], args.batch_size)
    if args.threshold is None and model.preprocessor.thresholds is not None:
        logits = logits - np.array(model.preprocessor.thresholds)
    metrics = multilabel_metrics(targets, logits, labels=labels, threshold=args.threshold or 0.0)
    print(metrics)
    if args.out is not None:
        write_text_file(args.out, json.dumps(metrics.as_dict(), ensure_ascii=False, indent=2) + "\n")
