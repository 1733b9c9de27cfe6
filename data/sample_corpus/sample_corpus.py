"""A corpus to try things on: everyday Chinese passages with titles and question-answer pairs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .pattern import Pattern, read_patterns
from .sample_passage import SamplePassage

PATTERNS = Path(__file__).parent / "patterns"
NEW_DOMAINS = ("hotels", "performances")
HELD_OUT, NEW = 200, 100


@dataclass(frozen=True, slots=True)
class SampleCorpus:
    """Passages to train on and three sets of passages to measure on.

    Args:
        train: Passages to train on.
        held_out: Passages of the training patterns whose names, numbers and places never occur in training; their
            characters do (4000 training passages hold all of them).
        new_patterns: Passages of the training domains, of patterns (a fifth) and values that training never sees.
        new_domains: Passages of two domains, and with values, that training never sees.
    """

    train: list[SamplePassage]
    held_out: list[SamplePassage]
    new_patterns: list[SamplePassage]
    new_domains: list[SamplePassage]


def sample_corpus(count: int = 4000, seed: int = 0) -> SampleCorpus:
    """Draw passages from hand-written patterns.

    Which values, patterns and domains are held out is fixed and does not depend on the seed. Ordinary words, such as
    colours and days of the week, may occur on both sides.

    Args:
        count: Passages to train on, all distinct.
        seed: Fixes the draw.

    Returns:
        The corpus: `count` training passages, 200 held out, 100 each of new patterns and new domains.

    Raises:
        ValueError: If `count` is below 1.

    Example:
        >>> corpus = sample_corpus(count=10, seed=0)
        >>> passage = corpus.train[0]
        >>> passage.title
        '胡华老师的公开课'
        >>> passage.pairs[0]
        ('胡华在哪所小学教书？', '荷潭小学', 12)
        >>> passage.text[12:16]
        '荷潭小学'
    """
    if count < 1:
        raise ValueError(f"Expected a count of 1 or more. Received: {count}.")
    rng = random.Random(seed)
    patterns = _patterns()
    known = [pattern for pattern in patterns if pattern.domain not in NEW_DOMAINS]
    unseen = known[3::5]
    trained = [pattern for pattern in known if pattern not in unseen]
    other = [pattern for pattern in patterns if pattern.domain in NEW_DOMAINS]
    return SampleCorpus(
        _distinct(trained, count, rng, held_out=False),
        _distinct(trained, HELD_OUT, rng, held_out=True),
        _distinct(unseen, NEW, rng, held_out=True),
        _distinct(other, NEW, rng, held_out=True),
    )


@cache
def _patterns() -> list[Pattern]:
    files = sorted(PATTERNS.glob("*.txt"))
    return [pattern for file in files for pattern in read_patterns(file.read_text("utf-8"), file.stem)]


def _distinct(patterns: Sequence[Pattern], count: int, rng: random.Random, held_out: bool) -> list[SamplePassage]:
    """Distinct passages, as many of each pattern, in random order."""
    passages: dict[str, SamplePassage] = {}
    while len(passages) < count:
        passage = patterns[len(passages) % len(patterns)].fill(rng, held_out)
        passages[passage.text] = passage
    drawn = list(passages.values())
    rng.shuffle(drawn)
    return drawn
