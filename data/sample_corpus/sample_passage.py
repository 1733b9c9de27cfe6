"""Passages of the sample corpus with titles and question-answer pairs."""

from dataclasses import dataclass

from ..examples import QAExample


@dataclass(frozen=True, slots=True)
class SamplePassage:
    """A passage with its title and question-answer pairs.

    Args:
        text: The passage.
        title: Its title.
        pairs: `(question, answer, start)` in the order of the answers; `text[start:]` begins with the answer.
        domain: Topic of the passage, such as `weather`.
        pattern: Name of the pattern that the passage was drawn from.
        values: The cores of its names, numbers and places (`松溪` of `松溪图书馆`), see `SlotKind`.

    Example:
        >>> passage = SamplePassage(
        ...     "明天多云。",
        ...     title="天气",
        ...     pairs=(("明天天气怎么样？", "多云", 2),),
        ...     domain="天气",
        ...     pattern="预报",
        ...     values=(),
        ... )
        >>> passage.examples()[0].answer
        '多云'
    """

    text: str
    title: str
    pairs: tuple[tuple[str, str, int], ...]
    domain: str
    pattern: str
    values: tuple[str, ...]

    def examples(self) -> list[QAExample]:
        """Returns the pairs as training examples."""
        return [QAExample(self.text, question, answer, start) for question, answer, start in self.pairs]
