"""What weights of lower precision save and cost, on a trained model and text that it has not seen.

    python benchmarks/precision.py --model textzoo-demo

The folder is that of `textzoo demo`, its passages those with unseen values. float32; bfloat16, weights and computation,
which `--precision bfloat16` and `from_preset(..., dtype="bfloat16")` ask for; int8, what Keras's `quantize("int8")`
makes of all projections, with float32 elsewhere. Loss: of the reference pairs, nats a token. Answers and questions: the
shares that agree with a reference, as in the demo. Generation in turns; the first round, which traces, is apart. Writes
benchmarks/precision.md.
"""

import argparse
import math
import os
import time
from importlib.metadata import version
from pathlib import Path

from this_command import this_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from side_by_side import machine, median, ratio

from textzoo.data import sample_corpus
from textzoo.metrics import qa_agreement
from textzoo.models import QAGenerator

PRECISIONS = ("float32", "bfloat16", "int8")


def load(folder: Path, precision: str) -> QAGenerator:
    model = QAGenerator.from_preset(folder, dtype="float32" if precision == "int8" else precision)
    if precision == "int8":
        for layer in model._flatten_layers():
            if isinstance(layer, keras.layers.Dense):
                layer.quantize("int8")
    model.compile()
    return model


def mebibytes(model: QAGenerator) -> float:
    bits = {"float32": 32, "bfloat16": 16, "int8": 8}
    return sum(math.prod(weight.shape) * bits[weight.dtype] for weight in model.weights) / 2**23


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder that `textzoo demo` wrote")
    parser.add_argument("--precisions", nargs="+", default=list(PRECISIONS), choices=PRECISIONS)
    parser.add_argument("--passages", type=int, default=100, help="passages with unseen values")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    passages = sample_corpus(4000, 0).held_out[: options.passages]
    examples = [example for passage in passages for example in passage.examples()]
    references = [[(question, answer) for question, answer, _ in passage.pairs] for passage in passages]
    models = {precision: load(options.model, precision) for precision in options.precisions}
    rates: dict[str, list[float]] = {precision: [] for precision in models}
    found: dict[str, list] = {}
    for number in range(options.rounds + 1):
        for precision, model in models.items():
            start = time.perf_counter()
            found[precision] = model.generate(
                [passage.text for passage in passages], 4, max_question_length=40, seed=0, jit_compile=False
            )
            if number:
                rates[precision].append(sum(map(len, found[precision])) / (time.perf_counter() - start))
    lines = [
        f"`{this_command()}`: {len(passages)} passages, 4 pairs each, 3 beams, medians of "
        f"{options.rounds} rounds, the ratio's extremes in brackets. {machine()}, tensorflow {version('tensorflow')}, "
        f"keras {version('keras')}.",
        "",
        "| precision | weights, MiB | loss | answers | questions | pairs a second | to float32 |",
        "|---|---|---|---|---|---|---|",
    ]
    for precision, model in models.items():
        loss = model.evaluate(examples, verbose=0, return_dict=True)["loss"]
        pairs = [[(pair.question, pair.answer) for pair in row] for row in found[precision]]
        agreement = qa_agreement(pairs, references)
        cells = [precision, f"{mebibytes(model):.1f}", f"{loss:.4f}", f"{agreement.answers:.1%}"]
        cells += [f"{agreement.questions:.1%}", median(rates[precision])]
        lines.append("| " + " | ".join([*cells, ratio(rates[precision], rates[options.precisions[0]])]) + " |")
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
