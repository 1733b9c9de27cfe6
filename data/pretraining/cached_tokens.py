"""Tokens of large corpora, kept in the user's cache folder for the next run."""

import contextlib
import hashlib
import io
import zipfile
from collections.abc import Sequence

import numpy as np

from ..check_types import check_types
from ..text.tokenizer import Tokenizer
from ..user_cache import read_cached, user_cache_folder, write_cached
from .tokenized_texts import TokenizedTexts, tokenize_texts

_MIN_CHARACTERS = 1 << 20  # fewer are tokenized in seconds
_NUM_KEPT = 4  # files in the cache, the newest


@check_types
def cached_tokens(texts: Sequence[str], tokenizer: Tokenizer, *, max_tokens: int, processes: int = 1) -> TokenizedTexts:
    """Reads the tokens of texts from the user's cache folder, or computes them and writes them there.

    A file is used for the same texts, tokenizer and `max_tokens` only. The folder keeps the newest four; texts of less
    than a million characters are computed each time.

    Args:
        texts: As in `tokenize_texts`.
        tokenizer: As in `tokenize_texts`.
        max_tokens: As in `tokenize_texts`.
        processes: As in `tokenize_texts`.

    Returns:
        `TokenizedTexts`.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天好。"])
    >>> cached_tokens(["今天好。"], tokenizer, max_tokens=8).ids.tolist()
    [5, 6, 7, 8]
    """
    if sum(map(len, texts)) < _MIN_CHARACTERS:
        return tokenize_texts(texts, tokenizer, max_tokens=max_tokens, processes=processes)
    name = f"tokens-{_digest(texts, tokenizer, max_tokens)}.npz"
    tokens = _read(name)
    if tokens is None:
        tokens = tokenize_texts(texts, tokenizer, max_tokens=max_tokens, processes=processes)
        content = io.BytesIO()
        np.savez(content, **tokens._asdict())
        write_cached(name, content.getvalue())
        _remove_old()
    return tokens


def _digest(texts: Sequence[str], tokenizer: Tokenizer, max_tokens: int) -> str:
    digest = hashlib.sha256(repr((tokenizer.get_config(), max_tokens, len(texts))).encode("utf-8", "surrogatepass"))
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


def _read(name: str) -> TokenizedTexts | None:
    """Returns the tokens of a file in the cache; None if there is none, or if it is damaged."""
    path = read_cached(name)
    if path is None:
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return TokenizedTexts(*(arrays[field] for field in TokenizedTexts._fields))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _remove_old() -> None:
    folder = user_cache_folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):  # another training may remove the same files
        files = sorted(folder.glob("tokens-*.npz"), key=lambda file: file.stat().st_mtime)
        for file in files[:-_NUM_KEPT]:
            file.unlink(missing_ok=True)
