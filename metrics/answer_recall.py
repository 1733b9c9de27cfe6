"""How many of the reference answers were generated."""

from collections.abc import Sequence

from .f1 import character_f1


def answer_recall(
    generated: Sequence[Sequence[str]], references: Sequence[Sequence[str]], k: int, level: float | None = None
) -> float:
    """The share of reference answers that are among the first k generated ones of their passage.

    Args:
        generated: for each passage its answers, best first.
        references: for each passage its reference answers; one that stands twice counts once.
        k: how many of the generated ones count.
        level: `character_f1` from which an answer counts as found; None: it must be the same.

    Returns:
        A number in [0, 1]; 0 without references.

    Raises:
        ValueError: the two are not as long as each other.

    Example:

    >>> generated, references = [["小李", "上周一"]], [["周一", "小李"]]
    >>> answer_recall(generated, references, k=2), answer_recall(generated, references, k=2, level=0.5)
    (0.5, 1.0)
    """
    if len(generated) != len(references):
        raise ValueError(f"Expected references for {len(generated)} passages. Received: {len(references)}")
    found = wanted = 0
    for mine, gold in zip(generated, references, strict=True):
        for answer in set(gold):
            wanted += 1
            found += any(_same(one, answer, level) for one in mine[:k])
    return found / wanted if wanted else 0.0


def _same(one: str, other: str, level: float | None) -> bool:
    return one == other if level is None else character_f1(one, other) >= level
