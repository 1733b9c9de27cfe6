"""Preprocessor of masked language modeling: texts to packed sequences with masked words."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..check_types import check_types
from ..pretraining.packed_texts import PackedTexts
from ..text.tokenizer import Tokenizer
from ..text.whole_word_masking import select_masked_tokens
from .preprocessor import Preprocessor, padded

MASK_RATE, RANDOM_RATE = 0.8, 0.1


class MaskedLMPreprocessor(Preprocessor):
    """Packs texts into sequences `[CLS] text [SEP] text [SEP]` and masks whole words of them.

    Args:
        tokenizer: `Tokenizer` with a mask token.
        max_length: int. Maximum number of tokens of a sequence, [CLS] and [SEP] included; longer texts are split at
            sentence ends.
        masked_fraction: float. Fraction of the tokens to predict.

    Call arguments:
        examples: a text, or several, each with one mask or more. For training see `MaskedLMTrainingData`.

    Returns:
        dict of `ids` int32 `[b, s]` and `positions` int32 `[b, k]`, the positions of the masks; a text with fewer than
        k masks has zeros after them.

    Raises:
        ValueError: `masked_fraction` is out of range.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好"])
    >>> preprocessor = MaskedLMPreprocessor(tokenizer, max_length=9)
    >>> [(ids.tolist(), words.tolist()) for ids, words, _ in preprocessor.pack(["今天好", "天气好"])]
    [([2, 5, 6, 8, 3, 6, 7, 8, 3], [-1, 0, 0, 1, -1, 2, 2, 3, -1])]
    >>> preprocessor("今天[MASK]好")["positions"].tolist()
    [[3, 0, 0, 0, 0, 0, 0, 0]]

    Reference:
        Devlin et al., BERT, arXiv 1810.04805; Cui et al., whole word masking, arXiv 1906.08101.
    """

    @check_types
    def __init__(self, tokenizer: Tokenizer, *, max_length: int = 256, masked_fraction: float = 0.15):
        super().__init__(tokenizer)
        if not 0 < masked_fraction <= 1:
            raise ValueError(f"Expected masked_fraction in (0, 1]. Received: {masked_fraction}")
        self.max_length = max_length
        self.masked_fraction = masked_fraction
        special = [len(token) > 2 and token[0] == "[" and token[-1] == "]" for token in tokenizer.tokens]
        self._replacement_ids = np.flatnonzero(~np.array(special))

    def __call__(self, examples: str | Sequence[str]) -> dict[str, np.ndarray]:
        rows = [self.masked_ids(text) for text in ([examples] if isinstance(examples, str) else examples)]
        mask_id = self.tokenizer.mask_id
        return padded(
            [{"ids": row, "positions": np.flatnonzero(row == mask_id).astype("int32")} for row in rows],
            "ids",
            "positions",
        )

    def masked_ids(self, text: str, mask: str = "[MASK]") -> np.ndarray:
        """Encodes a text with masks, int32 `[s]`.

        Args:
            text: A text with one mask or more, each for one token.
            mask: String that marks a mask in the text.

        Raises:
            ValueError: the text has no mask, or more tokens than `max_length`.
        """
        parts = text.split(mask)
        if len(parts) == 1:
            raise ValueError(f"Expected a text with {mask} in it. Received: {text[:40]!r}")
        ids = [self.tokenizer.cls_id]
        if self.tokenizer.subwords is not None:
            parts[:-1] = map(str.rstrip, parts[:-1])  # the mask of BPE and Unigram holds the space before it
        for part in parts:
            ids += [*self.tokenizer.tokenize(part).ids.tolist(), self.tokenizer.mask_id]
        ids[-1] = self.tokenizer.sep_id
        if len(ids) > self.max_length:
            raise ValueError(f"Expected a text of at most {self.max_length} tokens. Received: {len(ids)} tokens")
        return np.array(ids, "int32")

    def pack(self, texts: Sequence[str]) -> PackedTexts:
        """Packs texts into sequences; `PackedTexts` are returned unchanged.

        Raises:
            ValueError: no text has a token of the vocabulary, or packed texts have longer sequences.
        """
        if not isinstance(texts, PackedTexts):
            return PackedTexts(texts, self.tokenizer, max_length=self.max_length)
        if texts.max_length > self.max_length:
            raise ValueError(f"Expected sequences of at most {self.max_length} tokens. Received: {texts.max_length}")
        return texts

    def mask(self, ids: np.ndarray, words: np.ndarray, *, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Masks whole words of a sequence.

        Of the tokens to predict, 80 % become the mask token, 10 % a random token, and 10 % stay unchanged.

        Args:
            ids: int32 `[n]`, a sequence of `pack`.
            words: int32 `[n]`, its word numbers.
            random: Random number generator.

        Returns:
            The masked ids int32 `[n]`, and the k positions to predict int64 `[k]`.
        """
        positions = select_masked_tokens(words, random, fraction=self.masked_fraction)
        uniforms = random.random(len(positions))
        replacements = self._replacement_ids[random.integers(len(self._replacement_ids), size=len(positions))]
        new_ids = np.where(uniforms < MASK_RATE, self.tokenizer.mask_id, ids[positions])
        is_replaced = (uniforms >= MASK_RATE) & (uniforms < MASK_RATE + RANDOM_RATE)
        masked = ids.copy()
        masked[positions] = np.where(is_replaced, replacements, new_ids)
        return masked, positions

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"max_length": self.max_length, "masked_fraction": self.masked_fraction}
