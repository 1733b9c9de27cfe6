"""Vocabulary of another library's checkpoint, with the row of the table that belongs to each token."""

import logging
import re
from pathlib import Path

from ...data.text.tokenizer import Tokenizer
from ...data.text.tokenizer_json import TOKENIZER_JSON, read_tokenizer_json
from .checkpoint import Checkpoint

TABLE, PAD = "token_embedding.embeddings", "[PAD]"
OTHER_VOCABULARIES = {
    "vocab.json": "a byte-level BPE",
    "sentencepiece.bpe.model": "SentencePiece",
    "spiece.model": "SentencePiece",
}
_CHINESE_WORD = re.compile("[\u4e00-\u9fff]{2,}")
_MIN_WORDS = 0.1  # fraction of Chinese words in a vocabulary for RoFormer or WoBERT

logger = logging.getLogger(__name__)


def read_vocabulary(checkpoint: Checkpoint) -> Tokenizer:
    """Reads the vocab.txt of a checkpoint, or else its tokenizer.json.

    Ids are numbers of lines, as in transformers: of a token that occurs twice, the last line counts. Rows without a
    token are left out, and so are tokens after the last row where the configuration declares as many tokens as there
    are rows. `[PAD]` gets the id 0. A warning notes each.

    Args:
        checkpoint: The checkpoint.

    Returns:
        The tokenizer. Where its ids are not the numbers of the rows, `checkpoint_rows` has these.

    Raises:
        ValueError: vocab.txt is missing, is not UTF-8, lacks a special token, or has more tokens than rows.
    """
    path, lowercase = checkpoint.vocab_path, checkpoint.lowercase
    json_path = path.with_name(TOKENIZER_JSON)
    if path.is_file():
        lines = _read_lines(path)
    elif json_path.is_file():
        saved = read_tokenizer_json(json_path)
        path, lines, lowercase = json_path, saved.tokens, saved.lowercase
    else:
        other = next((name for name in OTHER_VOCABULARIES if (path.parent / name).is_file()), None)
        if other is not None:
            raise ValueError(
                f"{path.parent}: expected vocab.txt, a WordPiece vocabulary. Received: {other}, "
                f"{OTHER_VOCABULARIES[other]}, which Tokenizer does not read; use a model with vocab.txt."
            )
        raise ValueError(f"{path.parent}: vocab.txt is missing; add it or pass a tokenizer.")
    table = checkpoint.tensors.get(TABLE)
    num_rows = table.shape[0] if table is not None and table.shape else len(lines)
    if len(lines) > num_rows == checkpoint.config.get("vocab_size"):
        logger.warning("%s: ignoring the %d tokens after the %d rows", path, len(lines) - num_rows, num_rows)
        lines = lines[:num_rows]
    row_of = {token: row for row, token in enumerate(lines)}
    rows = sorted(row_of.values(), key=lambda row: (lines[row] != PAD, row))
    if len(rows) < len(lines):
        logger.warning("%s: ignoring %d tokens that a later line repeats", path, len(lines) - len(rows))
    if len(lines) < num_rows:
        logger.warning("%s: ignoring the %d rows after the %d tokens", path, num_rows - len(lines), len(lines))
    tokens = [lines[row] for row in rows]
    words = sum(_CHINESE_WORD.fullmatch(token) is not None for token in tokens)
    # No vocabulary of lowercased text holds a capital letter.
    lowercase = "A" not in row_of if lowercase is None else lowercase
    fits = rows == list(range(num_rows))
    try:
        return Tokenizer(
            tokens,
            lowercase=lowercase,
            word_segmentation=words > _MIN_WORDS * len(tokens),
            checkpoint_rows=None if fits else rows,
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _read_lines(path: Path) -> list[str]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected a vocabulary in UTF-8. Received: {error}.") from None
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]  # a token may be U+2028
