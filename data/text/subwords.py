"""Byte-level BPE and Unigram: the rules that cut text into tokens, beside the vocabulary."""

import codecs
import dataclasses
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import tokenizers

from .detokenize import is_wide

SPECIAL_NAMES = {"[PAD]": "<pad>", "[UNK]": "<unk>", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}
"""Names that RoBERTa and XLM-RoBERTa give to the special tokens."""

_SPACE = "\u2581"  # in pieces of SentencePiece
_STEPS = {
    "normalizer": (
        "normalizers",
        "NFC NFD NFKC NFKD Nmt Lowercase StripAccents Strip Precompiled Replace".split(),
    ),
    "pre_tokenizer": ("pretokenizers", "ByteLevel Metaspace WhitespaceSplit Digits Punctuation".split()),
}
_NEEDED_STEP = {"BPE": "ByteLevel", "Unigram": "Metaspace"}
_REPLACED_PATTERN = " {2,}"  # the only regular expression: another one could take forever
_PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]
_BYTES = {chr(byte): byte for byte in _PRINTABLE} | {
    chr(256 + number): byte for number, byte in enumerate(sorted(set(range(256)) - set(_PRINTABLE)))
}


class Word(NamedTuple):
    """A word of token ids: `text`; the positions `first`, of its first token, and `end`, after its last; `joined`,
    whether it follows the word before without a space, None if the tokens do not tell.
    """

    text: str
    first: int
    end: int
    joined: bool | None


@dataclass(frozen=True, kw_only=True)
class Subwords:
    """Rules of a byte-level BPE or Unigram tokenizer.

    Args:
        kind: `"BPE"` over bytes, as in RoBERTa, or `"Unigram"`, as in XLM-RoBERTa.
        rules: Of BPE the merges, each two tokens with a space between, first ones first; of Unigram the log-probability
            of each token.
        normalizer: Normalizer as in a tokenizer.json; None: none.
        pre_tokenizer: Pre-tokenizer as in a tokenizer.json.

    Raises:
        ValueError: A rule has another type, or a step of normalization or pre-tokenization is not supported.

    Example:
        >>> Subwords(kind="BPE", rules=["a b"], pre_tokenizer={"type": "ByteLevel"}).lowercases
        False

    Reference:
        Sennrich et al., arXiv 1508.07909; Kudo, arXiv 1804.10959;
        https://huggingface.co/docs/tokenizers/components
    """

    kind: Literal["BPE", "Unigram"]
    rules: Sequence[str] | Sequence[float]
    pre_tokenizer: Mapping[str, Any]
    normalizer: Mapping[str, Any] | None = None

    def __post_init__(self):
        if self.kind not in _NEEDED_STEP:
            raise ValueError(f"Expected kind 'BPE' or 'Unigram'. Received: {self.kind!r}.")
        accepts = _is_merge if self.kind == "BPE" else _is_number
        wrong = [rule for rule in self.rules if not accepts(rule)]
        if wrong:
            expected = "two tokens for each merge" if self.kind == "BPE" else "a number for each token"
            raise ValueError(f"Expected {expected}. Received: {wrong[0]!r}.")
        for part in _STEPS:
            for step in _steps(getattr(self, part), part):
                _check_step(step, part)
        kinds = [step["type"] for step in _steps(self.pre_tokenizer, "pre_tokenizer")]
        if _NEEDED_STEP[self.kind] not in kinds:
            received = ", ".join(kinds) or "none"
            raise ValueError(
                f"Expected a pre-tokenizer {_NEEDED_STEP[self.kind]} with {self.kind}. Received: {received}."
            )

    @classmethod
    def from_config(cls, config: Any) -> "Subwords":
        """Returns the rules of a configuration, see `get_config`."""
        names = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(config, dict) or set(config) != names or not isinstance(config["rules"], list):
            raise ValueError(f"Expected subwords with {', '.join(sorted(names))}. Received: {str(config)[:80]}.")
        return cls(**config)

    def get_config(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @property
    def lowercases(self) -> bool:
        """Whether the normalizer lowercases."""
        return any(step["type"] == "Lowercase" for step in _steps(self.normalizer, "normalizer"))

    def build(self, tokens: Sequence[str], *, unmatched: Iterable[str]) -> tokenizers.Tokenizer:
        """Returns the tokenizer of a vocabulary, without special tokens.

        Args:
            tokens: The vocabulary.
            unmatched: Tokens that no text contains.

        Raises:
            ValueError: The rules do not fit the vocabulary.
        """
        if self.kind == "Unigram" and len(self.rules) != len(tokens):
            raise ValueError(f"Expected {len(self.rules)} tokens, one for each number. Received: {len(tokens)}.")
        hidden = set(unmatched)
        # No piece contains a space: a name with one never matches.
        names = [f" {token}" if token in hidden else token for token in tokens]
        model = self._model(names, unknown=" [UNK]")
        content = {"version": "1.0", "added_tokens": [], "model": model, "post_processor": None, "decoder": None}
        content |= {"normalizer": self.normalizer, "pre_tokenizer": self.pre_tokenizer}
        built = guarded(tokenizers.Tokenizer.from_str, json.dumps(content))
        guarded(built.encode, "a b")
        return built

    def to_json(self, tokens: Sequence[str]) -> str:
        """Returns the content of a tokenizer.json, with the special tokens named as in RoBERTa."""
        ids = {token: index for index, token in enumerate(tokens)}
        special = [
            {"id": ids[token], "content": name, "special": True, "lstrip": name == "<mask>"}
            | dict.fromkeys(("single_word", "rstrip", "normalized"), False)
            for token, name in SPECIAL_NAMES.items()
        ]
        ends = {"cls": ["<s>", ids["[CLS]"]], "sep": ["</s>", ids["[SEP]"]], "trim_offsets": True}
        decoder: dict[str, Any] = {"type": _NEEDED_STEP[self.kind]}
        details = {"replacement": _SPACE, "prepend_scheme": "always", "split": True}
        details = details if self.kind == "Unigram" else dict.fromkeys(("add_prefix_space", "trim_offsets"), True)
        content = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": sorted(special, key=lambda token: token["id"]),
            "normalizer": self.normalizer,
            "pre_tokenizer": self.pre_tokenizer,
            "post_processor": {"type": "RobertaProcessing", **ends, "add_prefix_space": False},
            "decoder": decoder | details,
            "model": self._model([SPECIAL_NAMES.get(token, token) for token in tokens], unknown="<unk>"),
        }
        return json.dumps(content, ensure_ascii=False) + "\n"

    def selected(self, tokens: Sequence[str], rows: Sequence[int] | np.ndarray) -> "Subwords":
        """Returns the rules for some tokens of a vocabulary, in the order of `rows`."""
        if self.kind == "Unigram":
            return dataclasses.replace(self, rules=[self.rules[row] for row in rows])
        kept = {tokens[row] for row in rows}
        rules = [rule for rule in map(str, self.rules) if kept.issuperset((*rule.split(" "), rule.replace(" ", "")))]
        return dataclasses.replace(self, rules=rules)

    def parts(self, tokens: Iterable[str]) -> set[str]:
        """Returns tokens and all tokens that BPE merges on the way to them."""
        merges: dict[str, list[str]] = {}
        for rule in map(str, self.rules) if self.kind == "BPE" else ():
            merges.setdefault(rule.replace(" ", ""), []).extend(rule.split(" "))
        found, waiting = set(), list(tokens)
        while waiting:
            token = waiting.pop()
            if token not in found:
                found.add(token)
                waiting += merges.get(token, ())
        return found

    def contents(self, tokens: Sequence[str]) -> list[bytes]:
        """Returns the text of each token in UTF-8, with spaces; a token of BPE may hold a part of a character."""
        if self.kind == "Unigram":
            return [token.replace(_SPACE, " ").encode("utf-8", "replace") for token in tokens]
        known = _BYTES.keys()
        return [
            bytes(map(_BYTES.__getitem__, token)) if known >= set(token) else token.encode("utf-8", "replace")
            for token in tokens
        ]

    def _model(self, names: Sequence[str], *, unknown: str) -> dict[str, Any]:
        if self.kind == "Unigram":
            vocab = [list(pair) for pair in zip(names, self.rules, strict=True)]
            return {"type": "Unigram", "unk_id": names.index(unknown), "vocab": vocab, "byte_fallback": False}
        return {
            "type": "BPE",
            "unk_token": unknown,
            "vocab": {name: index for index, name in enumerate(names)},
            "merges": [str(rule).split(" ") for rule in self.rules],
            **dict.fromkeys(("dropout", "continuing_subword_prefix", "end_of_word_suffix")),
            **dict.fromkeys(("fuse_unk", "byte_fallback", "ignore_merges"), False),
        }


def guarded(function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a function of tokenizers; all its errors become ValueError."""
    try:
        return function(*arguments)
    except Exception as error:
        raise ValueError(f"Expected a tokenizer that works. Received: {' '.join(str(error).split())[:200]}.") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, which derives from BaseException
            raise
        raise ValueError(f"Expected a tokenizer that works. Received: {str(error)[:200]}.") from None


def continues_word(text: str, offsets: np.ndarray) -> np.ndarray:
    """Returns bool `[n]`, True at tokens that continue the word of the token before.

    Words are runs of letters and digits of scripts that write spaces; every other character is one.

    Args:
        text: The text.
        offsets: int `[n, 2]`, start and end of each token, see `Tokenizer.tokenize`.
    """
    starts, ends = offsets[:, 0], offsets[:, 1]
    inside = np.array([*map(_is_letter, text), False], bool)
    continues = inside[starts] & (starts > 0) & inside[starts - 1]
    continues[1:] |= starts[1:] < ends[:-1]  # a character in several tokens
    continues[:1] = False
    return continues


def trim_spaces(text: str, offsets: np.ndarray, *, is_blank: np.ndarray) -> None:
    """Takes the spaces at the start of tokens out of their offsets, in place; blank tokens become empty."""
    starts, ends = offsets[:, 0], offsets[:, 1]
    positions = [len(text) if character.isspace() else place for place, character in enumerate(text)]
    following = np.minimum.accumulate(np.array([*positions, len(text)], np.int32)[::-1])[::-1]
    np.minimum(following[starts], ends, out=starts)
    ends[is_blank] = starts[is_blank]


def subword_words(ids: Iterable[int], contents: Sequence[bytes], *, left_out: set[int]) -> list[Word]:
    """Returns the words of token ids; a broken character is `[UNK]`.

    Args:
        ids: Token ids.
        contents: Text of each token of the vocabulary, see `Subwords.contents`.
        left_out: Special tokens that are left out.
    """
    words: list[Word] = []
    space = False
    for text, first, end in _characters(ids, contents, left_out=left_out):
        space = space or text[:1].isspace()
        stripped = text.strip()
        if stripped:
            last = words[-1] if words else None
            if last and not space and (_is_letter(last.text[-1]) and _is_letter(stripped[0]) or first < last.end):
                words[-1] = last._replace(text=last.text + stripped, end=end)
            else:
                words.append(Word(stripped, first, end, not space if words else None))
            space = text[-1:].isspace()
    return words


def _characters(ids: Iterable[int], contents: Sequence[bytes], *, left_out: set[int]) -> Iterator[tuple[str, int, int]]:
    """Yields texts of whole characters with the positions of their first token and after their last."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    first, position = 0, -1
    for position, index in enumerate(ids):
        data = b"" if int(index) in left_out else contents[int(index)]
        text = decoder.decode(data).replace("\ufffd", "[UNK]")
        if text:
            yield text, first, position + 1
        if not decoder.getstate()[0]:
            first = position + 1
        elif text:
            first = position
    if rest := decoder.decode(b"", final=True):
        yield rest.replace("\ufffd", "[UNK]"), first, position + 1


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" and not is_wide(character)


def _is_merge(rule: Any) -> bool:
    return isinstance(rule, str) and rule.count(" ") == 1 and rule.strip() == rule


def _is_number(rule: Any) -> bool:
    return isinstance(rule, int | float) and not isinstance(rule, bool) and abs(rule) < 1e30


def _steps(component: Any, part: str) -> list[dict[str, Any]]:
    """Returns the steps of a normalizer or pre-tokenizer, those of sequences one by one."""
    if component is None:
        return []
    if not isinstance(component, dict) or not isinstance(component.get("type"), str):
        raise ValueError(f"Expected a {part} with a type. Received: {str(component)[:80]}.")
    if component["type"] != "Sequence":
        return [component]
    inner = component.get(_STEPS[part][0])
    return [step for item in (inner if isinstance(inner, list) else []) for step in _steps(item, part)]


def _check_step(step: Mapping[str, Any], part: str) -> None:
    kind, supported = step["type"], _STEPS[part][1]
    if kind not in supported:
        raise ValueError(f"Expected a {part} of {', '.join(supported)}. Received: {kind}.")
    pattern = step.get("pattern")
    regex = pattern.get("Regex", _REPLACED_PATTERN) if isinstance(pattern, dict) else _REPLACED_PATTERN
    if kind == "Replace" and regex != _REPLACED_PATTERN:
        raise ValueError(f"Expected a string to replace, or {_REPLACED_PATTERN!r}. Received: {regex!r}.")
    if kind == "Metaspace" and step.get("replacement", _SPACE) != _SPACE:
        raise ValueError(f"Expected Metaspace with {_SPACE!r}. Received: {step['replacement']!r}.")
    if kind == "ByteLevel" and step.get("use_regex", True) is not True:
        raise ValueError("Expected ByteLevel with use_regex true. Received: false.")
