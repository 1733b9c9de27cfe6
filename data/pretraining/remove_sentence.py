"""Removal of one sentence of a sequence, for a model that learns to write it."""

import numpy as np

from .packed_texts import PackedSequence

MIN_TOKENS = 4  # of a removed sentence


def remove_sentence(
    sequence: PackedSequence, random: np.random.Generator, *, mask_id: int, end_id: int, max_length: int
) -> tuple[PackedSequence, np.ndarray]:
    """Replaces a random sentence of a sequence by one mask token.

    Titles and questions on lines of their own are sentences, too.

    Args:
        sequence: `PackedSequence`.
        random: Random number generator.
        mask_id: int. Token that takes the place of the sentence; it has no word and no sentence number.
        end_id: int. Last token of the target.
        max_length: int. Maximum number of tokens of the target.

    Returns:
        The sequence without the sentence, and the target: its tokens and `end_id`, int32 `[t]`. If no sentence of at
        least 4 tokens fits, or there is only one, the sequence is unchanged and the target is empty.

    Example:

    >>> words = np.array([-1, 0, 1, 2, 3, 4, 5, 6, 7, -1])
    >>> sequence = PackedSequence(np.array([2, *range(10, 18), 3]), words, np.array([-1, *[0] * 4, *[1] * 4, -1]))
    >>> rest, target = remove_sentence(sequence, np.random.default_rng(0), mask_id=4, end_id=3, max_length=8)
    >>> rest.ids.tolist(), target.tolist()
    ([2, 10, 11, 12, 13, 4, 3], [14, 15, 16, 17, 3])

    Reference:
        Zhang et al., PEGASUS, arXiv 1912.08777 (gap sentences).
    """
    counts = np.bincount(sequence.sentences[sequence.sentences >= 0])
    fitting = np.flatnonzero((counts >= MIN_TOKENS) & (counts < max_length))
    if len(counts) < 2 or not len(fitting):
        return sequence, np.zeros(0, "int32")
    removed = np.flatnonzero(sequence.sentences == random.choice(fitting))
    target = np.append(sequence.ids[removed], end_id).astype("int32")
    rest = [np.delete(column, removed[1:]) for column in sequence]
    for column, value in zip(rest, (mask_id, -1, -1), strict=True):
        column[removed[0]] = value
    return PackedSequence(*rest), target
