"""Kinds of values that fill the slots of a pattern, split into training and held-out values."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass

_SALT = 1873  # chosen so that about a fifth of small ranges of numbers is held out too


@dataclass(frozen=True, slots=True)
class SlotKind:
    """A distribution of slot values, with a split into training and held-out values.

    A value is a core in a form: core `松溪`, form `{}图书馆`. The split depends only on the core, so a held-out place
    name or number is held out in every form.

    Args:
        draw: `draw(rng)` returns a core.
        form: Format string for the core.
        shared: Whether the values are ordinary words, which training and held-out passages may share.

    Example:
        >>> library = SlotKind(lambda rng: rng.choice(["松溪", "云屏"]), "{}图书馆")
        >>> library.form.format(library.draw(random.Random(0)))
        '云屏图书馆'
    """

    draw: Callable[[random.Random], str]
    form: str = "{}"
    shared: bool = False

    def core(self, rng: random.Random, held_out: bool) -> str:
        """Draws a core of one side of the split."""
        while True:
            core = self.draw(rng)
            if self.shared or is_held_out(core) == held_out:
                return core


def is_held_out(core: str) -> bool:
    """Returns whether a core belongs to the fifth of all names, numbers and places that never occurs in training."""
    digest = hashlib.blake2b(f"{_SALT}/{core}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 5 == 0
