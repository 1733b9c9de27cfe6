"""Chinese words by jieba, without jieba's own cache and without state that other code can change."""

import logging
import sys
import warnings
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from .word_dictionary import WordDictionary


@cache
def word_segmenter() -> Any:
    """Returns textzoo's own `jieba.Tokenizer`, with jieba's dictionary.

    Example:

    >>> list(word_segmenter().cut("小明去了上海图书馆"))
    ['小明', '去', '了', '上海图书馆']

    Reference:
        https://github.com/fxsjy/jieba
    """
    return new_word_segmenter()


def new_word_segmenter(user_dict: Iterable[str] | None = None) -> Any:
    """Creates a `jieba.Tokenizer`.

    Args:
        user_dict: Lines of a jieba dictionary, which the segmenter knows besides its own.
    """
    jieba = _import_jieba()
    segmenter = jieba.Tokenizer()
    segmenter.FREQ = WordDictionary.read(Path(jieba.__file__).parent / "dict.txt")
    segmenter.total = segmenter.FREQ.total
    segmenter.initialized = True
    if user_dict is not None:
        force_split = jieba.finalseg.Force_Split_Words  # one set for all segmenters
        before = set(force_split)
        segmenter.load_userdict(user_dict)
        force_split.intersection_update(before)
    return segmenter


@cache
def word_tagger() -> Any:
    """Returns a `jieba.posseg.POSTokenizer` over `word_segmenter`, which adds parts of speech."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba.posseg
    return jieba.posseg.POSTokenizer(word_segmenter())


def _import_jieba() -> Any:
    """Imports jieba without its log lines and without `pkg_resources`, which takes longer to import than jieba."""
    hidden = "pkg_resources" not in sys.modules
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if hidden:
            sys.modules["pkg_resources"] = None  # type: ignore[assignment]
        try:
            import jieba
        finally:
            if hidden:
                del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.ERROR)
    return jieba
