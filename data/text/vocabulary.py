"""WordPiece vocabularies built from text."""

from collections.abc import Iterable

import tokenizers

from .tokenizer import SPECIAL_TOKENS


def build_vocabulary(
    texts: Iterable[str], size: int | None = None, *, lowercase: bool = True, min_frequency: int = 2
) -> list[str]:
    """Builds a BERT vocabulary from a corpus.

    The special tokens come first, `[unused1]` and `[unused2]` among them. Every character follows, alone and, if it
    occurs inside a word, as a continuation. The merges that WordPiece training finds are last. Each kind is sorted.

    Args:
        texts: The corpus, read once.
        size: Size of the vocabulary. All characters are kept, even if they are more. None: characters only.
        lowercase: Whether to lower-case text and strip accents. The tokenizer must do the same.
        min_frequency: Minimum number of occurrences of a merged pair.

    Returns:
        Tokens in the order of their ids, for `Tokenizer(tokens)`.

    Example:

    >>> build_vocabulary(["春天 5月12日"])[7:]
    ['1', '2', '5', '天', '日', '春', '月', '##2']
    """
    wordpiece = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="[UNK]"))
    wordpiece.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=lowercase)
    wordpiece.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    trainer = tokenizers.trainers.WordPieceTrainer(
        vocab_size=size or 0, special_tokens=list(SPECIAL_TOKENS), min_frequency=min_frequency, show_progress=False
    )
    wordpiece.train_from_iterator(texts, trainer)
    trained = set(wordpiece.get_vocab()) - set(SPECIAL_TOKENS)  # sorted, as the trainer's order differs between runs
    order = sorted(trained, key=lambda token: (len(token.removeprefix("##")) > 1, token[:2] == "##", token))
    return [*SPECIAL_TOKENS, *order]
