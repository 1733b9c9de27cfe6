"""Language of vocabularies built from text."""

import pytest

from textzoo.data import build_vocabulary
from textzoo.data.text.vocabulary_language import vocabulary_language


@pytest.mark.parametrize(
    ("texts", "language"), [(["今天下午小李在图书馆讲课 G12"], "Chinese"), (["The tea is hot."], "English")]
)
def test_language(texts, language):
    assert vocabulary_language(build_vocabulary(texts)) == language
