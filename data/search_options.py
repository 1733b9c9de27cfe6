"""Options of beam searches."""

from dataclasses import dataclass

from .check_counts import check_counts, check_range, is_whole_number

MAX_LENGTH_PENALTY = 10


# Slots leave no room for weak references. `tf.function` compares such arguments by value; it would bind a trace of any
# other object to the lifetime of that object.
@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Options of all beam searches. Equal options share one trace of a compiled loop.

    Args:
        num_beams: int. Number of beams; each search says what its beams are.
        length_penalty: float from 0 to 10, the exponent α of the length normalisation ((5 + n) / 6)^α; 0
            ranks by plain sums.
        min_length: int. Minimum number of tokens before the end token.
        no_repeat_ngram_size: int. No n-gram of this size occurs twice in a sequence; 0 turns the rule off.

    Raises:
        ValueError: `num_beams` is below 1, another option is negative or no number, or `length_penalty` is above 10.

    Example:

    >>> SearchOptions(num_beams=4, length_penalty=0.6).min_length
    0

    Reference:
        Wu et al., arXiv 1609.08144 (length penalty).
    """

    num_beams: int
    length_penalty: float = 0.0
    min_length: int = 0
    no_repeat_ngram_size: int = 0

    def __post_init__(self):
        check_counts(num_beams=self.num_beams)
        sizes = self.min_length, self.no_repeat_ngram_size
        if not all(is_whole_number(size) and size >= 0 for size in sizes):
            raise ValueError(
                "Expected min_length and no_repeat_ngram_size of 0 or more. "
                f"Received: {self.min_length} and {self.no_repeat_ngram_size}"
            )
        check_range("length_penalty", self.length_penalty, minimum=0, maximum=MAX_LENGTH_PENALTY)

    def check_max_length(self, max_length: int) -> None:
        """Raises `ValueError` if `min_length` exceeds `max_length`."""
        if self.min_length > max_length:
            raise ValueError(f"Expected min_length of at most max_length {max_length}. Received: {self.min_length}")
