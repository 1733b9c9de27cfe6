"""The memory that decoding takes, computed before it begins."""

import os
import re
from pathlib import Path
from typing import NamedTuple

_MEMORY_INFO, _AVAILABLE = Path("/proc/meminfo"), re.compile(r"^MemAvailable: +(\d+) kB$", re.MULTILINE)
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_FALLBACK = 8 << 30
_CACHE_COPIES = 2  # a beam search gathers the cache of the next step while it holds this one's
_LOGIT_COPIES = 6  # logits, log-probabilities, and the continuations sorted by them
_TOKEN_COPIES = 6  # prefixes, finished sequences and candidates for both


class DecoderSizes(NamedTuple):
    """Sizes of a model that determine the memory of its decoding; `item_size` is the bytes of a cached number."""

    num_layers: int
    hidden_size: int
    vocab_size: int
    item_size: int = 4


def decoding_bytes(sizes: DecoderSizes, *, streams: int, length: int) -> int:
    """Estimates the bytes that a decoding loop holds: keys and values of all layers, logits and tokens.

    Args:
        sizes: Sizes of the model.
        streams: Number of sequences written at once: sources x answers x beams.
        length: Number of tokens of a sequence.

    Example:
        >>> decoding_bytes(DecoderSizes(num_layers=2, hidden_size=8, vocab_size=20), streams=3, length=10)
        9840
    """
    cache = 2 * sizes.num_layers * sizes.hidden_size * length * sizes.item_size
    logits_and_tokens = 4 * (_LOGIT_COPIES * sizes.vocab_size + _TOKEN_COPIES * length)
    return streams * (_CACHE_COPIES * cache + logits_and_tokens)


def check_decoding_memory(sizes: DecoderSizes, *, streams: int, length: int, options: str) -> None:
    """Checks that a decoding loop fits into half of the memory that is available.

    Args:
        sizes: Sizes of the model.
        streams: As in `decoding_bytes`.
        length: As in `decoding_bytes`.
        options: The options that determine the number of streams, with their values, for the message.

    Raises:
        ValueError: The loop needs more.
    """
    needed, limit = decoding_bytes(sizes, streams=streams, length=length), available_memory() // 2
    if needed > limit:
        raise ValueError(
            f"{options} need {needed / 2**30:.1f} GiB for {streams} sequences of {length} tokens, more than the "
            f"{limit / 2**30:.1f} GiB that are half of the available memory; lower them."
        )


def available_memory() -> int:
    """Returns the bytes that this machine has available, at most the container's; 8 GiB where the system does not tell.

    Where the available memory is unknown, it is all of the machine's.
    """
    limits = []
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    if _MEMORY_INFO.is_file() and (line := _AVAILABLE.search(_MEMORY_INFO.read_text(encoding="ascii"))):
        limits.append(int(line[1]) << 10)
    for path in map(Path, _CGROUP_LIMITS):
        text = path.read_text(encoding="ascii").strip() if path.is_file() else ""
        limits += [int(text)] if text.isdecimal() else []
    return min(limits, default=_FALLBACK)
