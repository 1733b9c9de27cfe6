"""Reads the tokenizer.json of Hugging Face's tokenizers."""

from pathlib import Path
from typing import Any

from ..preset_config import read_json
from .tokenizer import Tokenizer

TOKENIZER_JSON = "tokenizer.json"
_EXPECTED = "a WordPiece tokenizer as BERT has it"


def read_tokenizer_json(path: Path) -> Tokenizer:
    """Reads the vocabulary and the lowercasing of a WordPiece tokenizer.

    Added tokens extend the vocabulary; an id without a token becomes `[unusedN]`.

    Args:
        path: The file.

    Raises:
        ValueError: The file holds another kind of tokenizer, or steps that `Tokenizer` does not do; the message names
            them.

    Example:
        >>> import json
        >>> tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "北"]
        >>> model = {"type": "WordPiece", "vocab": {token: index for index, token in enumerate(tokens)}}
        >>> content = {"model": model, "normalizer": {"type": "BertNormalizer", "lowercase": True}}
        >>> _ = Path("tokenizer.json").write_text(json.dumps(content))
        >>> read_tokenizer_json(Path("tokenizer.json")).tokenize("北").ids.tolist()
        [5]

    Reference:
        https://huggingface.co/docs/tokenizers/components
    """
    content = read_json(path)
    model = content.get("model")
    kind = model.get("type", "WordPiece") if isinstance(model, dict) else None
    vocab = model.get("vocab") if isinstance(model, dict) else None
    if not isinstance(model, dict) or kind != "WordPiece" or not isinstance(vocab, dict):
        cure = "pass a tokenizer, or take a model whose folder has a vocab.txt"
        raise ValueError(f"{path}: expected {_EXPECTED}. Received: the kind {kind}; {cure}.")
    prefix = model.get("continuing_subword_prefix", "##")
    if prefix != "##":
        raise ValueError(f"{path}: expected {_EXPECTED}, with the prefix '##'. Received: {prefix!r}.")
    pre_tokenizer = content.get("pre_tokenizer")
    received = pre_tokenizer.get("type") if isinstance(pre_tokenizer, dict) else pre_tokenizer
    if received not in (None, "BertPreTokenizer"):
        raise ValueError(f"{path}: expected {_EXPECTED}, with BertPreTokenizer. Received: {received}.")
    tokens = _tokens(vocab, content.get("added_tokens") or [], path)
    try:
        return Tokenizer(tokens, lowercase=_lowercases(content.get("normalizer"), path))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _tokens(vocab: dict[str, Any], added: Any, path: Path) -> list[str]:
    """Returns the tokens in the order of their ids."""
    ids = dict(vocab)
    for token in added if isinstance(added, list) else []:
        if isinstance(token, dict) and isinstance(token.get("content"), str):
            ids.setdefault(token["content"], token.get("id"))
    by_id: dict[int, str] = {}
    for token, index in ids.items():
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < 2 * len(ids) + 1000:
            raise ValueError(f"{path}: expected an id from 0 for each token. Received: {index!r} for {token!r}.")
        if by_id.setdefault(index, token) != token:
            raise ValueError(
                f"{path}: expected one token per id. Received: {by_id[index]!r} and {token!r} for {index}."
            )
    tokens = []
    for index in range(max(by_id, default=-1) + 1):
        name = f"[unused{index}]"
        tokens.append(by_id.get(index, name if name not in ids else f"[unused{index}0000]"))
    return tokens


def _lowercases(normalizer: Any, path: Path) -> bool:
    """Returns whether a normalizer lowercases, as BERT does or leaves out along with the removal of accents."""
    steps = normalizer.get("normalizers") if isinstance(normalizer, dict) and "normalizers" in normalizer else None
    steps = ([normalizer] if normalizer else []) if steps is None else steps
    lowercase, accents = False, None
    for step in steps:
        kind = step.get("type") if isinstance(step, dict) else None
        if kind == "BertNormalizer":
            lowercase = step.get("lowercase", True) is True
            accents = step.get("strip_accents")
            if step.get("handle_chinese_chars", True) is not True:
                raise ValueError(f"{path}: expected {_EXPECTED}. Received: handle_chinese_chars false.")
        elif kind == "Lowercase":
            lowercase = True
        elif kind == "StripAccents":
            accents = True
        elif kind not in ("NFC", "NFD", "NFKC", "NFKD"):
            raise ValueError(f"{path}: expected {_EXPECTED}. Received: the normalizer {kind}.")
    if accents is not None and accents is not lowercase:
        received = f"strip_accents {str(accents).lower()} with lowercase {str(lowercase).lower()}"
        raise ValueError(f"{path}: expected {_EXPECTED}, with both or neither. Received: {received}.")
    return lowercase
