"""A passage of the sample corpus with its title and question-answer pairs."""

from dataclasses import dataclass

from ..examples import QAExample


@dataclass(frozen=True, slots=True)
class SamplePassage:
    """A passage, what it is called and what can be asked about it.

    Args:
        text: The passage.
        title: Its title.
        pairs: `(question, answer, start)` in the order of the answers; `text[start:]` begins with the answer.
        domain: What it is about, such as `天气`.
        pattern: The name of the pattern it was drawn from.
        values: The names, numbers and places in it, without what stands around them (`松溪` for `松溪图书馆`).

    Example:
        >>> passage = SamplePassage("明天多云。", "天气", (("明天天气怎么样？", "多云", 2),), "天气", "预报", ())
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
        """The pairs as records to train on."""
        return [QAExample(self.text, question, answer, start) for question, answer, start in self.pairs]
