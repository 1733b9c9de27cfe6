"""Cross-fitted drafts: titles by models that were not trained on their articles, for two-pass training."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

from ..data.examples import TitleExample
from ..data.files import write_atomically
from ..models.title.title_generator import TitleGenerator


def cross_fitted_drafts(
    examples: Sequence[TitleExample],
    train: Callable[[list[TitleExample], int], TitleGenerator],
    *,
    path: str | PathLike,
    held_out: Sequence[TitleExample] = (),
    batch_size: int = 64,
) -> list[TitleExample]:
    """Adds drafts of titles to examples, decoded by models that were not trained on these examples.

    One model is trained on every second example and decodes titles for the others, in both directions. A second model
    does the reverse. A model that was trained on an example would repeat its title from memory, so that the draft would
    reveal the title.

    The drafts are saved in a JSON Lines file with `[left to right, right to left]` for each example. Drafts in the file
    are not made again. After the first fold, the file holds `null` for the examples of the second.

    Args:
        examples: The training set, at least two examples.
        train: `train(half, fold)` returns a bidirectional `TitleGenerator` trained on half of the examples; `fold` is 0
            or 1. With `leakage_guard="mask"` and `lookahead=0`, its directions are trained independently.
        path: The file of drafts.
        held_out: Examples that no model is trained on. The first model decodes their drafts.
        batch_size: Number of articles decoded at a time.

    Returns:
        The examples, then those of `held_out`, each with its `drafts`.

    Raises:
        ValueError: There are fewer than two examples, or the file holds drafts of another number of examples.

    Example with an untrained model:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> from textzoo.models import Encoder, TitlePreprocessor
    >>> examples = [TitleExample("小李在讲课", "小李讲课"), TitleExample("小王在唱歌", "小王唱歌")]
    >>> tokenizer = Tokenizer(build_vocabulary(example.text for example in examples))
    >>> preprocessor = TitlePreprocessor(tokenizer, max_source_length=16, max_title_length=4)
    >>> sizes = {"hidden_size": 8, "num_layers": 1, "num_heads": 1, "intermediate_size": 16}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=32)
    >>> model = TitleGenerator(encoder, preprocessor, decoder="bidirectional")
    >>> drafted = cross_fitted_drafts(examples, lambda half, fold: model, path="drafts.jsonl")
    >>> [len(example.drafts) for example in drafted]
    [2, 2]

    Reference:
        Zhou, Zhang & Zong, Synchronous Bidirectional Neural Machine Translation, TACL 2019, arXiv 1905.04847.
    """
    if len(examples) < 2:
        raise ValueError(f"Expected at least two examples, to train a model on each half. Received: {len(examples)}")
    all_examples = [*examples, *held_out]
    path = Path(path)
    drafts: list[Sequence[str] | None] = [None] * len(all_examples)
    if path.exists():
        with open(path, encoding="utf-8") as file:  # its lines end at \n only, while drafts may hold U+2028
            drafts = [json.loads(line) for line in file]
        if len(drafts) != len(all_examples):
            raise ValueError(f"{path}: expected drafts of {len(all_examples)} examples. Received: {len(drafts)}")
    rows = list(range(len(examples)))
    folds = (rows[1::2], [*rows[::2], *range(len(rows), len(all_examples))]), (rows[::2], rows[1::2])
    for fold, (trained, decoded) in enumerate(folds):
        if all(drafts[row] is not None for row in decoded):
            continue
        model = train([examples[row] for row in trained], fold)
        texts = [all_examples[row].text for row in decoded]
        for row, pair in zip(decoded, model.drafts(texts, batch_size=batch_size), strict=True):
            drafts[row] = pair
        write_atomically(path, "".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in drafts))
    return [dataclasses.replace(e, drafts=tuple(pair or ())) for e, pair in zip(all_examples, drafts, strict=True)]
