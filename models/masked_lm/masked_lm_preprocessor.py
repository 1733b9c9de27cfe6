"""Texts to sequences with masked words."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from ...data.text.chunking import chunk_passage
from ...data.text.tokenizer import Tokenizer
from ...data.text.whole_word_masking import select_masked_tokens, word_ids

MASKED, REPLACED = 0.8, 0.1


@keras.saving.register_keras_serializable(package="textzoo")
class MaskedLMPreprocessor:
    """Texts are packed into sequences `[CLS] text [SEP] text [SEP]`; whole words of them are to be predicted.

    Args:
        tokenizer: `Tokenizer` with a mask token.
        max_length: int. Tokens of a sequence, [CLS] and [SEP] included; longer texts are cut at sentence ends.
        share: float. Of the tokens, those to predict.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好"])
    >>> preprocessor = MaskedLMPreprocessor(tokenizer, max_length=9)
    >>> [(ids.tolist(), words.tolist()) for ids, words in preprocessor.sequences(["今天好", "天气好"])]
    [([2, 5, 6, 8, 3, 6, 7, 8, 3], [-1, 0, 0, 1, -1, 2, 2, 3, -1])]

    Reference:
        Devlin et al., arXiv 1810.04805; Cui et al., arXiv 1906.08101.
    """

    def __init__(self, tokenizer: Tokenizer, max_length: int = 256, share: float = 0.15):
        self.tokenizer = tokenizer
        self.max_length = max_length
        self.share = share
        special = [len(token) > 2 and token[0] == "[" and token[-1] == "]" for token in tokenizer.tokens]
        self._ordinary = np.flatnonzero(~np.array(special))

    def sequences(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Ids int32 `[n]` and words int32 `[n]` of each sequence; -1 at special and at unknown tokens.

        Raises:
            ValueError: no text has a token that the vocabulary knows.
        """
        room = self.max_length - 2
        packed: list[list[tuple[np.ndarray, np.ndarray]]] = []
        filled = room + 1
        for text in texts:
            for piece in chunk_passage(text, self.tokenizer, room):
                tokens = self.tokenizer.tokenize(piece.text)
                known = tokens.ids != self.tokenizer.unk_id
                if not known.any():
                    continue
                words = word_ids(piece.text, tokens.offsets, self.tokenizer.is_continuation[tokens.ids])
                if filled + 1 + len(words) > room:
                    packed.append([])
                    filled = -1
                packed[-1].append((tokens.ids, np.where(np.isin(words, words[~known]), -1, words)))
                filled += 1 + len(words)
        if not packed:
            raise ValueError(f"Expected texts with characters of the vocabulary. Received: {len(texts)} without any.")
        return [self._joined(parts) for parts in packed]

    def _joined(self, parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
        ids, words, count = [[self.tokenizer.cls_id]], [[-1]], 0
        for part_ids, part_words in parts:
            ids += [part_ids, [self.tokenizer.sep_id]]
            words += [np.where(part_words < 0, -1, part_words + count), [-1]]
            count += int(part_words.max(initial=-1)) + 1
        return np.concatenate(ids).astype("int32"), np.concatenate(words).astype("int32")

    def mask(self, ids: np.ndarray, words: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """What the model reads in place of `ids`, and the places that it shall predict.

        Of the tokens to predict 80 % become the mask, 10 % another token, 10 % stay.
        """
        places = select_masked_tokens(words, random, self.share)
        fate = random.random(len(places))
        others = random.integers(len(self._ordinary), size=len(places))
        shown = np.where(fate < MASKED, self.tokenizer.mask_id, ids[places])
        shown = np.where((fate >= MASKED) & (fate < MASKED + REPLACED), self._ordinary[others], shown)
        masked = ids.copy()
        masked[places] = shown
        return masked, places

    def get_config(self) -> dict[str, Any]:
        return {"tokenizer": self.tokenizer.get_config(), "max_length": self.max_length, "share": self.share}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "MaskedLMPreprocessor":
        return cls(Tokenizer.from_config(config["tokenizer"]), **{k: v for k, v in config.items() if k != "tokenizer"})
