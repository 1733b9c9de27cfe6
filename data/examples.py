"""Examples of the tasks: question-answer pairs, titled articles, labelled texts."""

from dataclasses import dataclass

from .check_types import check_field_types


@dataclass(frozen=True, slots=True)
class QAExample:
    """A question about a passage and its answer.

    Args:
        passage: The passage.
        question: The question.
        answer: The answer to train on; `passage[start : start + len(answer)]` unless `start` is None.
        start: Start of the answer in code points of the passage; None if the passage does not contain it.
        id: The example's id in its file.
        answers: All gold answers, the training answer first.

    Example:
        >>> example = QAExample("北京是首都", "首都是哪里?", "北京", start=0)
        >>> example.passage[example.start : example.end]
        '北京'
    """

    passage: str
    question: str
    answer: str
    start: int | None
    id: str | None = None
    answers: tuple[str, ...] = ()

    def __post_init__(self):
        check_field_types(self)

    @property
    def end(self) -> int | None:
        return None if self.start is None else self.start + len(self.answer)


@dataclass(frozen=True, slots=True)
class TitleExample:
    """An article and its title.

    Args:
        text: The article.
        title: Its title.
        id: The example's id in its file.
        drafts: Titles that another model generated left to right and right to left, both in reading order. Training in
            two passes shows each to the opposite direction.

    Example:
        >>> TitleExample("小李在图书馆讲课，来了两百人。", "小李讲课").title
        '小李讲课'
    """

    text: str
    title: str
    id: str | None = None
    drafts: tuple[str, str] | None = None

    def __post_init__(self):
        check_field_types(self)


@dataclass(frozen=True, slots=True)
class MultiLabelExample:
    """A text and its labels, none or several.

    Args:
        text: The text.
        labels: Names of the labels, each once.
        id: The example's id in its file.

    Example:
        >>> MultiLabelExample("多谢，真没想到！", ("gratitude", "surprise")).labels
        ('gratitude', 'surprise')
    """

    text: str
    labels: tuple[str, ...] = ()
    id: str | None = None

    def __post_init__(self):
        check_field_types(self)
