"""Training records of gap-sentence pretraining."""

from typing import Any

import numpy as np

from ...data.pretraining.remove_sentence import remove_sentence
from ..masked_lm.masked_lm_training_data import MaskedLMTrainingData


class GapSentenceTrainingData(MaskedLMTrainingData):
    """Training records of texts without one sentence and with masked words in the rest.

    A record is one of `MaskedLMTrainingData` and `target_ids` int32 `[1, t]`, the removed sentence and its end token;
    t is 0 if no sentence fits.

    Args:
        texts: Texts, which are packed into sequences once, or `PackedTexts`.
        preprocessor: `GapSentencePreprocessor`.
        seed: int. Fixes the sentences and the masks.
        redraw: bool. Whether a record has another sentence and new masks in every epoch, see `at_epoch`.

    Raises:
        ValueError: no text has a token of the vocabulary.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> from textzoo.models import GapSentencePreprocessor
    >>> text = "今天天气很好。大家都去公园。"
    >>> preprocessor = GapSentencePreprocessor(Tokenizer(build_vocabulary([text])))
    >>> record = GapSentenceTrainingData([text], preprocessor)[0]
    >>> len(record["ids"]), record["target_ids"].shape
    (10, (1, 8))

    Reference:
        Zhang et al., PEGASUS, arXiv 1912.08777.
    """

    def __getitem__(self, index: Any) -> Any:
        random, tokenizer = self._rngs(index), self.preprocessor.tokenizer
        rest, target = remove_sentence(
            self.sequences[index],
            random,
            mask_id=tokenizer.mask_id,
            end_id=tokenizer.sep_id,
            max_length=self.preprocessor.max_target_length,
        )
        return self._masked(rest.ids, rest.words, random=random) | {"target_ids": np.atleast_2d(target)}
