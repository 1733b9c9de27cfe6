"""A WordPiece vocabulary from text."""

from collections.abc import Iterable

import tokenizers

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]


def build_vocabulary(
    texts: Iterable[str], size: int | None = None, lowercase: bool = True, min_frequency: int = 2
) -> list[str]:
    """The tokens of a BERT vocabulary for a corpus.

    The special tokens come first, `[unused1]` and `[unused2]` among them, then every character, alone and as a
    continuation where it occurs as one, then the merges that WordPiece training finds, each kind in order of its
    characters.

    Args:
        texts: The corpus, read once.
        size: Tokens wanted; characters are kept however many there are. None: characters only.
        lowercase: Whether text is lower-cased and accents are stripped, as the tokenizer will do.
        min_frequency: How often a merged pair must occur.

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
        vocab_size=size or 0, special_tokens=SPECIAL, min_frequency=min_frequency, show_progress=False
    )
    wordpiece.train_from_iterator(texts, trainer)
    found = set(wordpiece.get_vocab()) - set(SPECIAL)  # whose ids the trainer gives in another order in every process
    return SPECIAL + sorted(found, key=lambda token: (len(token.removeprefix("##")) > 1, token[:2] == "##", token))
