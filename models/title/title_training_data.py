"""Titles as streams to train on, with the draws of a cure for the leak."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ...data.examples import TitleExample
from ...data.per_example_rng import PerExampleRng
from .title_preprocessor import TitlePreprocessor

Decoder = Literal["left_to_right", "bidirectional", "from_both_ends"]
LeakageGuard = Literal["mask", "two_pass", "noise", "none"]
UNLIMITED_LOOKAHEAD = 1 << 30
NOISY_TITLES, NOISY_TOKENS = 0.5, 0.3


class TitleTrainingData(Sequence):
    """Training records of titles: what stands in each stream, what it shall predict, and which of that counts.

    A record is a dict of `source_ids` int32 `[s]`, `target_ids` int32 `[p, t]`, `labels` int32 and `weights` float32
    `[2, t]` of the first and the last stream, and `lookaheads` int32 `[]`; all are of one stream and there is no lookahead
    for `left_to_right`, whose targets are their own labels. The other decoders' targets begin with a start token; the
    first half of the streams is written from the left.

    Of `bidirectional` streams one is told what it shall write if it sees enough of the other. The cure says how that is
    kept from it: `mask` draws a lookahead h in 0 to min(lookahead, n // 2) for a title of n tokens, beyond which neither
    sees the other, and only steps i < n - h and the end count; `two_pass` shows a direction the drafts of the example,
    `noise` a title of which tokens were replaced by others of it (half of the titles, 30 % of their tokens), both in
    streams of their own between the two that are learned; `none` does not.

    Args:
        examples: The titles and their articles.
        preprocessor: `TitlePreprocessor`.
        decoder: As in `TitleGenerator`.
        leakage_guard: As in `TitleGenerator`.
        lookahead: int. The largest h.
        seed: int. Fixes the draws.
        redraw: bool. Whether a record's draws differ each time that it is asked for.

    Raises:
        ValueError: an article or title is empty, or `two_pass` finds an example without drafts.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> preprocessor = TitlePreprocessor(Tokenizer(build_vocabulary(["小李讲课"])))
    >>> preprocessor.start_ids, preprocessor.title("小李讲").tolist()
    ((5, 6), [7, 8, 9])
    >>> record = TitleTrainingData([TitleExample("小李讲课", "小李讲")], preprocessor, "from_both_ends")[0]
    >>> record["target_ids"].tolist(), record["labels"].tolist()
    ([[5, 7, 8], [6, 9, 0]], [[7, 8, 3], [9, 3, 0]])

    Reference:
        Zhou, Zhang & Zong, arXiv 1905.04847; https://kexue.fm/archives/6877; https://kexue.fm/archives/7259.
    """

    def __init__(
        self,
        examples: Sequence[TitleExample],
        preprocessor: TitlePreprocessor,
        decoder: Decoder = "left_to_right",
        leakage_guard: LeakageGuard = "mask",
        lookahead: int = 4,
        seed: int = 0,
        redraw: bool = False,
    ):
        self.decoder, self.leakage_guard, self.lookahead = decoder, leakage_guard, lookahead
        self.end, self.limit = preprocessor.tokenizer.sep_id, preprocessor.max_title_length
        self.start_ids: tuple[int, ...] = () if decoder == "left_to_right" else preprocessor.start_ids
        self._draws = PerExampleRng(len(examples), seed, redraw)
        self.sources = [preprocessor.source(example.text) for example in examples]
        self.titles = [preprocessor.title(example.title) for example in examples]
        self.drafts: list[Any] = []
        if decoder == "bidirectional" and leakage_guard == "two_pass":
            bare = next((example for example in examples if example.drafts is None), None)
            if bare is not None:
                raise ValueError(f"Expected drafts for training in two passes. Received none for {bare.title[:40]!r}")
            self.drafts = [
                [preprocessor.tokenizer.tokenize(draft).ids for draft in example.drafts or ()] for example in examples
            ]

    def __len__(self) -> int:
        return len(self.titles)

    def __getitem__(self, index: Any) -> Any:
        title, source = self.titles[index], {"source_ids": self.sources[index]}
        if self.decoder == "left_to_right":
            _, labels, weights = self._stream(title, len(title), None)
            return source | {"target_ids": labels[None], "labels": labels[None], "weights": weights[None]}
        h, streams = self._streams(title, index, self._draws(index))
        targets, labels, weights = (_stack(rows) for rows in zip(*streams, strict=True))
        labels, weights = labels[:: len(streams) - 1], weights[:: len(streams) - 1]
        record = {"target_ids": targets, "labels": labels, "weights": weights, "lookaheads": np.array(h, "int32")}
        return source | record

    def _streams(self, title: np.ndarray, index: int, random: np.random.Generator):
        """The lookahead and the streams `(target, labels, weights)` of a title."""
        left, right = self.start_ids
        n = len(title)
        if self.decoder == "from_both_ends":
            middle = (n + 1) // 2
            limits = (self.limit + 1) // 2, self.limit // 2
            halves = (title[:middle], left, limits[0]), (title[middle:][::-1], right, limits[1])
            return UNLIMITED_LOOKAHEAD, [self._stream(half, len(half), start, limit) for half, start, limit in halves]
        gold = [self._stream(title, n, left), self._stream(title[::-1], n, right)]
        if self.leakage_guard == "none":
            return UNLIMITED_LOOKAHEAD, gold
        if self.leakage_guard == "mask":
            h = int(random.integers(min(self.lookahead, n // 2) + 1))
            for _, _, weights in gold:
                weights[(np.arange(len(weights)) >= n - h) & (np.arange(len(weights)) != n)] = 0
            return h, gold
        shown = (
            self.drafts[index] if self.leakage_guard == "two_pass" else [_noisy(title, random), _noisy(title, random)]
        )
        seen = [self._stream(shown[0], len(shown[0]), left), self._stream(shown[1][::-1], len(shown[1]), right)]
        return UNLIMITED_LOOKAHEAD, [gold[0], seen[0], seen[1], gold[1]]

    def _stream(self, ids: np.ndarray, n: int, start: int | None, limit: int | None = None):
        """What a stream is given, what it shall predict, and weights: the end of a cut title does not count."""
        limit = self.limit if limit is None else limit
        labels = np.append(ids[:limit], self.end).astype("int32")
        target = np.concatenate([[start], labels[:-1]]).astype("int32") if start is not None else labels
        weights = np.ones(len(labels), "float32")
        weights[-1] = n <= limit
        return target, labels, weights


def _noisy(title: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if random.random() >= NOISY_TITLES:
        return title
    return np.where(random.random(len(title)) < NOISY_TOKENS, random.choice(title, len(title)), title)


def _stack(rows) -> np.ndarray:
    """Rows of different lengths as one array, zeros at their ends."""
    width = max(map(len, rows))
    return np.stack([np.pad(row, (0, width - len(row))) for row in rows])
