"""Training speed with all pairs of a passage in one pass over it, beside one pair per pass.

    python -m benchmarks.shared_passage_training

Both sides train on the same first pairs of FairytaleQA's training file, with a model of MiniLM's size at random
weights. They run in turns; a warm-up round does not count. Writes benchmarks/shared_passage_training.md.
"""

import argparse
import os
import time
from pathlib import Path

from benchmarks.harness import DATA, current_command, machine, median, ratio

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from textzoo.data import Tokenizer, build_vocabulary, read_qa
from textzoo.data.batching import batches
from textzoo.data.length_batching import TRAINING_LENGTHS
from textzoo.models import Encoder, QAGenerator, QAPreprocessor


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA / "qa_fairytale" / "train.json.gz", help="file of pairs")
    parser.add_argument("--examples", type=int, default=192)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--num-layers", type=int, default=6)
    parser.add_argument("--hidden-size", type=int, default=384)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    examples = list(read_qa(options.data, on_error="skip"))[: options.examples]
    tokenizer = Tokenizer(build_vocabulary([text for e in examples for text in (e.passage, e.question)], 20000))
    preprocessor = QAPreprocessor(tokenizer, max_source_length=256, max_question_length=40)
    width = options.hidden_size
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=width,
        num_layers=options.num_layers,
        num_heads=12,
        intermediate_size=4 * width,
        max_length=512,
        **QAGenerator.encoder_options,
    )
    model = QAGenerator(encoder, preprocessor, copy_head=True)
    model.compile(keras.optimizers.AdamW(1e-4))
    single = [record for example in examples for record in preprocessor.records([example])]
    single_batches = batches(single, options.batch_size, buckets=TRAINING_LENGTHS, streams_key="target_ids")
    sides = {
        "all pairs of a passage per pass": model.dataset(examples, batch_size=options.batch_size, shuffle=True),
        "one pair per pass": single_batches.map(model.split),
    }
    prepared = {name: list(side.as_numpy_iterator()) for name, side in sides.items()}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(options.rounds + 1):
        for name, side in prepared.items():
            start = time.perf_counter()
            for batch in side:
                model.train_on_batch(*batch)
            if number:
                seconds[name].append(time.perf_counter() - start)
    pairs_per_source = len(examples) / len(preprocessor.records(examples))
    speeds = {name: [len(examples) / value for value in values] for name, values in seconds.items()}
    rows = [f"| {name} | {median(values)} |" for name, values in speeds.items()]
    together, apart = speeds.values()
    text = "\n".join(
        [
            f"`{current_command()}`, {len(examples)} pairs of FairytaleQA, {pairs_per_source:.1f} per source, "
            f"{options.num_layers} layers x {width}, batches of {options.batch_size} pairs, "
            f"float32, {options.rounds} rounds. {machine()}; Keras {keras.__version__}, TensorFlow {tf.__version__}.",
            "",
            "| training | examples per second |",
            "|---|---|",
            *rows,
            f"| ratio | {ratio(together, apart)} |",
            "",
        ]
    )
    options.page.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
