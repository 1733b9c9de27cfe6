"""Options of beam searches."""

from dataclasses import dataclass


# Slots leave no room for weak references. `tf.function` compares such arguments by value; it would bind a trace of any
# other object to the lifetime of that object.
@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Options of all beam searches. Equal options share one trace of a compiled loop.

    Args:
        num_beams: int. Number of beams; each search says what its beams are.
        length_penalty: float >= 0, the exponent α of the length normalisation ((5 + n) / 6)^α; 0 ranks by plain sums.
        min_length: int. Minimum number of tokens before the end token.
        no_repeat_ngram_size: int. No n-gram of this size occurs twice in a sequence; 0 turns the rule off.

    Raises:
        ValueError: `num_beams` is below 1, or another option is negative.

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
        if self.num_beams < 1:
            raise ValueError(f"Expected num_beams of 1 or more. Received: {self.num_beams}")
        if self.min_length < 0 or self.no_repeat_ngram_size < 0:
            raise ValueError(
                "Expected min_length and no_repeat_ngram_size of 0 or more. "
                f"Received: {self.min_length} and {self.no_repeat_ngram_size}"
            )
        if self.length_penalty < 0:
            raise ValueError(f"Expected length_penalty of 0 or more. Received: {self.length_penalty}")

    def check_max_length(self, max_length: int) -> None:
        """Raises `ValueError` if `min_length` exceeds `max_length`."""
        if self.min_length > max_length:
            raise ValueError(f"Expected min_length of at most max_length {max_length}. Received: {self.min_length}")
