"""Tokenizer with offsets in the original string: BERT's WordPiece, byte-level BPE or Unigram."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tokenizers

from ..check_types import check_types
from ..files import write_atomically
from .check_texts import described
from .detokenize import detokenize
from .subwords import Subwords, Word, continues_word, guarded, subword_words, trim_spaces
from .word_segmentation import new_word_segmenter, word_segmenter

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]")
"""Special tokens that a built or pruned vocabulary contains."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_COMBINING_MARKS = re.compile("[\u0300-\u036f\u1160-\u11ff\u3099\u309a]+")  # accents, Hangul parts, kana voicing
_NOT_GENERATABLE = re.compile(r"\[(PAD|UNK|CLS|MASK|unused\d+)\]")
_ASCII_CHARACTER = re.compile("(##)?[!-~]")  # these can spell every English word
_BATCH = 1024


class Tokens(NamedTuple):
    """The tokens of a text: `ids` int32 [n]; `offsets` int32 [n, 2], start and end in code points of the text."""

    ids: np.ndarray
    offsets: np.ndarray


class Encoding(NamedTuple):
    """`[CLS] text [SEP]`: `ids` int32 [n]; `offsets` int32 [n, 2] as in `Tokens`, (-1, -1) at the special tokens."""

    ids: np.ndarray
    offsets: np.ndarray


class Tokenizer:
    """BERT WordPiece over any vocabulary, or with `subwords` byte-level BPE or Unigram.

    With WordPiece every Chinese character is a token, and case and accents are removed only with `lowercase`, as in
    Google's BERT. A literal `[SEP]` or `[MASK]` in a text is text, never a special token. Offsets are Python code
    points of the original text; the space that a token of BPE or Unigram begins with is outside them.

    Args:
        tokens: The vocabulary, in the order of the ids. It contains `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]` and `[MASK]`.
        lowercase: False for vocabularies made with `do_lower_case=False`. The normalizer of `subwords` decides it.
        word_segmentation: True for word-level vocabularies such as WoBERT's. A word that jieba finds and the
            vocabulary contains becomes one token. The rest becomes characters and word pieces.
        user_dict: Path or lines of a jieba dictionary, used with `word_segmentation`.
        checkpoint_rows: int [vocab_size]. After pruning, the row of each token in the embeddings of the unpruned
            checkpoint.
        subwords: Rules of BPE or Unigram, see `read_tokenizer_json`.

    Raises:
        ValueError: A special token is missing, a token occurs twice, `checkpoint_rows` has another length, or
            `subwords` does not fit the vocabulary.

    Example:
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "北", "京", "is", "big", "##ger"])
        >>> ids, offsets = tokenizer.tokenize("北京 is BIGGER")
        >>> ids.tolist(), offsets.tolist()
        ([5, 6, 7, 8, 9], [[0, 1], [1, 2], [3, 5], [6, 9], [9, 12]])
        >>> tokenizer.decode(ids)
        '北京is bigger'
        >>> tokenizer.encode("北京", max_length=8).ids.tolist()
        [2, 5, 6, 3]
    """

    @check_types
    def __init__(
        self,
        tokens: Sequence[str],
        *,
        lowercase: bool = True,
        word_segmentation: bool = False,
        user_dict: str | PathLike | Sequence[str] | None = None,
        checkpoint_rows: Sequence[int] | np.ndarray | None = None,
        subwords: Subwords | None = None,
    ):
        self.tokens = list(tokens)
        self.subwords = subwords
        self.lowercase = lowercase if subwords is None else subwords.lowercases
        if subwords is not None and word_segmentation:
            raise ValueError(f"Expected a WordPiece vocabulary with word_segmentation. Received: {subwords.kind}.")
        self.word_segmentation = word_segmentation
        if isinstance(user_dict, str | PathLike):
            user_dict = Path(user_dict).read_text(encoding="utf-8").split("\n")
        self.user_dict = None if user_dict is None else list(user_dict)
        self._ids = {token: index for index, token in enumerate(self.tokens)}
        if len(self._ids) != len(self.tokens):
            repeated = next(token for index, token in enumerate(self.tokens) if self._ids[token] != index)
            raise ValueError(f"The vocabulary's tokens must be distinct. Received: {repeated!r} twice.")
        self.checkpoint_rows = None if checkpoint_rows is None else np.asarray(checkpoint_rows, dtype=np.int32)
        if self.checkpoint_rows is not None and self.checkpoint_rows.shape != (len(self.tokens),):
            raise ValueError(
                f"Expected one checkpoint row for each of {len(self.tokens)} tokens. "
                f"Received: checkpoint_rows of shape {self.checkpoint_rows.shape}."
            )
        self.pad_id = self.token_to_id("[PAD]")
        self.unk_id = self.token_to_id("[UNK]")
        self.cls_id = self.token_to_id("[CLS]")
        self.sep_id = self.token_to_id("[SEP]")
        self.mask_id = self.token_to_id("[MASK]")
        if subwords is not None:
            self.tokenize("")  # raises here if the rules are wrong

    @classmethod
    def from_vocab(cls, path: str | PathLike, **kwargs: Any) -> "Tokenizer":
        """Reads a vocab.txt: UTF-8, one token per line, the first with id 0.

        Args:
            path: The file.
            **kwargs: `lowercase`, `word_segmentation`, `user_dict`, `checkpoint_rows` of the constructor.

        Raises:
            ValueError: Two lines contain the same token, a special token is missing, or the file is not UTF-8.
        """
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: expected a vocabulary in UTF-8. Received: {error}.") from None
        tokens = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]  # a token may be U+2028
        first_line: dict[str, int] = {}
        for number, token in enumerate(tokens, 1):
            if first_line.setdefault(token, number) != number:
                raise ValueError(
                    f"{path}, line {number}: expected each token once. "
                    f"Received: {token!r}, which line {first_line[token]} contains already."
                )
        try:
            return cls(tokens, **kwargs)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    @property
    def vocab_size(self) -> int:
        return len(self.tokens)

    @cached_property
    def is_continuation(self) -> np.ndarray:
        """bool [vocab_size], True at tokens that continue a word (`##ing`), of BPE and Unigram at those without space.

        See `continues_word` for the tokens of a text.
        """
        if self.subwords is not None:
            return self.is_generatable & np.array([not content.startswith(b" ") for content in self._contents])
        return np.array([token.startswith("##") and len(token) > 2 for token in self.tokens])

    @cached_property
    def is_generatable(self) -> np.ndarray:
        """bool [vocab_size], True at tokens of text and at `[SEP]`, which ends a generated text."""
        return np.array([_NOT_GENERATABLE.fullmatch(token) is None for token in self.tokens])

    @cached_property
    def is_blank(self) -> np.ndarray:
        """bool [vocab_size], True at tokens of BPE and Unigram that hold only space."""
        if self.subwords is None:
            return np.zeros(self.vocab_size, bool)
        return np.array([content.isspace() for content in self._contents])

    @property
    def token_texts(self) -> Sequence[str]:
        """Text of each token: of WordPiece the token, of BPE and Unigram its characters, with a space at the start."""
        if self.subwords is None:
            return self.tokens
        return [content.decode(errors="replace") for content in self._contents]

    @property
    def file_name(self) -> str:
        """Name of the file that `save` writes, `vocab.txt` or `tokenizer.json`."""
        return "vocab.txt" if self.subwords is None else "tokenizer.json"

    def token_to_id(self, token: str) -> int:
        """Returns the id of a token; raises ValueError if the vocabulary does not contain it."""
        try:
            return self._ids[token]
        except KeyError:
            raise ValueError(
                f"Expected a token of the vocabulary ({len(self.tokens)} tokens). Received: {token!r}."
            ) from None

    def tokenize(self, text: str) -> Tokens:
        """Tokenizes a text, without special tokens."""
        return self.tokenize_batch([text])[0]

    def tokenize_batch(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokenizes many texts in parallel, each as `tokenize` does."""
        for text in texts:
            if not isinstance(text, str):
                raise ValueError(f"Expected text to be a string. Received: {described(text)}.")
        clean = [_LONE_SURROGATE.sub("\ufffd", text) for text in texts]
        clean = ["" if text.isspace() else text for text in clean]
        encodings = guarded(self._model.encode_batch, clean, False, False)
        results = []
        for text, encoding in zip(clean, encodings, strict=True):
            ids = np.array(encoding.ids, dtype=np.int32)
            offsets = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)
            if self.subwords is None:
                _cover_marks(text, offsets)
            else:
                trim_spaces(text, offsets, is_blank=self.is_blank[ids])
            tokens = Tokens(ids, offsets)
            results.append(self._merge_words(text, tokens) if self.word_segmentation else tokens)
        return results

    def continues_word(self, text: str, tokens: Tokens) -> np.ndarray:
        """Returns bool `[n]`, True at the tokens of a text that continue the word of the token before."""
        if self.subwords is None:
            return self.is_continuation[tokens.ids]
        return continues_word(text, tokens.offsets)

    def encode(self, text: str, max_length: int | None = None) -> Encoding:
        """Encodes a text with its special tokens.

        Args:
            text: The text.
            max_length: Maximum number of tokens, special ones included. A longer text is truncated at its end.

        Returns:
            `Encoding`.

        Raises:
            ValueError: `max_length` leaves no room for the special tokens.
        """
        if max_length is not None and max_length < 2:
            raise ValueError(f"Expected max_length of 2 or more. Received: {max_length}.")
        tokens = self.tokenize(text)
        length = None if max_length is None else max_length - 2
        ids = np.concatenate([[self.cls_id], tokens.ids[:length], [self.sep_id]], dtype=np.int32)
        special = np.full((1, 2), -1, np.int32)
        return Encoding(ids, np.concatenate([special, tokens.offsets[:length], special]))

    @check_types
    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of token ids, spaced by `detokenize`. Special tokens are left out, except `[UNK]`."""
        words = self.words(ids)
        return detokenize([word.text for word in words], [word.joined for word in words])

    def words(self, ids: Iterable[int]) -> list[Word]:
        """Returns the words of token ids. Special tokens are left out, except `[UNK]`."""
        special = {self.pad_id, self.cls_id, self.sep_id, self.mask_id}
        if self.subwords is not None:
            return subword_words(ids, self._contents, left_out=special)
        words: list[Word] = []
        for position, index in enumerate(map(int, ids)):
            if index in special:
                continue
            token = self.tokens[index].removeprefix("##") if self.is_continuation[index] else self.tokens[index]
            if self.is_continuation[index] and words:
                words[-1] = words[-1]._replace(text=words[-1].text + token, end=position + 1)
            else:
                words.append(Word(token, position, position + 1, None))
        return words

    def prune(self, texts: Iterable[str], keep: Iterable[str] = ()) -> "Tokenizer":
        """Returns a tokenizer with only the tokens that occur in a corpus.

        It keeps the special tokens, `[unused1]`, `[unused2]` and single ASCII characters too; of BPE and Unigram, all
        single characters. Its `checkpoint_rows` map
        its ids to rows of the unpruned checkpoint's embeddings. Pruning twice composes.

        Args:
            texts: The corpus, read once.
            keep: Further tokens to keep.

        Returns:
            The new tokenizer. This one does not change.
        """
        kept = np.zeros(self.vocab_size, bool)
        kept[[self._ids[token] for token in SPECIAL_TOKENS if token in self._ids]] = True
        is_single = _ASCII_CHARACTER.fullmatch if self.subwords is None else lambda token: len(token) == 1
        kept[[row for row, token in enumerate(self.tokens) if is_single(token)]] = True
        kept[[self.token_to_id(token) for token in keep]] = True
        batch: list[str] = []
        for text in texts:
            batch.append(text)
            if len(batch) == _BATCH:
                self._mark_used(batch, kept)
                batch = []
        self._mark_used(batch, kept)
        if self.subwords is not None:
            parts = self.subwords.parts(self.tokens[row] for row in np.flatnonzero(kept))
            kept[[self._ids[token] for token in parts]] = True
        rows = np.flatnonzero(kept)
        return self.with_rows(rows, rows if self.checkpoint_rows is None else self.checkpoint_rows[rows])

    def with_rows(self, rows: np.ndarray, checkpoint_rows: np.ndarray | None) -> "Tokenizer":
        """Returns a tokenizer with some tokens of the vocabulary, in this order, and their rows of a checkpoint."""
        return Tokenizer(
            [self.tokens[row] for row in rows],
            lowercase=self.lowercase,
            word_segmentation=self.word_segmentation,
            user_dict=self.user_dict,
            checkpoint_rows=checkpoint_rows,
            subwords=None if self.subwords is None else self.subwords.selected(self.tokens, rows),
        )

    def save(self, path: str | PathLike) -> None:
        """Writes the vocabulary as a vocab.txt; BPE and Unigram as a tokenizer.json."""
        if self.subwords is None:
            write_atomically(path, "".join(token + "\n" for token in self.tokens))
        else:
            write_atomically(path, self.subwords.to_json(self.tokens))

    def get_config(self) -> dict[str, Any]:
        rows = None if self.checkpoint_rows is None else self.checkpoint_rows.tolist()
        return {
            "tokens": self.tokens,
            "lowercase": self.lowercase,
            "word_segmentation": self.word_segmentation,
            "user_dict": self.user_dict,
            "checkpoint_rows": rows,
            "subwords": None if self.subwords is None else self.subwords.get_config(),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Tokenizer":
        """Returns the tokenizer of a configuration, which holds the lines of a dictionary, never its path."""
        user_dict = config.get("user_dict")
        if user_dict is not None and not isinstance(user_dict, list):
            raise ValueError(f"Expected user_dict to be a list of lines in a configuration. Received: {user_dict!r}.")
        if config.get("subwords") is not None:
            config = config | {"subwords": Subwords.from_config(config["subwords"])}
        return cls(**config)

    @cached_property
    def _model(self) -> tokenizers.Tokenizer:
        if self.subwords is not None:
            special = [token for token in self.tokens if _NOT_GENERATABLE.fullmatch(token)]
            return self.subwords.build(self.tokens, unmatched=[*special, "[SEP]"])
        model = tokenizers.models.WordPiece(self._ids, unk_token="[UNK]", max_input_chars_per_word=100)
        wordpiece = tokenizers.Tokenizer(model)
        composed = tokenizers.normalizers.NFC()  # a cased vocabulary holds é as one character
        cleaned = tokenizers.normalizers.BertNormalizer(lowercase=self.lowercase)
        wordpiece.normalizer = tokenizers.normalizers.Sequence([composed, cleaned])
        wordpiece.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
        return wordpiece

    @cached_property
    def _contents(self) -> list[bytes]:
        assert self.subwords is not None
        return self.subwords.contents(self.tokens)

    @cached_property
    def _jieba(self) -> Any:
        return word_segmenter() if self.user_dict is None else new_word_segmenter(self.user_dict)

    def _mark_used(self, texts: list[str], used: np.ndarray) -> None:
        for tokens in self.tokenize_batch(texts):
            used[tokens.ids] = True

    def _merge_words(self, text: str, tokens: Tokens) -> Tokens:
        """Merges the tokens of each jieba word that the vocabulary contains."""
        new_ids, new_offsets = tokens.ids.tolist(), tokens.offsets.tolist()
        starts = {start: index for index, (start, _) in enumerate(new_offsets)}
        ends = {end: index for index, (_, end) in enumerate(new_offsets)}
        position = 0
        merged: list[tuple[int, int, int]] = []  # first token, last token, id of the word
        for word in self._jieba.cut(text, HMM=False):
            start, position = position, position + len(word)
            index = self._ids.get(word.lower() if self.lowercase else word)
            if index is not None and len(word) > 1 and word.isalnum() and start in starts and position in ends:
                merged.append((starts[start], ends[position], index))
        for first, last, index in reversed(merged):
            new_ids[first : last + 1] = [index]
            new_offsets[first : last + 1] = [[new_offsets[first][0], new_offsets[last][1]]]
        return Tokens(np.array(new_ids, dtype=np.int32), np.array(new_offsets, dtype=np.int32).reshape(-1, 2))


def _cover_marks(text: str, offsets: np.ndarray) -> None:
    """Extends offsets, in place, over the combining marks after a token: these belong to its last letter."""
    marks = np.array([mark.span() for mark in _COMBINING_MARKS.finditer(text)], dtype=np.int32).reshape(-1, 2)
    marks = marks[~np.isin(marks[:, 0], offsets[:, 0])]
    if len(marks) and len(offsets):
        following = np.minimum(np.searchsorted(marks[:, 0], offsets[:, 1]), len(marks) - 1)
        touches = marks[following, 0] == offsets[:, 1]
        offsets[touches, 1] = marks[following[touches], 1]
