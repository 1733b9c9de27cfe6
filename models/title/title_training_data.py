"""Training records of titles, with the guards against leakage between the two directions."""

import copy
from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np

from ...data.check_types import check_types
from ...data.examples import TitleExample
from ...data.per_example_rng import PerExampleRng
from ...data.tasks.title_generation import Decoder
from ..preprocessors import TitlePreprocessor

LeakageGuard = Literal["mask", "two_pass", "noise", "none"]
LEAKAGE_GUARDS: tuple[LeakageGuard, ...] = get_args(LeakageGuard)
UNLIMITED_LOOKAHEAD = 1 << 30
NOISY_TITLE_RATE, NOISY_TOKEN_RATE = 0.5, 0.3


class TitleTrainingData(Sequence):
    """Training records of titles: the streams, the tokens they predict, and the weights of those in the loss.

    A record is a dict of `source_ids` int32 `[s]`, `target_ids` int32 `[p, t]`, and, for the first and the last stream,
    `labels` int32 `[2, t]` and `weights` float32 `[2, t]`; `lookaheads` is int32 `[]`. For `left_to_right` p is 1,
    `labels` and `weights` are `[1, t]`, the targets are their own labels, and there are no `lookaheads`. For the other
    decoders targets begin with a start token, and the first half of the streams is written from the left.

    A `bidirectional` stream that attends to enough of the other direction sees the tokens it has to predict. The
    leakage guard prevents that:

    - `mask` draws a lookahead h from 0 to min(lookahead, n // 2) for a title of n tokens. Neither direction attends to
      later steps of the other; only steps i < n - h and the end token have weight.
    - `two_pass` shows each direction the drafts of the example, in two streams between the two that are trained.
    - `noise` shows each direction a copy of the title in such streams. In half of the copies 30 % of the tokens are
      replaced by other tokens of the title.
    - `none` prevents nothing.

    Args:
        examples: Titles and their articles.
        preprocessor: `TitlePreprocessor`.
        decoder: As in `TitleGenerator`.
        leakage_guard: As in `TitleGenerator`.
        lookahead: int. Largest h.
        seed: int. Fixes the random numbers.
        redraw: bool. Whether a record has new random numbers in every epoch, see `at_epoch`.

    Raises:
        ValueError: an article or title is empty, or an example has no drafts for `two_pass`.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> preprocessor = TitlePreprocessor(Tokenizer(build_vocabulary(["小李讲课"])))
    >>> preprocessor.start_ids, preprocessor.title("小李讲").tolist()
    ((5, 6), [7, 8, 9])
    >>> record = TitleTrainingData([TitleExample("小李讲课", "小李讲")], preprocessor, decoder="from_both_ends")[0]
    >>> record["target_ids"].tolist(), record["labels"].tolist()
    ([[5, 7, 8], [6, 9, 0]], [[7, 8, 3], [9, 3, 0]])

    Reference:
        Zhou, Zhang & Zong, arXiv 1905.04847; https://kexue.fm/archives/6877; https://kexue.fm/archives/7259.
    """

    @check_types
    def __init__(
        self,
        examples: Sequence[TitleExample],
        preprocessor: TitlePreprocessor,
        *,
        decoder: Decoder = "left_to_right",
        leakage_guard: LeakageGuard = "mask",
        lookahead: int = 4,
        seed: int = 0,
        redraw: bool = False,
    ):
        self.decoder, self.leakage_guard, self.lookahead = decoder, leakage_guard, lookahead
        self.end_id, self.max_length = preprocessor.tokenizer.sep_id, preprocessor.max_title_length
        self.start_ids: tuple[int, ...] = () if decoder == "left_to_right" else preprocessor.start_ids
        self._rngs = PerExampleRng(seed, redraw=redraw)
        self.sources = [preprocessor.source(example.text) for example in examples]
        self.titles = [preprocessor.title(example.title) for example in examples]
        self.drafts: list[Any] = []
        if decoder == "bidirectional" and leakage_guard == "two_pass":
            without = next((example for example in examples if example.drafts is None), None)
            if without is not None:
                raise ValueError(
                    "leakage_guard 'two_pass' needs drafts, see cross_fitted_drafts. "
                    f"Received: none for the title {without.title[:40]!r}"
                )
            self.drafts = [
                [preprocessor.tokenizer.tokenize(draft).ids for draft in example.drafts or ()] for example in examples
            ]

    def __len__(self) -> int:
        return len(self.titles)

    def at_epoch(self, epoch: int) -> "TitleTrainingData":
        """Returns the records of an epoch, with its random numbers."""
        other = copy.copy(self)
        other._rngs = self._rngs.at_epoch(epoch)
        return other

    def __getitem__(self, index: Any) -> Any:
        title, source = self.titles[index], {"source_ids": self.sources[index]}
        if self.decoder == "left_to_right":
            _, labels, weights = self._stream(title, len(title))
            return source | {"target_ids": labels[None], "labels": labels[None], "weights": weights[None]}
        lookahead, streams = self._streams(title, index, rng=self._rngs(index))
        targets, labels, weights = (_stack(rows) for rows in zip(*streams, strict=True))
        labels, weights = labels[:: len(streams) - 1], weights[:: len(streams) - 1]
        record = {"target_ids": targets, "labels": labels, "weights": weights}
        return source | record | {"lookaheads": np.array(lookahead, "int32")}

    def _streams(self, title: np.ndarray, index: int, *, rng: np.random.Generator):
        """Returns the lookahead and the streams `(target, labels, weights)` of a title."""
        left, right = self.start_ids
        n = len(title)
        if self.decoder == "from_both_ends":
            middle = (n + 1) // 2
            first, second = title[:middle], title[middle:][::-1]
            return UNLIMITED_LOOKAHEAD, [
                self._stream(first, len(first), start_id=left, max_length=(self.max_length + 1) // 2),
                self._stream(second, len(second), start_id=right, max_length=self.max_length // 2),
            ]
        trained = [self._stream(title, n, start_id=left), self._stream(title[::-1], n, start_id=right)]
        if self.leakage_guard == "none":
            return UNLIMITED_LOOKAHEAD, trained
        if self.leakage_guard == "mask":
            h = int(rng.integers(min(self.lookahead, n // 2) + 1))
            for _, _, weights in trained:
                steps = np.arange(len(weights))
                weights[(steps >= n - h) & (steps != n)] = 0
            return h, trained
        two_pass = self.leakage_guard == "two_pass"
        shown = self.drafts[index] if two_pass else [_add_noise(title, rng), _add_noise(title, rng)]
        visible = [
            self._stream(shown[0], len(shown[0]), start_id=left),
            self._stream(shown[1][::-1], len(shown[1]), start_id=right),
        ]
        return UNLIMITED_LOOKAHEAD, [trained[0], *visible, trained[1]]

    def _stream(self, ids: np.ndarray, n: int, *, start_id: int | None = None, max_length: int | None = None):
        """Returns the target, labels and weights of one stream; the end of a truncated title has weight 0."""
        max_length = self.max_length if max_length is None else max_length
        labels = np.append(ids[:max_length], self.end_id).astype("int32")
        target = labels if start_id is None else np.concatenate([[start_id], labels[:-1]]).astype("int32")
        weights = np.ones(len(labels), "float32")
        weights[-1] = n <= max_length
        return target, labels, weights


def _add_noise(title: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if rng.random() >= NOISY_TITLE_RATE:
        return title
    return np.where(rng.random(len(title)) < NOISY_TOKEN_RATE, rng.choice(title, len(title)), title)


def _stack(rows) -> np.ndarray:
    """Stacks rows of different lengths, padded with zeros."""
    width = max(map(len, rows))
    return np.stack([np.pad(row, (0, width - len(row))) for row in rows])
