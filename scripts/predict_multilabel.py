"""Prediction of labels of texts: `textzoo predict multilabel`.

textzoo predict multilabel passages.txt --model runs/multilabel
textzoo predict multilabel passages.txt --model runs/multilabel --probabilities --out labels.jsonl
"""

import contextlib
import functools
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from textzoo.scripts.cli.arguments import DataPath, ModelPath, PositiveInt, ResumableFile
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.engine import EngineOptions, count_lines, open_model
from textzoo.scripts.cli.input_files import is_stream, require_input
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.scripts.cli.output_files import ResumableOutput, write_batch
from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.record_source import RecordSource
from textzoo.scripts.cli.run_fingerprint import run_fingerprint
from textzoo.scripts.cli.run_sharded import run_sharded
from textzoo.scripts.cli.shard_options import NOT_IN_PLAN, MergedShardOptions
from textzoo.scripts.cli.terminal_table import TerminalTable, prints_to_terminal

BATCHES_PER_WRITE = 16
NOT_IN_FINGERPRINT = (*NOT_IN_PLAN, "batch_size", "shards")


@dataclass(frozen=True, kw_only=True)
class PredictMultilabel(EngineOptions, InputOptions, MergedShardOptions):
    """Predict labels of texts: a table on a terminal, otherwise one line of JSON {"id", "labels"} per text.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: File of one text per line, as plain text or {"id", "text"}, Parquet with a column text, a folder of such
            files, or an address such as s3://bucket/texts.jsonl; by default standard input.
        out: File to write, must not exist; by default standard output.
        resume: Continue an interrupted output with the same input, model and arguments; if there is none, start one.
        threshold: Logit above which a label is predicted; by default the thresholds that `textzoo tune multilabel`
            saved with the model, or 0.
        probabilities: Write the probabilities of the labels, sigmoid(2 * logit), instead of logits.
        batch_size: Texts per batch.
    """

    model: ModelPath
    input: DataPath | None = field(default=None, metadata={"positional": True})
    out: ResumableFile | None = None
    resume: bool = False
    threshold: float | None = None
    probabilities: bool = False
    batch_size: PositiveInt = 32

    def __post_init__(self):
        if self.resume and (self.out is None or is_stream(self.input)):
            raise ValueError("--resume needs --out and an input file")
        require_input(self.input, content="texts")
        self.check_shards()


def _open_shards(args: PredictMultilabel, num_inputs: int | None) -> Any:
    return functools.partial(_predict_shard, _open_classifier(args, num_inputs), args=args)


def _predict_shard(model: Any, blocks: Sequence[list[Any]], *, args: PredictMultilabel) -> Any:
    from textzoo.distributed import ShardResult

    lines = [line for block in blocks for line in _label_lines(model, block, args)]
    return ShardResult("".join(lines).encode(), {"records": len(lines)}, [])


def predict_multilabel(args: PredictMultilabel) -> None:
    """Predicts and writes batch by batch, or in shards; an error later keeps what was written."""
    num_inputs = count_lines(args.input)
    size = BATCHES_PER_WRITE * args.batch_size
    if args.shards is not None:
        work = functools.partial(_open_shards, args, num_inputs)
        run_sharded(args, work, read=lambda: _open_texts(args), block=size, unit="records")
        return
    model = _open_classifier(args, num_inputs)
    records = _open_texts(args)
    with contextlib.ExitStack() as stack:
        out = None
        if args.out is not None:
            fingerprint = run_fingerprint(args, NOT_IN_FINGERPRINT)
            out = stack.enter_context(ResumableOutput(args.out, fingerprint, resume=args.resume))
            for _ in range(out.done["records"]):
                next(records)
        table = None
        if prints_to_terminal(args.out):
            table = TerminalTable({"label": 1, "probability" if args.probabilities else "logit": 0})
            print(table.head(), end="")
        for batch in batched(records, size):
            write_batch("".join(_label_lines(model, batch, args, table)), out, num_records=len(batch))
        if out is not None:
            out.end()
    print_rejected(records.rejected())


def _open_classifier(args: PredictMultilabel, num_inputs: int | None) -> Any:
    return open_model("MultiLabelClassifier", args.model, engine=args.engine, num_inputs=num_inputs)


def _open_texts(args: PredictMultilabel) -> RecordSource:
    from textzoo.data.readers.read_texts import read_texts

    source = sys.stdin if args.input in (None, "-") else args.input
    texts = read_texts(source, encoding=args.encoding, on_error=args.on_error)
    return RecordSource(texts, lambda: texts.rejected)


def _label_lines(model: Any, batch: list[Any], args: PredictMultilabel, table: Any = None) -> list[str]:
    """Returns the line of each text, or its rows of a table."""
    predictions = model.predict_labels(
        [text for _, text in batch],
        threshold=args.threshold,
        probabilities=args.probabilities,
        batch_size=args.batch_size,
    )
    return [
        json.dumps({"id": identifier, "labels": labels}, ensure_ascii=False) + "\n"
        if table is None
        else table.group(f"{identifier}  {text}", [(label, f"{score:.2f}") for label, score in labels.items()])
        for (identifier, text), labels in zip(batch, predictions, strict=True)
    ]
