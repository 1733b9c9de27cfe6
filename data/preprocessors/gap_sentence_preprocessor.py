"""Preprocessor of gap-sentence pretraining: packed texts, masks and the longest sentence to remove."""

from typing import Any

from ..check_types import check_types
from ..text.tokenizer import Tokenizer
from .masked_lm_preprocessor import MaskedLMPreprocessor


class GapSentencePreprocessor(MaskedLMPreprocessor):
    """Packs and masks texts as `MaskedLMPreprocessor` does; a sentence of `max_target_length` tokens may be removed.

    Args:
        tokenizer: `Tokenizer` with a mask token.
        max_length: int. Maximum number of tokens of a sequence.
        masked_fraction: float. Fraction of the tokens to predict.
        max_target_length: int. Maximum number of tokens of a removed sentence, its end token included.

    Call arguments:
        examples: as in `MaskedLMPreprocessor`.

    Returns:
        As `MaskedLMPreprocessor`.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好"])
    >>> GapSentencePreprocessor(tokenizer, max_target_length=16).max_target_length
    16

    Reference:
        Zhang et al., PEGASUS, arXiv 1912.08777.
    """

    @check_types
    def __init__(
        self,
        tokenizer: Tokenizer,
        *,
        max_length: int = 256,
        masked_fraction: float = 0.15,
        max_target_length: int = 32,
    ):
        super().__init__(tokenizer, max_length=max_length, masked_fraction=masked_fraction)
        self.max_target_length = max_target_length

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"max_target_length": self.max_target_length}
