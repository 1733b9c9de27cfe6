"""Tokens for the masks of a text, by a model of any engine."""

import numpy as np

from ..check_counts import check_counts
from ..preprocessors.masked_lm_preprocessor import MaskedLMPreprocessor
from ..text.check_texts import check_text


class MaskFilling:
    """Method that fills masks, for the models of every engine.

    A subclass has a `preprocessor` and the method `mask_logits`.
    """

    preprocessor: MaskedLMPreprocessor

    def mask_logits(self, ids: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Computes the logits `[k, vocab]` at k positions of a sequence of ids `[s]`."""
        raise NotImplementedError

    def fill(self, text: str, *, top_k: int = 5, mask: str = "[MASK]") -> list[list[tuple[str, float]]]:
        """Fills the masks of a text.

        Args:
            text: A text with one mask or more, each for one token.
            top_k: int. Number of tokens per mask.
            mask: String that marks a mask in the text.

        Returns:
            For every mask its most probable tokens and their probabilities, most probable first. A token of BPE or
            Unigram begins with the space before it.

        Raises:
            ValueError: the text has no mask, or more tokens than `preprocessor.max_length`.
        """
        check_text(text)
        check_text(mask, "mask")
        check_counts(top_k=top_k)
        tokenizer = self.preprocessor.tokenizer
        texts = tokenizer.token_texts
        ids = self.preprocessor.masked_ids(text, mask)
        logits = self.mask_logits(ids, np.flatnonzero(ids == tokenizer.mask_id))
        exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
        probabilities = exponentials / exponentials.sum(axis=-1, keepdims=True)
        best = np.argsort(-probabilities, axis=-1)[:, :top_k]
        return [
            [(texts[int(i)], float(token_probabilities[i])) for i in top]
            for token_probabilities, top in zip(probabilities, best, strict=True)
        ]
