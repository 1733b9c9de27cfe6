"""WordPiece vocabularies built from text."""

import re
from collections.abc import Iterable, Sequence

import tokenizers

from ..check_types import check_types
from .chinese import CJK_RANGES
from .tokenizer import SPECIAL_TOKENS

WORD_PIECES = 8192
"""Default size of a vocabulary for text that separates words by spaces."""

_CHINESE, _LETTER = re.compile(f"[{CJK_RANGES}]"), re.compile(rf"[^\W\d_{CJK_RANGES}]")


@check_types
def build_vocabulary(
    texts: Iterable[str], size: int | None = None, *, lowercase: bool = True, min_frequency: int = 2
) -> list[str]:
    """Builds a BERT vocabulary from a corpus; the same one in every process.

    The special tokens come first, `[unused1]` and `[unused2]` among them. Every character follows, alone and, if it
    occurs inside a word, as a continuation. The merges that WordPiece training finds are last. Each kind is sorted.

    Args:
        texts: The corpus.
        size: Size of the vocabulary. All characters are kept, even if they are more. None: characters only if the
            corpus has more Chinese characters than letters of other scripts, else 8192 tokens.
        lowercase: Whether to lower-case text and strip accents. The tokenizer must do the same.
        min_frequency: Minimum number of occurrences of a merged pair.

    Returns:
        Tokens in the order of their ids, for `Tokenizer(tokens)`.

    Example:

    >>> build_vocabulary(["春天 5月12日"])[7:]
    ['1', '2', '5', '天', '日', '春', '月', '##2']
    >>> build_vocabulary(["the cat", "the hat"])[-3:]
    ['the', '##at', '##he']
    """
    texts = list(texts)
    if size is None:
        letters = sum(len(_LETTER.findall(text)) - len(_CHINESE.findall(text)) for text in texts)
        size = WORD_PIECES if letters > 0 else 0
    characters = _train(texts, 0, lowercase=lowercase, first=[])
    tokens = characters
    if size > len(SPECIAL_TOKENS) + len(characters):
        # The trainer breaks ties between merges by the order in which it met their parts, which differs between
        # processes unless it is given.
        tokens = _train(texts, size, lowercase=lowercase, min_frequency=min_frequency, first=characters)
    order = sorted(tokens, key=lambda token: (len(token.removeprefix("##")) > 1, token[:2] == "##", token))
    return [*SPECIAL_TOKENS, *order]


def _train(
    texts: Sequence[str], size: int, *, lowercase: bool, first: Sequence[str], min_frequency: int = 0
) -> list[str]:
    """Returns the sorted tokens of a WordPiece training, in which the tokens `first` have the first ids."""
    wordpiece = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="[UNK]"))
    wordpiece.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=lowercase)
    wordpiece.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    trainer = tokenizers.trainers.WordPieceTrainer(
        vocab_size=size,
        special_tokens=[*SPECIAL_TOKENS, *first],
        min_frequency=min_frequency,
        show_progress=False,
    )
    wordpiece.train_from_iterator(texts, trainer)
    return sorted(set(wordpiece.get_vocab()) - set(SPECIAL_TOKENS))
