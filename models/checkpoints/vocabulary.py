"""Vocabulary of another library's checkpoint, with the row of the table that belongs to each token."""

import json
import logging
import re
import shlex
from pathlib import Path

import numpy as np

from ...data.read_json import read_json
from ...data.text.tokenizer import Tokenizer
from ...data.text.tokenizer_json import (
    BPE_VOCABULARY,
    TOKENIZER_JSON,
    read_tokenizer_json,
    read_vocab_and_merges,
)
from .checkpoint import Checkpoint

TABLE, PAD = "token_embedding.embeddings", "[PAD]"
SENTENCEPIECE = ("sentencepiece.bpe.model", "spiece.model")
_CHINESE_WORD = re.compile("[\u4e00-\u9fff]{2,}")
_MIN_WORDS = 0.1  # fraction of Chinese words in a vocabulary for RoFormer or WoBERT

logger = logging.getLogger(__name__)


def read_vocabulary(checkpoint: Checkpoint) -> Tokenizer:
    """Reads the vocab.txt of a checkpoint, or else its tokenizer.json, or else its vocab.json and merges.txt.

    Ids are numbers of lines, as in transformers: of a token that occurs twice, the last line counts. Rows without a
    token are left out, and so are tokens after the last row where the configuration declares as many tokens as there
    are rows. `[PAD]` gets the id 0. A warning notes each.

    Args:
        checkpoint: The checkpoint.

    Returns:
        The tokenizer. Where its ids are not the numbers of the rows, `checkpoint_rows` has these.

    Raises:
        ValueError: No such file is there, or it is broken, lacks a special token, or has more tokens than rows; or the
            vocabulary is one of parts of words that another program finds, such as MeCab.
    """
    path, lowercase, saved = checkpoint.vocab_path, checkpoint.lowercase, None
    folder = path.parent
    _check_words(folder / "tokenizer_config.json")
    if path.is_file():
        lines = _read_lines(path)
    else:
        if (folder / TOKENIZER_JSON).is_file():
            path = folder / TOKENIZER_JSON
            saved = read_tokenizer_json(path)
        elif (folder / BPE_VOCABULARY).is_file():
            path = folder / BPE_VOCABULARY
            saved = read_vocab_and_merges(folder)
        else:
            raise ValueError(_missing_vocabulary_message(folder))
        lines, lowercase = saved.tokens, saved.lowercase
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
    fits = rows == list(range(num_rows))
    if saved is not None and saved.subwords is not None:
        return saved.with_rows(np.array(rows), None if fits else np.array(rows))
    tokens = [lines[row] for row in rows]
    words = sum(_CHINESE_WORD.fullmatch(token) is not None for token in tokens)
    # No vocabulary of lowercased text holds a capital letter.
    lowercase = "A" not in row_of if lowercase is None else lowercase
    try:
        return Tokenizer(
            tokens,
            lowercase=lowercase,
            word_segmentation=words > _MIN_WORDS * len(tokens),
            checkpoint_rows=None if fits else rows,
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _check_words(path: Path) -> None:
    words = read_json(path).get("word_tokenizer_type") if path.is_file() else None
    if words not in (None, "basic"):
        raise ValueError(
            f"{path}: expected the words of BERT's tokenizer. Received: word_tokenizer_type {words}; use a model whose "
            "tokenizer is BertTokenizer."
        )


def _missing_vocabulary_message(folder: Path) -> str:
    model = next((name for name in SENTENCEPIECE if (folder / name).is_file()), None)
    if model is None:
        return f"{folder}: vocab.txt is missing; add it or pass a tokenizer."
    path = json.dumps(str(folder), ensure_ascii=False)
    code = f"import transformers; transformers.AutoTokenizer.from_pretrained({path}).save_pretrained({path})"
    return (
        f"{folder}: expected {TOKENIZER_JSON}. Received: {model}, a file of SentencePiece, which is not read. "
        f"Convert it where transformers and sentencepiece are installed: python -c {shlex.quote(code)}"
    )


def _read_lines(path: Path) -> list[str]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected a vocabulary in UTF-8. Received: {error}.") from None
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]  # a token may be U+2028
