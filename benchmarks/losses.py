"""Time and peak memory of ZLPR beside binary cross-entropy, forward and backward in graph mode.

    python -m benchmarks.losses

Each measurement has its own process. Memory is the rise of the process's peak in the first step on the whole batch, in
multiples of the logits; one step on a single row runs before, and the peak is reset after it. Time is the median of a
process's steps, then the median of the runs, which alternate between the losses. Writes benchmarks/losses.md. Linux
only.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.harness import ROOT, current_command
from benchmarks.peers.peer import peak_mib, reset_peak

BATCH = 256
STEPS = {28: 3000, 1000: 500, 100_000: 15}
LOSSES = ("binary cross-entropy", "ZLPR", "sparse ZLPR")


def measure(name: str, classes: int) -> dict:
    """Runs one step for memory and then many for time, in this process."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf

    from textzoo.losses import ZLPR, SparseZLPR

    loss = {
        "binary cross-entropy": lambda: keras.losses.BinaryCrossentropy(from_logits=True),
        "ZLPR": ZLPR,
        "sparse ZLPR": SparseZLPR,
    }[name]()
    generator = tf.random.Generator.from_seed(0)
    logits = generator.normal((BATCH, classes), stddev=3.0)
    ids = tf.sort(generator.uniform((BATCH, 5), maxval=classes // 5, dtype=tf.int32) * 5 + tf.range(5))
    if name == "sparse ZLPR":
        labels = ids
    else:
        rows = tf.repeat(tf.range(BATCH)[:, None], 5, axis=1)
        indices = tf.reshape(tf.stack([rows, ids], axis=-1), (-1, 2))
        labels = tf.scatter_nd(indices, tf.ones(len(indices)), (BATCH, classes))

    @tf.function
    def step(y_true, y_pred):
        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            value = loss(y_true, y_pred)
        return value, tape.gradient(value, y_pred)

    specs = [tf.TensorSpec((None, *x.shape[1:]), x.dtype) for x in (labels, logits)]
    step = step.get_concrete_function(*specs)
    step(labels[:1], logits[:1])  # one-time allocations of the runtime
    reset_peak()
    before = peak_mib()
    value, _ = step(labels, logits)
    float(value)
    rise = (peak_mib() - before) * 2**20
    times = []
    for _ in range(STEPS[classes]):
        start = time.perf_counter()
        value, _ = step(labels, logits)
        float(value)
        times.append(time.perf_counter() - start)
    return {"seconds": statistics.median(times), "rise": rise / (BATCH * classes * 4)}


def measure_in_subprocess(name: str, classes: int) -> dict:
    """Runs `measure` in a new process."""
    command = [sys.executable, "-m", "benchmarks.losses", "--measure", name, "--classes", str(classes)]
    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(output.stdout.splitlines()[-1])


def table(runs: int) -> str:
    """Returns the table of all losses and shapes."""
    lines = [
        "| logits | loss | time, ms | relative to BCE | peak rise, x logits | relative to BCE |",
        "|---|---|---|---|---|---|",
    ]
    for classes in STEPS:
        results: dict[str, list[dict]] = {name: [] for name in LOSSES}
        for _ in range(runs):
            for name in LOSSES:
                results[name].append(measure_in_subprocess(name, classes))
        medians = {
            name: {key: statistics.median(run[key] for run in runs_of_loss) for key in ("seconds", "rise")}
            for name, runs_of_loss in results.items()
        }
        base = medians[LOSSES[0]]
        for name, median in medians.items():
            lines.append(
                f"| [{BATCH}, {classes}] | {name} | {median['seconds'] * 1e3:.3g} "
                f"| {median['seconds'] / base['seconds']:.2f} | {median['rise']:.1f} "
                f"| {median['rise'] / base['rise']:.2f} |"
            )
    return "\n".join(lines)


NOTE = """At [256, 28] the logits take 29 KB, so the figures show the runtime around the loss rather than its tensors.
The graph of ZLPR has more operations than that of binary cross-entropy and costs 0.1 MB of peak memory. The scatter of
the sparse form costs about 0.1 ms and 0.2 MB at any number of classes.
"""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="processes per loss and shape")
    parser.add_argument("--measure", choices=LOSSES, help="measure one loss in this process and print json")
    parser.add_argument("--classes", type=int, choices=list(STEPS), default=28, help="classes of --measure")
    options = parser.parse_args(argv)
    if options.measure:
        print(json.dumps(measure(options.measure, options.classes)))
        return
    import keras
    import tensorflow as tf

    text = (
        f"`{current_command()}`, "
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}, {os.cpu_count()} cores, {platform.machine()}.\n\n"
        f"{table(options.runs)}\n\n{NOTE}"
    )
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
