"""One question-answer pair of a passage."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QAExample:
    """A question on a passage and its answer.

    Args:
        passage: The text that was asked about.
        question: The question.
        answer: The answer to train on; `passage[start:start + len(answer)]` unless `start` is None.
        start: Where the answer begins in the passage, in code points; None where the passage does not hold it.
        id: The example's name in its file.
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

    @property
    def end(self) -> int | None:
        return None if self.start is None else self.start + len(self.answer)


@dataclass(frozen=True, slots=True)
class TitleExample:
    """An article and the title to learn.

    Args:
        text: The article.
        title: Its title.
        id: The example's name in its file.
        drafts: The title as another model wrote it from the left and as it wrote it from the right, both in reading
            order; what training in two passes shows the other direction.

    Example:
        >>> TitleExample("小李在图书馆讲课，来了两百人。", "小李讲课").title
        '小李讲课'
    """

    text: str
    title: str
    id: str | None = None
    drafts: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class MultiLabelExample:
    """A text and the names of all labels it has, none or several.

    Args:
        text: The text.
        labels: The names, each once.
        id: The example's name in its file.

    Example:
        >>> MultiLabelExample("多谢，真没想到！", ("gratitude", "surprise")).labels
        ('gratitude', 'surprise')
    """

    text: str
    labels: tuple[str, ...] = ()
    id: str | None = None
