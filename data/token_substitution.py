"""Training records some of whose tokens go by other names."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .per_example_rng import PerExampleRng
from .text.tokenizer import Tokenizer

SHARE_OF_RECORDS = 0.5
RENAMED = ("source_ids", "target_ids", "labels")


class TokenSubstitution(Sequence):
    """Records of half of which tokens of the source are other tokens, in the source and in the targets alike.

    A model of small data learns what is written about its subjects, and writes that about any other. Of a source whose
    tokens mean nothing it can only learn where the words of a target stand in it, which is as true of other subjects;
    and tokens that no text of the training has are seen too.

    Args:
        records: Dicts with `source_ids` int `[s]` and any of `target_ids` and `labels`, ints of any shape.
        tokenizer: `Tokenizer`. Special tokens keep their names; the first tokens of words become such again, and so do
            the others.
        rate: float in [0, 1]. The highest share of a source's distinct tokens that are renamed; the share itself is
            drawn for each record.
        seed: int. Fixes the draws, which differ each time that a record is asked for.

    Raises:
        ValueError: the rate is out of range.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好坏人"])
    >>> record = {"source_ids": np.array([2, 5, 6, 5, 3]), "labels": np.array([5, 8, 3])}
    >>> records = TokenSubstitution([record] * 50, tokenizer, 1.0)
    >>> renamed = next(new for new in records if new["source_ids"][1] != 5)
    >>> names = renamed["source_ids"]
    >>> bool(names[1] == names[3] == renamed["labels"][0]), renamed["labels"][1:].tolist()
    (True, [8, 3])
    """

    def __init__(self, records: Sequence[Mapping[str, Any]], tokenizer: Tokenizer, rate: float, seed: int = 0):
        if not 0 <= rate <= 1:
            raise ValueError(f"Expected a rate of renaming in [0, 1]. Received: {rate}")
        self.records = records
        self.rate = rate
        self._draws = PerExampleRng(len(records), seed, redraw=True)
        ordinary = tokenizer.is_generatable.copy()
        ordinary[tokenizer.sep_id] = False
        self._kind = np.where(ordinary, tokenizer.is_continuation.astype(int), -1)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: Any) -> Any:
        record, random = dict(self.records[index]), self._draws(index)
        if random.random() >= SHARE_OF_RECORDS:
            return record
        keys = [key for key in RENAMED if key in record]
        names, rate = np.arange(len(self._kind)), self.rate * random.random()
        held = np.unique(record["source_ids"])
        free = np.setdiff1d(names, np.concatenate([np.ravel(record[key]) for key in keys]))
        for kind in (0, 1):
            old, new = (ids[self._kind[ids] == kind] for ids in (held, free))
            old = old[random.random(len(old)) < rate]
            count = min(len(old), len(new))
            names[random.permutation(old)[:count]] = random.choice(new, count, replace=False)
        return record | {key: names[record[key]].astype(record[key].dtype) for key in keys}
