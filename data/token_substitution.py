"""Token substitution: augments training records by consistent replacement of source tokens."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .batching import records_at_epoch
from .per_example_rng import PerExampleRng
from .text.tokenizer import Tokenizer

_FRACTION_OF_RECORDS = 0.5
_SUBSTITUTED_KEYS = ("source_ids", "target_ids", "labels")


class TokenSubstitution(Sequence):
    """Records of which half, at random, have tokens of the source replaced, in source and targets alike.

    A model trained on small data memorizes facts about its subjects and repeats them for others. Replaced tokens carry
    no meaning, so the model can only learn from which positions of the source a target is copied, which generalizes.
    Replacements are tokens that the record does not contain, so tokens that never occur in training are trained too.

    Args:
        records: Dicts with `source_ids` int `[s]` and any of `target_ids` and `labels`, ints of any shape.
        tokenizer: `Tokenizer`. Special tokens are never replaced. Tokens that begin a word are replaced by such tokens,
            continuations by continuations; of BPE and Unigram, tokens with a space by tokens with a space.
        rate: float in [0, 1]. Maximum fraction of a source's distinct tokens that are replaced. The fraction is drawn
            uniformly for each record.
        seed: int. Seed of the random choices, which differ in every epoch.

    Raises:
        ValueError: `rate` is out of range.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好坏人"])
    >>> record = {"source_ids": np.array([2, 5, 6, 5, 3]), "labels": np.array([5, 8, 3])}
    >>> records = TokenSubstitution([record] * 50, tokenizer, rate=1.0)
    >>> changed = next(new for new in records if new["source_ids"][1] != 5)
    >>> ids = changed["source_ids"]
    >>> bool(ids[1] == ids[3] == changed["labels"][0]), changed["labels"][1:].tolist()
    (True, [8, 3])
    """

    def __init__(self, records: Sequence[Mapping[str, Any]], tokenizer: Tokenizer, *, rate: float, seed: int = 0):
        if not 0 <= rate <= 1:
            raise ValueError(f"Expected a token substitution rate in [0, 1]. Received: {rate}.")
        self.records = records
        self.rate = rate
        self._rng = PerExampleRng(seed, redraw=True)
        ordinary = tokenizer.is_generatable & ~tokenizer.is_blank
        ordinary[tokenizer.sep_id] = False
        self._kind = np.where(ordinary, tokenizer.is_continuation.astype(int), -1)  # 0 begins, 1 continues a word

    def __len__(self) -> int:
        return len(self.records)

    def at_epoch(self, epoch: int) -> "TokenSubstitution":
        """Returns the records of an epoch, with its random choices."""
        other = copy.copy(self)
        other.records, other._rng = records_at_epoch(self.records, epoch), self._rng.at_epoch(epoch)
        return other

    def __getitem__(self, index: Any) -> Any:
        record, random = dict(self.records[index]), self._rng(index)
        if random.random() >= _FRACTION_OF_RECORDS:
            return record
        keys = [key for key in _SUBSTITUTED_KEYS if key in record]
        substitutes, rate = np.arange(len(self._kind)), self.rate * random.random()
        present = np.unique(record["source_ids"])
        absent = np.setdiff1d(substitutes, np.concatenate([np.ravel(record[key]) for key in keys]))
        for kind in (0, 1):
            old, new = (ids[self._kind[ids] == kind] for ids in (present, absent))
            old = old[random.random(len(old)) < rate]
            count = min(len(old), len(new))
            substitutes[random.permutation(old)[:count]] = random.choice(new, count, replace=False)
        return record | {key: substitutes[record[key]].astype(record[key].dtype) for key in keys}
