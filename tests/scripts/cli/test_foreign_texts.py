"""Texts in another language than the model's are counted, and the other preset is named."""

import pytest

from textzoo.data import Tokenizer
from textzoo.data.text.text_language import text_language
from textzoo.scripts.cli.foreign_texts import ForeignTexts, warn_of_foreign_texts

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("小李在图书馆。", "Chinese"),
        ("圖書館", "Chinese"),
        ("He reads.", "English"),
        ("Vuk Karadžić 1864 北京", "English"),
        ("用 TensorFlow 训练", "Chinese"),
        ("1931 🙂\n", None),
        ("", None),
    ],
)
def test_language_of_a_text(text, language):
    assert text_language(text) == language


@pytest.mark.parametrize(
    ("tokens", "foreign", "own", "cure"),
    [
        ("天地玄黄宇宙", "The sky is blue.", "天地。", "For English: none ships"),
        (["the", "sky", "##s"], "天地。", "The sky.", "For Chinese: take tiny-zh"),
    ],
)
def test_foreign_texts_are_counted(tokens, foreign, own, cure):
    texts = ForeignTexts("my-model", Tokenizer([*SPECIAL, *tokens]))
    texts.add(own)
    texts.add("123")
    assert texts.report() == ""
    texts.add(foreign)
    assert "1 of 3 texts" in texts.report() and "my-model" in texts.report() and cure in texts.report()


@pytest.mark.parametrize(
    ("texts", "warns"), [(["The sky.", "天地。", "123"], False), (["The sky.", "A sky.", "天"], True)]
)
def test_a_training_warns_if_most_texts_are_foreign(texts, warns, capsys):
    warn_of_foreign_texts(texts, checkpoint="my-model", tokenizer=Tokenizer([*SPECIAL, *"天地玄黄宇宙"]))
    assert ("warning: 2 of 3 texts are English; my-model is a model of Chinese." in capsys.readouterr().err) == warns
