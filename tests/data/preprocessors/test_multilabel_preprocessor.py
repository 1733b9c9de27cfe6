"""Ids and label rows against values computed by hand."""

import pytest

from textzoo.data import MultiLabelExample, Tokenizer
from textzoo.models import MultiLabelPreprocessor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
CLS, SEP = 2, 3


def preprocessor(labels=("anger", "joy", "感激"), **options):
    return MultiLabelPreprocessor(Tokenizer([*SPECIAL, *"多谢吵"]), labels, **options)


def test_records():
    first, second = preprocessor().records([MultiLabelExample("多谢", ("感激", "joy")), MultiLabelExample("吵X")])
    assert first["ids"].tolist() == [CLS, 5, 6, SEP] and first["labels"].tolist() == [0, 1, 1]
    assert second["ids"].tolist() == [CLS, 7, 1, SEP] and second["labels"].tolist() == [0, 0, 0]
    assert (first["ids"].dtype, first["labels"].dtype) == ("int32", "float32")


def test_a_long_text_is_truncated():
    assert preprocessor(max_length=4).ids(["多谢吵吵"])[0].tolist() == [CLS, 5, 6, SEP]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text(text):
    with pytest.raises(ValueError, match="Expected texts that are not empty. Received: .* as text 2"):
        preprocessor().ids(["多", text])


def test_an_unknown_label():
    with pytest.raises(ValueError, match="Expected one of the 3 labels. Received: 'angre'. Did you mean 'anger'?"):
        preprocessor().records([MultiLabelExample("多", ("angre",))])


def test_a_string_is_not_a_set_of_labels():
    with pytest.raises(ValueError, match="a set of label names for each text. Received: the string 'joy'"):
        preprocessor().columns("joy")


def test_missing_and_duplicate_labels():
    with pytest.raises(ValueError, match="Expected the names of the labels, .* Received: none"):
        preprocessor([])
    with pytest.raises(ValueError, match="each label once. Received: 'joy' more than once"):
        preprocessor(["joy", "anger", "joy"])
