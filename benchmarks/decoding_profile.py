"""Profile of question generation: time per operation of the graph without XLA, by TensorFlow's profiler.

    python -m benchmarks.decoding_profile

The setting is that of benchmarks.qa_speed: ten questions of 32 tokens for given answers of each of 16 passages of 64
to 256 tokens, 4 layers x 312, greedy, random weights. The profiled call traces nothing. An operation's time is the
time of its thread, including waits for helper threads. Writes benchmarks/decoding_profile.md.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.harness import current_command, machine

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.qa_speed import NUM_PAIRS, TextzooQA

WARMUP_CALLS, TOP_OPERATIONS = 2, 12


def operations(log: Path) -> Counter:
    """Returns the seconds per type of operation; events of operations are named `node:Type`."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    seconds: Counter = Counter()
    for file in log.rglob("*.xplane.pb"):
        space = xplane_pb2.XSpace()
        space.ParseFromString(file.read_bytes())
        for plane in space.planes:
            for line in plane.lines:
                for event in line.events:
                    node, colon, kind = plane.event_metadata[event.metadata_id].name.rpartition(":")
                    if colon and kind.isidentifier() and not node.endswith((":", "EagerLocalExecute")):
                        seconds[kind] += event.duration_ps / 1e12
    return seconds


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="4x312", help="layers x width")
    parser.add_argument("--passages", type=int, default=16)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    import tensorflow as tf

    num_layers, hidden_size = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        ours = TextzooQA(num_layers, hidden_size, Path(folder), options.passages)
        for _ in range(WARMUP_CALLS):
            ours.questions(1, "Keras")
        start = time.perf_counter()
        ours.questions(1, "Keras")
        wall = time.perf_counter() - start
        tf.profiler.experimental.start(f"{folder}/log")
        ours.questions(1, "Keras")
        tf.profiler.experimental.stop()
        seconds = operations(Path(folder) / "log")
    total = sum(seconds.values())
    lines = [
        f"`{current_command()}`, {options.size}: {options.passages * NUM_PAIRS} questions in {wall:.2f} s without the "
        f"profiler. The times of the operations add up to {total:.2f} s. {machine()}, tensorflow {tf.__version__}.",
        "",
        "| operation | seconds | fraction |",
        "|---|---|---|",
        *(f"| {kind} | {spent:.2f} | {spent / total:.1%} |" for kind, spent in seconds.most_common(TOP_OPERATIONS)),
    ]
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(options.page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
