"""One text and its labels."""

from dataclasses import dataclass


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
