"""Choice of texts that differ from each other."""

from collections.abc import Sequence

from ..text.text_units import metric_units


def diverse_texts(texts: Sequence[str], count: int) -> list[int]:
    """Chooses the first text, then one by one the text most unlike those chosen.

    Two texts are as alike as twice the number of common units and pairs of neighbouring units, divided by the number of
    both (Dice). Texts with all units in common are the same; each counts once.

    Args:
        texts: The texts, best first.
        count: Maximum number of texts to choose.

    Returns:
        Indices of the texts, in the order of the choice; ties go to the earlier text.

    Example:

    >>> diverse_texts(["谁去了北京？", "谁去了北京", "什么人去了北京？", "小李去了哪里？"], 3)
    [0, 3, 2]
    """
    features = [_features(text) for text in texts]
    likeness = [0.0] * len(texts)
    chosen = [0] if texts else []
    while chosen and len(chosen) < count:
        last = features[chosen[-1]]
        likeness = [
            max(known, 2 * len(own & last) / max(1, len(own) + len(last)) if own != last else 1.0)
            for known, own in zip(likeness, features, strict=True)
        ]
        best = min(range(len(texts)), key=lambda index: (likeness[index], index))
        if likeness[best] >= 1:
            break
        chosen.append(best)
    return chosen


def _features(text: str) -> frozenset[tuple[str, ...]]:
    units = metric_units(text)
    return frozenset([*zip(units), *zip(units, units[1:], strict=False)])
