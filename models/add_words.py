"""Words added to the vocabulary of an encoder."""

from collections.abc import Iterable, Sequence

import numpy as np
from keras import ops

from ..data.check_types import check_types
from ..data.text.tokenizer import Tokenizer
from .encoder import Encoder
from .presets.variable_paths import variable_paths

_BY_TOKEN = ("token_embedding.embeddings", "mlm_bias")


@check_types
def add_words(encoder: Encoder, words: Iterable[str]) -> Encoder:
    """Returns an encoder whose vocabulary has further words, each one token.

    The row of a word in the embeddings and in the output bias is the mean of its tokens' rows before, such as those of
    its characters. The new tokenizer cuts texts by jieba, with these words in its dictionary; train the encoder further
    before use.

    Args:
        encoder: `Encoder` with a tokenizer; it does not change.
        words: Words of two letters or Chinese characters or more. Those of the vocabulary are left out.

    Returns:
        The new encoder, with its `tokenizer`.

    Raises:
        ValueError: The encoder has no tokenizer or one that is not WordPiece, a word is no word, or the vocabulary has
            none of its characters.

    Example:

    >>> tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"量子计算机"]
    >>> sizes = {"hidden_size": 8, "num_layers": 1, "num_heads": 2, "intermediate_size": 16, "max_length": 16}
    >>> encoder = Encoder(vocab_size=len(tokens), **sizes)
    >>> encoder.tokenizer = Tokenizer(tokens)
    >>> larger = add_words(encoder, ["量子计算机"])
    >>> larger.tokenizer.tokens[larger.tokenizer.tokenize("量子计算机").ids[0]], larger.vocab_size
    ('量子计算机', 11)
    """
    tokenizer = encoder.tokenizer
    if tokenizer is None:
        raise ValueError("Expected an encoder with a tokenizer. Received: none.")
    if tokenizer.subwords is not None:
        raise ValueError(f"Expected a WordPiece vocabulary, which words can join. Received: {tokenizer.subwords.kind}.")
    known = set(tokenizer.tokens)
    spelled = (word.lower() if tokenizer.lowercase else word for word in words)
    new = [word for word in dict.fromkeys(spelled) if word not in known]
    pieces = _pieces(new, tokenizer)
    larger = Encoder.from_config(
        encoder.get_config() | {"vocab_size": encoder.vocab_size + len(new), "tokenizer": None}
    )
    larger.tokenizer = Tokenizer(
        [*tokenizer.tokens, *new],
        lowercase=tokenizer.lowercase,
        word_segmentation=True,
        user_dict=[*(tokenizer.user_dict or ()), *new],
    )
    old = variable_paths(encoder)
    for path, variable in variable_paths(larger).items():
        value = ops.convert_to_numpy(old[path].value)
        if path in _BY_TOKEN and new:
            value = np.concatenate([value, [value[ids].mean(axis=0) for ids in pieces]])
        variable.assign(value)
    return larger


def _pieces(words: Sequence[str], tokenizer: Tokenizer) -> list[np.ndarray]:
    """Returns the ids of each word's tokens, without unknown ones."""
    plain = Tokenizer(tokenizer.tokens, lowercase=tokenizer.lowercase)
    pieces = []
    for word, tokens in zip(words, plain.tokenize_batch(words), strict=True):
        ids = tokens.ids[tokens.ids != tokenizer.unk_id]
        if not word.isalnum() or len(word) < 2 or not len(ids):
            expected = "a word of two or more letters or characters, some of them in the vocabulary"
            raise ValueError(f"Expected {expected}. Received: {word!r}.")
        pieces.append(ids)
    return pieces
