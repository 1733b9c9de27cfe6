"""textzoo check: what a file of question-answer pairs is like, and how long an epoch of training on it takes.

textzoo check pairs.jsonl
textzoo check train.json --checkpoint chinese_L-12_H-768_A-12 --batch-size 16
"""

import sys
import time
from dataclasses import dataclass, field
from typing import Any

from textzoo.scripts.cli.arguments import PositiveInt, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

TIMED = 3


@dataclass
class Check:
    """Look at a file of question-answer pairs before training: lengths, what is cut, what is bad, what is unknown.

    Args:
        file: Pairs, in any format that `textzoo train qa` reads; bad records are listed.
        checkpoint: The model that would be trained: its vocabulary and its size.
        vocab: A vocab.txt in place of the checkpoint's; without either a vocabulary is built from the pairs.
        time: Train a few batches, of random weights where there is no checkpoint, to tell the time of an epoch.
        num_layers: Encoder layers of random weights.
        hidden_size: Width of random weights.
        num_heads: Attention heads of random weights.
        max_source_length: Tokens of a passage.
        max_answer_length: Tokens of an answer.
        max_question_length: Tokens of a question.
        batch_size: Pairs a batch.
        encoding: Encoding of the file, UTF-8 where left out.
    """

    file: str = field(metadata={"bare": True})
    checkpoint: str | None = None
    vocab: str | None = None
    time: bool = True
    num_layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    num_heads: PositiveInt = 4
    max_source_length: PositiveInt = 256
    max_answer_length: PositiveInt = 16
    max_question_length: PositiveInt = 64
    batch_size: PositiveInt = 32
    encoding: str | None = None


@cli_command("textzoo check")
def main(argv: list[str]) -> None:
    settings = parse_arguments(Check, argv, "textzoo check")
    start_tensorflow()
    from textzoo.data import Tokenizer, build_vocabulary, qa_statistics, read_qa
    from textzoo.models import Encoder

    examples = read_qa(settings.file, settings.encoding, "skip")
    print(examples.report)
    if not examples:
        raise ValueError(f"{settings.file}: expected pairs. Received: none that can be used.")
    if settings.vocab is not None:
        tokenizer = Tokenizer.from_vocab(settings.vocab)
    elif settings.checkpoint is not None:
        tokenizer = Encoder.from_preset(settings.checkpoint).tokenizer
    else:
        tokenizer = Tokenizer(build_vocabulary(text for e in examples for text in (e.passage, e.question, e.answer)))
    lengths = settings.max_source_length, settings.max_answer_length, settings.max_question_length
    print(qa_statistics(examples, tokenizer, *lengths))
    if settings.time:
        seconds, batches = _time(settings, list(examples))
        clock = time.strftime("%H:%M:%S", time.gmtime(seconds))
        print(f"an epoch: {batches} batches of at most {settings.batch_size} pairs, about {clock} on this machine")


def _time(settings: Check, examples: list) -> tuple[float, int]:
    """Seconds and batches of an epoch, from a few batches of median size, by the tokens of all of them."""
    import numpy as np

    from textzoo.models import adamw
    from textzoo.scripts.cli.training_examples import training_batches
    from textzoo.scripts.train_qa import TrainQA, qa_model

    same = ("checkpoint", "vocab", "num_layers", "hidden_size", "num_heads", "batch_size")
    lengths = ("max_source_length", "max_answer_length", "max_question_length")
    shared: dict[str, Any] = {name: getattr(settings, name) for name in same + lengths}
    training = TrainQA(train=[settings.file], out="", epochs=1, on_error="skip", **shared)
    model = qa_model(training, examples)
    model.compile(adamw(1e-9))
    sizes, by_size = [], {}
    for batch in training_batches(model, examples, training):
        inputs, targets = batch[0]["source_ids"], batch[0]["target_ids"]
        size = int(np.prod(inputs.shape) + np.prod(targets.shape))
        sizes.append(size)
        by_size.setdefault(size, batch)
    median = int(np.percentile(sizes, 50, method="nearest"))
    model.train_on_batch(*by_size[median])
    began = time.perf_counter()
    for _ in range(TIMED):
        model.train_on_batch(*by_size[median])
    return (time.perf_counter() - began) / TIMED * sum(sizes) / median, len(sizes)


if __name__ == "__main__":
    sys.exit(main())
