"""What a bidirectional model is shown of the other direction when it trains in two passes."""

import dataclasses
import json
import os
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

from ..data import TitleExample
from ..models import TitleGenerator


def cross_fitted_drafts(
    examples: Sequence[TitleExample],
    train: Callable[[list[TitleExample], int], TitleGenerator],
    path: str | PathLike,
    held_out: Sequence[TitleExample] = (),
    batch_size: int = 64,
) -> list[TitleExample]:
    """Titles with drafts by models that did not train on them.

    A model is trained on every other example and writes titles for the rest, from the left and from the right; then
    the other way round. One that has seen an example would write its title from memory, which tells as much as the
    title itself.

    The drafts are kept in a file, a line of json `[left, right]` for each example, and are not made again where the
    file holds them; after the first half it has `null` for the examples whose turn is yet to come.

    Args:
        examples: The training set, two at least.
        train: `train(half, fold)` gives a bidirectional `TitleGenerator` trained on half of the examples, fold 0 or 1.
            With the cure `mask` and lookahead 0 its directions learn apart from each other.
        path: The file of the drafts.
        held_out: Examples that nothing is trained on; the first model writes their drafts.
        batch_size: Articles that are decoded at a time.

    Returns:
        The examples and after them those held out, each with its `drafts`.

    Raises:
        ValueError: There are fewer than two examples, or the file holds drafts of another number of them.

    Example, a model that has not learned anything:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> from textzoo.models import Encoder, TitlePreprocessor
    >>> examples = [TitleExample("小李在讲课", "小李讲课"), TitleExample("小王在唱歌", "小王唱歌")]
    >>> preprocessor = TitlePreprocessor(Tokenizer(build_vocabulary(e.text for e in examples)), 16, max_title_length=4)
    >>> encoder = Encoder(preprocessor.tokenizer.vocab_size, 8, 1, 1, 16, max_length=32)
    >>> model = TitleGenerator(encoder, preprocessor, "bidirectional")
    >>> [len(example.drafts) for example in cross_fitted_drafts(examples, lambda half, fold: model, "drafts.jsonl")]
    [2, 2]

    Reference:
        Zhou, Zhang & Zong, Synchronous Bidirectional Neural Machine Translation, TACL 2019, arXiv 1905.04847.
    """
    if len(examples) < 2:
        raise ValueError(f"Expected two examples or more, to train on a half each. Received: {len(examples)}")
    every = [*examples, *held_out]
    path = Path(path)
    drafts: list[Sequence[str] | None] = [None] * len(every)
    if path.exists():
        drafts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if len(drafts) != len(every):
            raise ValueError(f"{path}: expected drafts of {len(every)} examples. Received: of {len(drafts)}")
    rows = list(range(len(examples)))
    parts = (rows[1::2], [*rows[::2], *range(len(rows), len(every))]), (rows[::2], rows[1::2])
    for fold, (learned, written) in enumerate(parts):
        if all(drafts[row] is not None for row in written):
            continue
        model = train([examples[row] for row in learned], fold)
        for row, pair in zip(written, model.drafts([every[row].text for row in written], batch_size), strict=True):
            drafts[row] = pair
        part = Path(f"{path}.part")
        part.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in drafts), encoding="utf-8")
        os.replace(part, path)
    return [dataclasses.replace(e, drafts=tuple(pair or ())) for e, pair in zip(every, drafts, strict=True)]
