"""Warning for texts in another language than the model's."""

import sys
from collections.abc import Iterable
from typing import Any

CURES = {"Chinese": "take tiny-zh", "English": "none ships, so train one, see docs/quick-start.md"}


class ForeignTexts:
    """Counts the texts that are in another language than a model.

    Args:
        model: Name or folder of the model, for the warning.
        tokenizer: Its `Tokenizer`.
    """

    def __init__(self, model: str, tokenizer: Any):
        from textzoo.data.text.vocabulary_language import vocabulary_language

        self.model, self.language = model, vocabulary_language(tokenizer.token_texts)
        self.texts = self.foreign = 0

    def add(self, text: str) -> None:
        """Counts a text."""
        from textzoo.data.text.text_language import text_language

        self.texts += 1
        self.foreign += text_language(text) not in (self.language, None)

    def report(self) -> str:
        """Returns the warning; "" if every text is in the model's language."""
        if not self.foreign:
            return ""
        other = "English" if self.language == "Chinese" else "Chinese"
        return (
            f"{self.foreign} of {self.texts} texts are {other}; {self.model} is a model of {self.language}. "
            f"For {other}: {CURES[other]}"
        )


def warn_of_foreign_texts(texts: Iterable[str], *, checkpoint: str, tokenizer: Any) -> None:
    """Warns on standard error if more than half of the training texts are in another language than the checkpoint's."""
    counted = ForeignTexts(checkpoint, tokenizer)
    for text in texts:
        counted.add(text)
    if 2 * counted.foreign > counted.texts:
        print(f"warning: {counted.report()}", file=sys.stderr)
