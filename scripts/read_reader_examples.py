"""What a reader can be trained and measured on."""

import sys
from functools import partial
from typing import Any


def read_reader_examples(file: str, settings: Any) -> list:
    """Questions whose answer is a span of their passage, or that have none, with a word on standard error.

    Args:
        file: Pairs, in any format that `read_qa` reads.
        settings: With `encoding` and `on_error`.

    Raises:
        ValueError: A record is bad, or none can be used.
    """
    from textzoo.data import read_qa
    from textzoo.scripts.training_data import read_examples

    examples = read_examples(partial(read_qa, unanswerable=True), file, settings)
    kept = [example for example in examples if example.start is not None or not example.answer]
    spans = sum(example.start is not None for example in kept)
    print(
        f"{file}: {spans} answers are a span of their passage, {len(kept) - spans} questions have none; "
        f"{len(examples) - len(kept)} answers in other words are left out",
        file=sys.stderr,
    )
    if not kept:
        raise ValueError(f"{file}: expected answers that stand in their passages. Received: none.")
    return kept
