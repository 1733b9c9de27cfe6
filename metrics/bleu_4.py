"""BLEU over a corpus, Chinese or English."""

import re
from collections.abc import Sequence

from ..data.check_types import check_types
from ..data.text.chinese import CHINESE


@check_types
def bleu_4(predictions: Sequence[str], references: Sequence[str]) -> float:
    """Computes corpus BLEU with n-grams up to 4.

    If a reference holds Chinese, the units are sacrebleu's `zh` tokens (Chinese characters one by one), else its
    `13a` tokens (words).

    Args:
        predictions: The texts to score.
        references: The reference of each text.

    Returns:
        A number in [0, 1]; 0 without texts.

    Raises:
        ValueError: `predictions` and `references` differ in length.

    Example:

    >>> round(bleu_4(["展览在哪里举行？"], ["展览在哪里开始？"]), 4)
    0.5411

    Reference:
        Papineni et al. 2002; Post 2018, https://github.com/mjpost/sacrebleu (tokenizers zh and 13a).
    """
    from sacrebleu.metrics.bleu import BLEU

    if len(predictions) != len(references):
        raise ValueError(f"Expected references for {len(predictions)} texts. Received: {len(references)}")
    if not predictions:
        return 0.0
    has_chinese = any(re.search(CHINESE, text) for text in references)
    return BLEU(tokenize="zh" if has_chinese else "13a").corpus_score(list(predictions), [list(references)]).score / 100
