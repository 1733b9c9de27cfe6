"""The labels of texts: what `textzoo predict multilabel` does."""

import contextlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.output_files import require_new_path
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

CHUNK = 16


@dataclass
class PredictMultilabel:
    """Write the labels of texts, a line of json {"id", "labels"} for each text.

    Args:
        model: Folder of a trained model, or a preset's name.
        input: File of texts, a line each: plain text, or {"id", "text"}; standard input where left out.
        out: File to write, which must not be there yet; standard output where left out.
        threshold: The logit above which a label is there.
        batch_size: Texts at a time.
        encoding: Encoding of the input, UTF-8 where left out.
        on_error: What to do at a bad record; those that are skipped are listed at the end.
    """

    model: str
    input: str | None = field(default=None, metadata={"bare": True})
    out: str | None = None
    threshold: float = 0.0
    batch_size: PositiveInt = 32
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        require_new_path(self.out)
        if self.input is not None and self.input != "-" and not Path(self.input).is_file():
            raise ValueError(f"{self.input}: expected a file of texts. Received: none of that name.")


def predict_multilabel(settings: PredictMultilabel) -> None:
    """Predicts chunk by chunk; what was written stays whatever comes later."""
    start_tensorflow()
    from textzoo.data import read_texts
    from textzoo.models import MultiLabelClassifier

    model = MultiLabelClassifier.from_preset(settings.model)
    source = sys.stdin if settings.input in (None, "-") else settings.input
    records = read_texts(source, settings.encoding, settings.on_error)
    with contextlib.ExitStack() as stack:
        out = sys.stdout
        if settings.out is not None:
            out = stack.enter_context(open(settings.out, "x", encoding="utf-8"))
        for chunk in batched(records, CHUNK * settings.batch_size):
            found = model.predict_labels([text for _, text in chunk], settings.threshold, settings.batch_size)
            for (identifier, _), labels in zip(chunk, found, strict=True):
                print(json.dumps({"id": identifier, "labels": labels}, ensure_ascii=False), file=out)
            out.flush()
    if records.rejected:
        print(f"rejected {len(records.rejected)}:", *records.rejected, sep="\n", file=sys.stderr)
