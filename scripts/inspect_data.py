"""textzoo check: inspect a file of question-answer pairs and estimate the time of a training epoch.

textzoo check pairs.jsonl
textzoo check pairs.jsonl --checkpoint tiny-zh --batch-size 16
"""

import datetime
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from textzoo.scripts.cli.arguments import DataPath, ModelPath, PositiveInt, Text, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.foreign_texts import warn_of_foreign_texts
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

TIMED_BATCHES = 3


@dataclass(frozen=True, kw_only=True)
class Check:
    """Inspect question-answer pairs before training: lengths, truncation, bad records and unknown characters.

    Args:
        input: Pairs, in any format that `textzoo train qa` reads; bad records are listed.
        checkpoint: Checkpoint to be trained; gives the vocabulary and the model's size.
        vocab: Vocabulary file (vocab.txt) that replaces the checkpoint's. By default, without a checkpoint, a
            vocabulary is built from the pairs.
        time: Train on a few batches to estimate the time of an epoch, with random weights if there is no checkpoint.
        num_layers: Number of encoder layers, without a checkpoint.
        hidden_size: Width of the encoder, without a checkpoint.
        num_heads: Number of attention heads, without a checkpoint.
        max_source_length: Maximum number of tokens of a passage.
        max_answer_length: Maximum number of tokens of an answer.
        max_question_length: Maximum number of tokens of a question.
        batch_size: Pairs per batch.
        encoding: Encoding of the input; by default UTF-8.
    """

    input: DataPath = field(metadata={"positional": True})
    checkpoint: ModelPath | None = None
    vocab: DataPath | None = None
    time: bool = True
    num_layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    num_heads: PositiveInt = 4
    max_source_length: PositiveInt = 256
    max_answer_length: PositiveInt = 16
    max_question_length: PositiveInt = 64
    batch_size: PositiveInt = 32
    encoding: Text | None = None


@cli_command("textzoo check")
def main(argv: list[str]) -> None:
    args = parse_arguments(Check, argv, prog="textzoo check")
    from textzoo.data import qa_statistics, read_qa

    examples = read_qa(args.input, encoding=args.encoding, on_error="skip")
    print(examples.report)
    if not examples:
        raise ValueError(f"{args.input}: found no usable record")
    tokenizer = _tokenizer(args, examples)
    if args.checkpoint is not None:
        warn_of_foreign_texts(_texts(examples), checkpoint=args.checkpoint, tokenizer=tokenizer)
    statistics = qa_statistics(
        examples,
        tokenizer,
        max_source_length=args.max_source_length,
        max_answer_length=args.max_answer_length,
        max_question_length=args.max_question_length,
    )
    print(statistics)
    if args.time:
        seconds, num_batches = _estimate_epoch(args, list(examples))
        clock = datetime.timedelta(seconds=round(seconds))
        print(f"an epoch: {num_batches} batches of at most {args.batch_size} pairs, about {clock} on this machine")


def _texts(examples: Sequence[Any]) -> Iterator[str]:
    return (text for example in examples for text in (example.passage, example.question, example.answer))


def _tokenizer(args: Check, examples: Sequence[Any]) -> Any:
    from textzoo.data import Tokenizer, build_vocabulary
    from textzoo.data.find_preset import find_preset
    from textzoo.data.preset_config import insert_tokens, is_preset_folder, read_raw_config

    if args.vocab is not None:
        return Tokenizer.from_vocab(args.vocab)
    if args.checkpoint is None:
        return Tokenizer(build_vocabulary(_texts(examples)))
    if is_preset_folder(folder := find_preset(args.checkpoint)):
        return insert_tokens(*read_raw_config(folder))[1]
    start_tensorflow()
    from textzoo.models import Encoder

    return Encoder.from_preset(args.checkpoint).tokenizer


def _estimate_epoch(args: Check, examples: list) -> tuple[float, int]:
    """Returns the estimated seconds and the number of batches of an epoch.

    Trains on a few batches of median size and scales their time by the tokens of all batches.
    """
    start_tensorflow()
    import numpy as np

    from textzoo.models import adamw
    from textzoo.scripts.cli.training_examples import usable_examples
    from textzoo.scripts.train_qa import TrainQA, qa_model

    shared: dict[str, Any] = {
        name: getattr(args, name)
        for name in (
            *("checkpoint", "vocab", "num_layers", "hidden_size", "num_heads", "batch_size"),
            *("max_source_length", "max_answer_length", "max_question_length"),
        )
    }
    train_args = TrainQA(inputs=[args.input], out="", on_error="skip", **shared)
    model = qa_model(train_args, examples)
    model.compile(adamw(1e-9))
    examples = usable_examples(model, examples, args=train_args)
    sizes, batch_by_size = [], {}
    for batch in model.dataset(examples, batch_size=args.batch_size, shuffle=True):
        sources, targets = batch[0]["source_ids"], batch[0]["target_ids"]
        size = int(np.prod(sources.shape) + np.prod(targets.shape))
        sizes.append(size)
        batch_by_size.setdefault(size, batch)
    median_size = int(np.percentile(sizes, 50, method="nearest"))
    inputs, labels, weights = batch_by_size[median_size]
    model.train_on_batch(inputs, labels, sample_weight=weights)
    start_time = time.perf_counter()
    for _ in range(TIMED_BATCHES):
        model.train_on_batch(inputs, labels, sample_weight=weights)
    seconds_per_batch = (time.perf_counter() - start_time) / TIMED_BATCHES
    return seconds_per_batch * sum(sizes) / median_size, len(sizes)


if __name__ == "__main__":
    sys.exit(main())
