"""Sample corpus: everyday Chinese passages with titles and question-answer pairs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..check_types import check_types
from .pattern import Pattern, read_patterns
from .sample_passage import SamplePassage

_PATTERNS = Path(__file__).parent / "patterns"
_NEW_DOMAINS = ("hotels", "performances")
_NUM_HELD_OUT, _NUM_NEW = 200, 100


@dataclass(frozen=True, slots=True)
class SampleCorpus:
    """Training passages and three evaluation sets, each further from them.

    Args:
        train: Training passages.
        held_out: Passages of training patterns with names, numbers and places that never occur in training. Their
            characters do: 4000 training passages contain all of them.
        new_patterns: Passages of training domains, but of patterns (a fifth of all) and values that never occur in
            training.
        new_domains: Passages of two domains, and with values, that never occur in training.
    """

    train: list[SamplePassage]
    held_out: list[SamplePassage]
    new_patterns: list[SamplePassage]
    new_domains: list[SamplePassage]


@check_types
def sample_corpus(count: int = 4000, seed: int = 0) -> SampleCorpus:
    """Generates passages from hand-written patterns.

    The held-out values, patterns and domains are fixed; they do not depend on the seed. Ordinary words, such as
    colours and days of the week, may occur on both sides.

    Args:
        count: Number of training passages, all distinct.
        seed: Seed of the random choices.

    Returns:
        The corpus: `count` training passages, 200 held out, 100 each of new patterns and new domains.

    Raises:
        ValueError: `count` is less than 1.

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
    of_training_domains = [pattern for pattern in patterns if pattern.domain not in _NEW_DOMAINS]
    new_patterns = of_training_domains[3::5]
    training_patterns = [pattern for pattern in of_training_domains if pattern not in new_patterns]
    of_new_domains = [pattern for pattern in patterns if pattern.domain in _NEW_DOMAINS]
    return SampleCorpus(
        train=_draw_passages(training_patterns, rng, count=count, held_out=False),
        held_out=_draw_passages(training_patterns, rng, count=_NUM_HELD_OUT, held_out=True),
        new_patterns=_draw_passages(new_patterns, rng, count=_NUM_NEW, held_out=True),
        new_domains=_draw_passages(of_new_domains, rng, count=_NUM_NEW, held_out=True),
    )


@cache
def _patterns() -> list[Pattern]:
    files = sorted(_PATTERNS.glob("*.txt"))
    return [pattern for file in files for pattern in read_patterns(file.read_text("utf-8"), file.stem)]


def _draw_passages(
    patterns: Sequence[Pattern], rng: random.Random, *, count: int, held_out: bool
) -> list[SamplePassage]:
    """Draws distinct passages, equally many of each pattern, in random order."""
    passages: dict[str, SamplePassage] = {}
    while len(passages) < count:
        passage = patterns[len(passages) % len(patterns)].fill(rng, held_out)
        passages[passage.text] = passage
    drawn = list(passages.values())
    rng.shuffle(drawn)
    return drawn
