"""Long texts in runs of whole sentences."""

import re
from collections.abc import Iterator

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+[”’」』]*|[^。！？；\n]+")


def sentence_runs(text: str, longest: int = 160) -> Iterator[str]:
    """The text in runs of whole sentences, which put together are the text.

    Args:
        text: The text, Chinese.
        longest: Characters of a run; one that is a single sentence may have more.

    Example:

    >>> list(sentence_runs("天亮了。他起床吃饭，然后出门。走吧！", longest=14))
    ['天亮了。', '他起床吃饭，然后出门。走吧！']
    """
    run = ""
    for sentence in SENTENCE.findall(text):
        if run and len(run) + len(sentence) > longest:
            yield run
            run = ""
        run += sentence
    if run:
        yield run
