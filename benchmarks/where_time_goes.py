"""Where the time of questions goes: the operations of the plain graph, by TensorFlow's profiler.

    python benchmarks/where_time_goes.py

Ten questions of 32 tokens for given answers of each of 16 passages of 64 to 256 tokens, 4 layers x 312, greedy, random
weights: the setting of question_answer_pairs.py. A call that traces nothing is profiled; an operation's time is what
its thread spent in it, waiting for its helpers included. Writes benchmarks/where_time_goes.md.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from this_command import this_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from question_answer_pairs import PAIRS, Ours
from side_by_side import machine

WARM, SHOWN = 2, 12


def operations(log: Path) -> Counter:
    """Seconds by the type of operation; events of operations are named `node:Type`."""
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
    parser.add_argument("--size", default="4x312")
    parser.add_argument("--passages", type=int, default=16)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    import tensorflow as tf

    layers, width = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(layers, width, Path(folder), options.passages)
        for _ in range(WARM):
            ours.questions(1, False)
        start = time.perf_counter()
        ours.questions(1, False)
        wall = time.perf_counter() - start
        tf.profiler.experimental.start(f"{folder}/log")
        ours.questions(1, False)
        tf.profiler.experimental.stop()
        seconds = operations(Path(folder) / "log")
    total = sum(seconds.values())
    lines = [
        f"`{this_command()}`: {options.passages * PAIRS} questions in {wall:.2f} s without the "
        f"profiler, {options.size}; the operations' times together are {total:.2f} s. {machine()}, "
        f"tensorflow {tf.__version__}.",
        "",
        "| operation | seconds | share |",
        "|---|---|---|",
        *(f"| {kind} | {spent:.2f} | {spent / total:.1%} |" for kind, spent in seconds.most_common(SHOWN)),
    ]
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(options.page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
