"""Accuracy on masked words of held-out documents, source by source, with the same masks for every model.

    python -m recipes.masked_accuracy --text text --models tiny-zh mlm

15 % of the Chinese characters are masked, as whole words, in runs of sentences of at most 160 characters. Every Chinese
character is one token in any BERT vocabulary, so that models with different vocabularies predict the same characters; a
character that a vocabulary lacks counts as an error. The mean over the sources leaves the sample corpus out, which
consists of patterns.
"""

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from textzoo.data import group_sentences, select_masked_tokens, word_ids
from textzoo.data.text.chinese import CHINESE
from textzoo.data.text.tokenizer import Tokenizer

MASKED_FRACTION, MAX_SEQUENCES = 0.15, 200
PATTERNED = "sample_corpus"


class MaskedText(NamedTuple):
    """A text and the positions of its masked characters, int `[k]`."""

    text: str
    masked: np.ndarray


def masked_texts(documents: Sequence[str]) -> list[MaskedText]:
    """Returns runs of sentences of documents with masked words; the masks depend on the place of a run only."""
    lines = [line for document in documents for line in document.split("\n")]
    runs = [run for line in lines for run in group_sentences(line) if 20 <= len(run) <= 400][:MAX_SEQUENCES]
    texts = []
    for number, text in enumerate(runs):
        offsets = np.stack([np.arange(len(text))] * 2, axis=1)
        words = word_ids(text, offsets, is_continuation=np.zeros(len(text), bool))
        words = np.where([re.fullmatch(CHINESE, character) is not None for character in text], words, -1)
        masked = select_masked_tokens(words, np.random.default_rng(number), fraction=MASKED_FRACTION)
        if len(masked):
            texts.append(MaskedText(text, masked))
    return texts


def record(text: MaskedText, tokenizer: Tokenizer) -> dict[str, np.ndarray]:
    """Returns the record of a masked text as `MaskedLM.predict_masked` takes it."""
    tokens = tokenizer.tokenize(text.text)
    chosen = np.flatnonzero(np.isin(tokens.offsets[:, 0], text.masked))
    if len(chosen) != len(text.masked):
        raise ValueError(f"Expected a token for each masked character. Received: {text.text!r}")
    ids = np.concatenate([[tokenizer.cls_id], tokens.ids, [tokenizer.sep_id]]).astype("int32")
    labels, positions = ids[chosen + 1], (chosen + 1).astype("int32")
    ids[positions] = tokenizer.mask_id
    return {"ids": ids, "positions": positions, "labels": labels, "weights": np.ones(len(labels), "float32")}


def accuracy(model: Any, texts: Sequence[MaskedText]) -> float:
    """Returns the fraction of masked characters that a `MaskedLM` predicts; an unknown one is an error."""
    tokenizer = model.preprocessor.tokenizer
    records = [record(text, tokenizer) for text in texts]
    predictions, _ = model.predict_masked(records)
    labels = np.concatenate([row["labels"] for row in records])
    return float(np.mean((predictions == labels) & (labels != tokenizer.unk_id)))


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True, help="folder that recipes.chinese_text wrote")
    parser.add_argument("--models", nargs="+", required=True, help="folders of models, or names of presets")
    options = parser.parse_args(argv)
    from textzoo.models import MaskedLM

    sources = {}
    for file in sorted((options.text / "held_out").glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").split("\n")
        sources[file.stem] = masked_texts([json.loads(line)["text"] for line in lines if line])
    columns = []
    for name in options.models:
        model = MaskedLM.from_preset(name)
        columns.append([accuracy(model, texts) for texts in sources.values()])
    print(f"| source | characters | {' | '.join(Path(name).name for name in options.models)} |")
    print("|---|---|" + "---|" * len(columns))
    for (source, texts), figures in zip(sources.items(), zip(*columns, strict=True), strict=True):
        count = sum(len(text.masked) for text in texts)
        print(f"| {source} | {count} | {' | '.join(f'{figure:.1%}' for figure in figures)} |")
    is_text = [source != PATTERNED for source in sources]
    means = [np.mean(np.array(column)[is_text]) for column in columns]
    print(f"| mean without {PATTERNED} | | {' | '.join(f'{mean:.1%}' for mean in means)} |")


if __name__ == "__main__":
    main()
