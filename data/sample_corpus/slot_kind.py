"""A kind of value that a slot of a pattern takes."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass

SALT = 1873  # one with which about a fifth is held out of the small ranges of numbers too


@dataclass(frozen=True, slots=True)
class SlotKind:
    """How the values of a slot are drawn, and which of them are kept out of training.

    A value is a core in a form: core `松溪`, form `{}图书馆`. The split goes by the core alone, so a place name or a
    number that is held out is held out in every form.

    Args:
        draw: `draw(rng)` gives a core.
        form: What stands around the core.
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
        """A core on the wanted side of the split."""
        while True:
            core = self.draw(rng)
            if self.shared or is_held_out(core) == held_out:
                return core


def is_held_out(core: str) -> bool:
    """Whether a core belongs to the fifth of all names, numbers and places that training never sees."""
    digest = hashlib.blake2b(f"{SALT}/{core}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 5 == 0
