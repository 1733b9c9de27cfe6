"""Which tokens of a text make up a word."""

import numpy as np


def whole_words(text: str, offsets: np.ndarray, is_continuation: np.ndarray) -> np.ndarray:
    """The words of a text as numbers of its tokens: jieba's for Chinese, WordPiece's for everything else.

    A token belongs to the word of the token before it if it continues it (`##`), or if jieba has both in one word.

    Args:
        text: The text.
        offsets: int `[n, 2]`, code points of the tokens.
        is_continuation: bool `[n]`.

    Returns:
        int32 `[n]`, rising from 0.

    Example:
        >>> from textzoo.data import Tokenizer
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好", "go", "##ing"])
        >>> tokens = tokenizer.tokenize("今天going天气好")
        >>> whole_words("今天going天气好", tokens.offsets, tokenizer.is_continuation[tokens.ids]).tolist()
        [0, 0, 1, 1, 2, 2, 3]

    Reference:
        Cui et al., arXiv 1906.08101.
    """
    import jieba

    jieba.setLogLevel("WARNING")
    number_at = np.zeros(len(text) + 1, "int32")
    for number, (_, start, end) in enumerate(jieba.tokenize(text)):
        number_at[start:end] = number
    words = number_at[offsets[:, 0]]
    begins = np.ones(len(words), bool)
    begins[1:] = (words[1:] != words[:-1]) & ~is_continuation[1:]
    return (np.cumsum(begins) - 1).astype("int32")
