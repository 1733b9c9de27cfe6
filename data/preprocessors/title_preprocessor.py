"""Preprocessor of title generation: articles and titles to ids."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from ..check_types import check_types
from ..examples import TitleExample
from ..text.check_texts import check_texts
from ..text.tokenizer import Tokenizer
from .preprocessor import Preprocessor, padded

START_TOKENS = ("[unused1]", "[unused2]")


class EncodedArticle(NamedTuple):
    """An article as token ids.

    `text`: the article. `ids`: int32 `[s]`, with task token and [SEP]. `offsets`: int32 `[s, 2]`, start and end in code
    points of the text, -1 at special tokens. `num_tokens`: number of tokens before truncation, special tokens not
    counted.
    """

    text: str
    ids: np.ndarray
    offsets: np.ndarray
    num_tokens: int


class TitlePreprocessor(Preprocessor):
    """Builds the source `[CLS] article [SEP]` and the target `title [SEP]`.

    Args:
        tokenizer: `Tokenizer`.
        max_source_length: int. Maximum number of tokens of a source, [CLS] and [SEP] included.
        max_title_length: int. Maximum number of tokens of a title. Training truncates longer ones and gives their end
            token weight 0.
        truncation: Part of a long article that is kept: `"lead"`, its beginning, or `"lead_and_tail"`, its beginning
            and end in the ratio of three to one.
        task_token: First token of a source; identifies the task in weights that serve several tasks.
        start_tokens: Two start tokens, for the direction from the left and the direction from the right.

    Call arguments:
        examples: an article, several articles, or `TitleExample`s.

    Returns:
        dict of `source_ids` int32 `[b, s]` and, for examples, `target_ids` int32 `[b, 1, t]`, as a `left_to_right`
        generator takes them. `TitleTrainingData` has the records of the other decoders.

    Raises:
        ValueError: `truncation` is neither of the two, or the vocabulary lacks `task_token`.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李讲课图书馆"])
    >>> preprocessor = TitlePreprocessor(tokenizer, max_source_length=6)
    >>> preprocessor.source("小李图书馆讲课").tolist(), preprocessor.title("小李").tolist()
    ([2, 5, 6, 9, 10, 3], [5, 6])
    >>> preprocessor(["小李讲课"])["source_ids"].shape
    (1, 8)

    Reference:
        https://kexue.fm/archives/6933.
    """

    @check_types
    def __init__(
        self,
        tokenizer: Tokenizer,
        *,
        max_source_length: int = 256,
        max_title_length: int = 32,
        truncation: Literal["lead", "lead_and_tail"] = "lead",
        task_token: str = "[CLS]",
        start_tokens: tuple[str, str] = START_TOKENS,
    ):
        if truncation not in ("lead", "lead_and_tail"):
            raise ValueError(f"Expected truncation 'lead' or 'lead_and_tail'. Received: {truncation!r}")
        super().__init__(tokenizer)
        self.max_source_length = max_source_length
        self.max_title_length = max_title_length
        self.truncation = truncation
        self.task_token = task_token
        self._task_id = tokenizer.token_to_id(task_token)
        self.start_tokens = tuple(start_tokens)

    def __call__(self, examples: str | Sequence[str] | Sequence[TitleExample]) -> dict[str, np.ndarray]:
        rows: Any = [examples] if isinstance(examples, str) else examples
        if any(isinstance(row, str) for row in rows):
            return padded([{"source_ids": self.source(text)} for text in check_texts(rows, "article")], "source_ids")
        records = [{"source_ids": self.source(row.text), "target_ids": self._target(row.title)} for row in rows]
        return padded(records, "source_ids", "target_ids")

    def _target(self, title: str) -> np.ndarray:
        return np.append(self.title(title)[: self.max_title_length], self.tokenizer.sep_id).astype("int32")[None]

    @property
    def start_ids(self) -> tuple[int, int]:
        """Ids of the start tokens; raises ValueError if the vocabulary lacks one."""
        missing = [token for token in self.start_tokens if token not in self.tokenizer.tokens]
        if missing:
            raise ValueError(
                f"The vocabulary lacks {' and '.join(missing)}; decoders of two directions need the start tokens "
                f"{' and '.join(self.start_tokens)}. Use the decoder left_to_right, or pass start_tokens, two tokens "
                "that no title contains: [CLS] and [MASK]."
            )
        left, right = map(self.tokenizer.token_to_id, self.start_tokens)
        return left, right

    def source(self, text: str) -> np.ndarray:
        """Encodes an article as a source, int32 `[s]`, see `article`."""
        return self.article(text).ids

    def article(self, text: str) -> EncodedArticle:
        """Encodes an article; truncates a long one.

        Raises:
            ValueError: the article is empty or has no known character.
        """
        ids, offsets = self.tokenizer.tokenize(text)
        num_tokens = len(ids)
        shown = repr(text if len(text) <= 40 else text[:40] + "…")
        if not len(ids):
            raise ValueError(f"Expected an article with text in it. Received: {shown}")
        if np.all(ids == self.tokenizer.unk_id):
            raise ValueError(f"Expected an article with known characters. Received only unknown ones: {shown}")
        room = self.max_source_length - 2
        if len(ids) > room:
            lead = room if self.truncation == "lead" else room - room // 4
            kept = np.r_[:lead, num_tokens - (room - lead) : num_tokens]
            ids, offsets = ids[kept], offsets[kept]
        ids = np.concatenate([[self._task_id], ids, [self.tokenizer.sep_id]]).astype("int32")
        offsets = np.concatenate([[[-1, -1]], offsets, [[-1, -1]]]).astype("int32")
        return EncodedArticle(text=text, ids=ids, offsets=offsets, num_tokens=num_tokens)

    def title(self, text: str) -> np.ndarray:
        """Encodes a title without truncation, int32 `[n]`.

        Raises:
            ValueError: the title is empty.
        """
        ids = self.tokenizer.tokenize(text).ids
        if not len(ids):
            raise ValueError(f"Expected a title with text in it. Received: {text!r}")
        return ids

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "max_source_length": self.max_source_length,
            "max_title_length": self.max_title_length,
            "truncation": self.truncation,
            "task_token": self.task_token,
            "start_tokens": list(self.start_tokens),
        }
