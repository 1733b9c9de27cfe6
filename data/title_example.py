"""One article and its title."""

from dataclasses import dataclass


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
