"""Size, quality and speed of a trained generator with weights of lower precision.

    python -m benchmarks.precision --model textzoo-demo/qa

The model is that of `textzoo demo`; the passages are its held-out ones with unseen values. float32 is the baseline.
bfloat16 has weights and computation in bfloat16, as `--precision bfloat16` and `from_preset(..., dtype="bfloat16")`.
int8 quantizes all projections with Keras's `quantize("int8")` and leaves the rest in float32. The loss is nats per
token of the reference pairs. Answers and questions are the fractions that agree with a reference, as in the demo. The
precisions generate in turns; the first round, which traces, does not count. Writes benchmarks/precision.md.
"""

import argparse
import math
import os
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import current_command, machine, median, ratio

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from textzoo.data import sample_corpus
from textzoo.metrics import qa_agreement
from textzoo.models import QAGenerator

PRECISIONS = ("float32", "bfloat16", "int8")


def load(folder: Path, precision: str) -> QAGenerator:
    """Loads the model in a precision."""
    model = QAGenerator.from_preset(folder, dtype="float32" if precision == "int8" else precision)
    if precision == "int8":
        for layer in model._flatten_layers():
            if isinstance(layer, keras.layers.Dense):
                layer.quantize("int8")
    model.compile()
    return model


def mebibytes(model: QAGenerator) -> float:
    """Returns the size of the weights in MiB."""
    bits = {"float32": 32, "bfloat16": 16, "int8": 8}
    return sum(math.prod(weight.shape) * bits[weight.dtype] for weight in model.weights) / 2**23


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder `qa` in the output of `textzoo demo`")
    parser.add_argument("--precisions", nargs="+", default=list(PRECISIONS), choices=PRECISIONS)
    parser.add_argument("--passages", type=int, default=100, help="number of passages with unseen values")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    passages = sample_corpus(4000, 0).held_out[: options.passages]
    examples = [example for passage in passages for example in passage.examples()]
    references = [[(question, answer) for question, answer, _ in passage.pairs] for passage in passages]
    models = {precision: load(options.model, precision) for precision in options.precisions}
    rates: dict[str, list[float]] = {precision: [] for precision in models}
    generated: dict[str, list] = {}
    for number in range(options.rounds + 1):
        for precision, model in models.items():
            start = time.perf_counter()
            generated[precision] = model.generate(
                [passage.text for passage in passages], 4, max_question_length=40, seed=0, jit_compile=False
            )
            if number:
                rates[precision].append(sum(map(len, generated[precision])) / (time.perf_counter() - start))
    lines = [
        f"`{current_command()}`, {len(passages)} passages, 4 pairs per passage, 3 beams. Medians of {options.rounds} "
        f"rounds with the extremes of the ratio in brackets. {machine()}, tensorflow {version('tensorflow')}, "
        f"keras {version('keras')}.",
        "",
        "| precision | weights, MiB | loss | answers | questions | pairs per second | relative to float32 |",
        "|---|---|---|---|---|---|---|",
    ]
    for precision, model in models.items():
        loss = model.evaluate(examples, verbose=0, return_dict=True)["loss"]
        pairs = [[(pair.question, pair.answer) for pair in row] for row in generated[precision]]
        agreement = qa_agreement(pairs, references)
        cells = [precision, f"{mebibytes(model):.1f}", f"{loss:.4f}", f"{agreement.answers:.1%}"]
        cells += [f"{agreement.questions:.1%}", median(rates[precision])]
        lines.append("| " + " | ".join([*cells, ratio(rates[precision], rates[options.precisions[0]])]) + " |")
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
