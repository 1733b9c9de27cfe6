"""BLEU over a corpus, Chinese or English."""

import re
from collections.abc import Sequence

from ..data.text.chinese import CHINESE


def bleu_4(predictions: Sequence[str], references: Sequence[str]) -> float:
    """Corpus BLEU with n-grams up to 4: characters of Chinese, words of what holds no Chinese.

    Args:
        predictions: the texts to score.
        references: one text for each.

    Returns:
        A number in [0, 1].

    Raises:
        ValueError: the two are not as long as each other.

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
    chinese = any(re.search(CHINESE, text) for text in references)
    return BLEU(tokenize="zh" if chinese else "13a").corpus_score(list(predictions), [list(references)]).score / 100
