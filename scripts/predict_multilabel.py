"""Prediction of labels of texts: `textzoo predict multilabel`."""

import contextlib
import json
import sys
from dataclasses import dataclass, field
from typing import Any, Literal

from textzoo.scripts.cli.arguments import DataPath, ModelPath, PositiveInt, ResumableFile, Text
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.engine import EngineName, count_lines, open_model
from textzoo.scripts.cli.input_files import is_stream, require_input
from textzoo.scripts.cli.output_files import ResumableOutput, write_batch
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.run_fingerprint import run_fingerprint

BATCHES_PER_WRITE = 16
NOT_IN_FINGERPRINT = ("out", "resume", "batch_size", "on_error")


@dataclass
class PredictMultilabel:
    """Predict labels of texts, one line of JSON {"id", "labels"} per text.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: File of one text per line, as plain text or {"id", "text"}; by default standard input.
        out: File to write, must not exist; by default standard output.
        resume: Continue an interrupted output with the same input, model and arguments; if there is none, start one.
        threshold: Logit above which a label is predicted; by default the thresholds that `textzoo tune multilabel`
            saved with the model, or 0.
        probabilities: Write the probabilities of the labels, sigmoid(2 * logit), instead of logits.
        batch_size: Texts per batch.
        engine: light runs the model by ONNX Runtime and starts within a second; keras runs every model and is faster
            for thousands of texts; auto chooses.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record ends the command, or is skipped and listed at the end.
    """

    model: ModelPath
    input: DataPath | None = field(default=None, metadata={"positional": True})
    out: ResumableFile | None = None
    resume: bool = False
    threshold: float | None = None
    probabilities: bool = False
    batch_size: PositiveInt = 32
    engine: EngineName = "auto"
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if self.resume and (self.out is None or is_stream(self.input)):
            raise ValueError("--resume needs --out and an input file")
        require_input(self.input, content="texts")


def predict_multilabel(args: PredictMultilabel) -> None:
    """Predicts and writes batch by batch; an error later keeps what was written."""
    from textzoo.data.readers.read_texts import read_texts

    model = open_model("MultiLabelClassifier", args.model, engine=args.engine, num_inputs=count_lines(args.input))
    source = sys.stdin if args.input in (None, "-") else args.input
    records = read_texts(source, encoding=args.encoding, on_error=args.on_error)
    with contextlib.ExitStack() as stack:
        out = None
        if args.out is not None:
            fingerprint = run_fingerprint(args, NOT_IN_FINGERPRINT)
            out = stack.enter_context(ResumableOutput(args.out, fingerprint, resume=args.resume))
            for _ in range(out.done["records"]):
                next(records)
        for batch in batched(records, BATCHES_PER_WRITE * args.batch_size):
            texts = [text for _, text in batch]
            predictions: Any = model.predict_labels(
                texts, threshold=args.threshold, probabilities=args.probabilities, batch_size=args.batch_size
            )
            lines = [
                json.dumps({"id": identifier, "labels": labels}, ensure_ascii=False) + "\n"
                for (identifier, _), labels in zip(batch, predictions, strict=True)
            ]
            write_batch("".join(lines), out, num_records=len(batch))
        if out is not None:
            out.end()
    print_rejected(records.rejected)
