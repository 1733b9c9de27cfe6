"""Few distinct lengths: every new shape costs a compilation."""

from collections.abc import Sequence

BUCKETS = (8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512)


def bucket(length: int, sizes: Sequence[int] = BUCKETS) -> int:
    """The length that `length` is padded to: the smallest of `sizes` that holds it, else a multiple of the largest.

    Example:
        >>> bucket(33), bucket(64), bucket(600)
        (48, 64, 1024)
    """
    fitting = [size for size in sizes if size >= length]
    return min(fitting) if fitting else -(-length // max(sizes)) * max(sizes)
