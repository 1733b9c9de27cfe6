"""Articles and titles to ids."""

from typing import Any, Literal

import keras
import numpy as np

from ...data.text.tokenizer import Tokenizer

START_TOKENS = ("[unused1]", "[unused2]")


@keras.saving.register_keras_serializable(package="textzoo")
class TitlePreprocessor:
    """Source = `[CLS] article [SEP]`, target = `title [SEP]`.

    Args:
        tokenizer: `Tokenizer`.
        max_source_length: int. Tokens of a source, [CLS] and [SEP] included.
        max_title_length: int. Tokens of a title; a longer one is cut in training, without its end.
        truncation: What a long article keeps: its `"lead"`, or `"lead_and_tail"`, three quarters of the room for the lead.
        task_token: Token of the vocabulary that begins a source. Weights that serve several tasks tell this one by it.
        start_tokens: Two tokens of the vocabulary that begin what is written from the left and from the right, used by
            decoders of two directions.

    Raises:
        ValueError: `truncation` is neither of the two, or the vocabulary does not hold `task_token`.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李讲课图书馆"])
    >>> preprocessor = TitlePreprocessor(tokenizer, max_source_length=6)
    >>> preprocessor.source("小李图书馆讲课").tolist(), preprocessor.title("小李").tolist()
    ([2, 5, 6, 9, 10, 3], [5, 6])

    Reference:
        https://kexue.fm/archives/6933.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        max_source_length: int = 256,
        max_title_length: int = 32,
        truncation: Literal["lead", "lead_and_tail"] = "lead",
        task_token: str = "[CLS]",
        start_tokens: tuple[str, str] = START_TOKENS,
    ):
        if truncation not in ("lead", "lead_and_tail"):
            raise ValueError(f"Expected truncation 'lead' or 'lead_and_tail'. Received: {truncation!r}")
        self.tokenizer = tokenizer
        self.max_source_length = max_source_length
        self.max_title_length = max_title_length
        self.truncation = truncation
        self.task_token = task_token
        self._first_id = tokenizer.token_to_id(task_token)
        self.start_tokens = tuple(start_tokens)

    @property
    def start_ids(self) -> tuple[int, int]:
        """Ids of the start tokens; ValueError where the vocabulary does not hold them."""
        missing = [token for token in self.start_tokens if token not in self.tokenizer.tokens]
        if missing:
            raise ValueError(
                f"Expected a vocabulary with the start tokens {' and '.join(self.start_tokens)}, a direction each. "
                f"Received: one without {' and '.join(missing)}"
            )
        left, right = map(self.tokenizer.token_to_id, self.start_tokens)
        return left, right

    def source(self, text: str) -> np.ndarray:
        """An article as a source, int32 `[s]`; a long one is cut.

        Raises:
            ValueError: the article is empty, or of unknown characters only.
        """
        ids = self.tokenizer.tokenize(text).ids
        shown = repr(text if len(text) <= 40 else text[:40] + "…")
        if not len(ids):
            raise ValueError(f"Expected an article with text in it. Received: {shown}")
        if np.all(ids == self.tokenizer.unk_id):
            raise ValueError(f"Expected an article with known characters. Received only unknown ones: {shown}")
        room = self.max_source_length - 2
        if len(ids) > room:
            lead = room if self.truncation == "lead" else room - room // 4
            ids = np.concatenate([ids[:lead], ids[len(ids) - (room - lead) :]])
        return np.concatenate([[self._first_id], ids, [self.tokenizer.sep_id]]).astype("int32")

    def title(self, text: str) -> np.ndarray:
        """A title's tokens, whole, int32 `[n]`.

        Raises:
            ValueError: the title is empty.
        """
        ids = self.tokenizer.tokenize(text).ids
        if not len(ids):
            raise ValueError(f"Expected a title with text in it. Received: {text!r}")
        return ids

    def get_config(self) -> dict[str, Any]:
        return {
            "tokenizer": self.tokenizer.get_config(),
            "max_source_length": self.max_source_length,
            "max_title_length": self.max_title_length,
            "truncation": self.truncation,
            "task_token": self.task_token,
            "start_tokens": list(self.start_tokens),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "TitlePreprocessor":
        return cls(Tokenizer.from_config(config["tokenizer"]), **{k: v for k, v in config.items() if k != "tokenizer"})
