"""Reads the tokenizer.json of Hugging Face's tokenizers, and the vocab.json and merges.txt of a byte-level BPE."""

from pathlib import Path
from typing import Any

from ..read_json import read_json
from .subwords import SPECIAL_NAMES, Subwords
from .tokenizer import Tokenizer

TOKENIZER_JSON, BPE_VOCABULARY, BPE_MERGES = "tokenizer.json", "vocab.json", "merges.txt"
_EXPECTED = "a WordPiece tokenizer as BERT has it"
_KINDS = "WordPiece, byte-level BPE or Unigram"
_UNSUPPORTED = ("byte_fallback", "ignore_merges", "continuing_subword_prefix", "end_of_word_suffix")
_UNUSED = "madeupword"  # of RoBERTa


def read_tokenizer_json(path: Path) -> Tokenizer:
    """Reads the vocabulary and the rules of a WordPiece, byte-level BPE or Unigram tokenizer.

    Added tokens extend the vocabulary; an id without a token becomes `[unusedN]`. The special tokens `<pad>`, `<unk>`,
    `<s>`, `</s>` and `<mask>` are named as BERT's: `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`.

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
    if isinstance(model, dict) and kind in ("BPE", "Unigram"):
        return _read_subwords(content, model, kind, path)
    if not isinstance(model, dict) or kind != "WordPiece" or not isinstance(vocab, dict):
        cure = "pass a tokenizer, or take a model whose folder has a vocab.txt"
        raise ValueError(f"{path}: expected {_KINDS}. Received: the kind {kind}; {cure}.")
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


def read_vocab_and_merges(folder: Path) -> Tokenizer:
    """Reads the vocab.json and merges.txt of a byte-level BPE, as RoBERTa was published.

    Args:
        folder: The folder of both; add_prefix_space of a tokenizer_config.json beside them counts too.

    Raises:
        ValueError: A file is missing, or they do not fit each other.
    """
    path, settings = folder / BPE_MERGES, folder / "tokenizer_config.json"
    if not path.is_file():
        raise ValueError(f"{folder}: {BPE_MERGES} is missing; put it beside {BPE_VOCABULARY}.")
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected merges in UTF-8. Received: {error}.") from None
    prefix = settings.is_file() and read_json(settings).get("add_prefix_space") is True
    content = {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True}}
    merges = [line for line in lines if line and not line.startswith("#version")]
    model = {"vocab": read_json(folder / BPE_VOCABULARY), "merges": merges}
    return _read_subwords(content, model, "BPE", folder / BPE_VOCABULARY)


def _read_subwords(content: dict[str, Any], model: dict[str, Any], kind: Any, path: Path) -> Tokenizer:
    unsupported = next((name for name in _UNSUPPORTED if model.get(name)), None)
    if unsupported is not None:
        raise ValueError(f"{path}: expected {kind} without {unsupported}. Received: {model[unsupported]!r}.")
    vocab, merges, scores = model.get("vocab"), model.get("merges"), {}
    if kind == "Unigram" and isinstance(vocab, list) and all(map(_is_pair, vocab)):
        scores = dict(vocab)
        vocab = {token: index for index, (token, _) in enumerate(vocab)}
    if not isinstance(vocab, dict) or kind == "BPE" and not isinstance(merges, list):
        raise ValueError(f"{path}: expected the vocabulary of {kind}; save the tokenizer again.")
    names = _tokens(vocab, content.get("added_tokens") or [], path)
    own = {name: token for token, name in SPECIAL_NAMES.items()}
    tokens = [own.get(name) or _unused(name) or name for name in names]
    missing = next((token for token in SPECIAL_NAMES if token not in tokens), None)
    if missing is not None:
        raise ValueError(
            f"{path}: expected a vocabulary with {SPECIAL_NAMES[missing]} or {missing}. Received: neither."
        )
    rules: Any = [scores.get(name, 0.0) for name in names]
    if isinstance(merges, list) and kind == "BPE":
        rules = [merge if isinstance(merge, str) else " ".join(map(str, merge)) for merge in merges]
    normalizer, pre_tokenizer = content.get("normalizer"), content.get("pre_tokenizer")
    try:
        subwords = Subwords(kind=kind, rules=rules, normalizer=normalizer, pre_tokenizer=pre_tokenizer or {})
        return Tokenizer(tokens, subwords=subwords)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _is_pair(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)


def _unused(name: str) -> str:
    number = name.removeprefix(_UNUSED)
    return f"[unused{int(number) + 1}]" if number != name and number.isascii() and number.isdigit() else ""


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
