"""Units, vectors and IDF weights of texts."""

import numpy as np
import pytest

from textzoo.data import text_units
from textzoo.data.text.word_segmentation import use_user_dictionary
from textzoo.similarity import Idf, WordEmbedder, WordVectors


@pytest.fixture
def vectors():
    return WordVectors(["北", "京", "the", "cat"], np.eye(4))


def test_units():
    assert text_units("我 爱\t北京a。") == ["我", "爱", "北", "京", "a", "。"]
    assert text_units("It's the cat's 2nd-best, naïve idea.", "words") == "It's the cat's 2nd best naïve idea".split()
    assert text_units("我爱北京 天安门", "jieba") == ["我", "爱", "北京", "天安门"]
    assert text_units(" ", "jieba") == text_units("", "words") == []
    with pytest.raises(ValueError, match="Received: 'letters'"):
        text_units("a", "letters")


def test_unknown_and_stop_words(vectors):
    units, embedded = WordEmbedder(vectors, "words", stop_words=["the"])(["The the Cat dog", "dog"])
    assert units == [["The", "Cat"], []]
    np.testing.assert_array_equal(embedded[0], np.eye(4)[[2, 3]])
    assert embedded[1].shape == (0, 4)


def test_unknown_words_from_their_characters(vectors):
    units, embedded = WordEmbedder(vectors, "jieba", unknown="characters")(["北京市"])
    assert units == [["北京市"]] or units == [["北京"]]
    np.testing.assert_array_equal(embedded[0], [[0.5, 0.5, 0, 0]])
    with pytest.raises(ValueError, match="Received: 'guess'"):
        WordEmbedder(vectors, unknown="guess")


def test_words_of_a_user_dictionary_are_those_of_one_embedder():
    text, words = "小明去了北京", ["小明去了"]
    known = WordVectors([*text, "小明去了"], np.eye(7))
    own, without = (WordEmbedder(known, "jieba", user_dict=lines) for lines in (words, ()))
    before = text_units(text, "jieba")
    try:
        use_user_dictionary(["明去"])
        assert text_units(text, "jieba") != before
        assert own([text])[0] == [["小明去了"]] and without([text])[0] == [["去", "了"]]
    finally:
        use_user_dictionary(None)
    assert own([text])[0] == [["小明去了"]]


def test_name_depends_on_the_units(vectors):
    assert WordEmbedder(vectors).name != WordEmbedder(vectors, "words").name


def test_idf():
    idf = Idf.fit([["a", "b", "a"], ["a"], ["a", "c"]])
    np.testing.assert_allclose(idf(["a", "c", "?"]), np.log([4 / 3.5, 4 / 1.5, 4 / 0.5]))
    assert (Idf.fit([["a"]])(["a"]) > 0).all() and idf([]).shape == (0,)
    np.testing.assert_array_equal(Idf(idf.frequencies, idf.texts)(["a", "b"]), idf(["a", "b"]))


@pytest.mark.parametrize(
    ("frequencies", "texts", "message"),
    [
        ({}, 0, "Expected texts from 1 to .* Received: 0"),
        ({}, 10**400, "Expected texts from 1 to"),
        ({}, 1.5, "Expected texts from 1 to .* Received: 1.5"),
        (None, 1, "Expected frequencies by word. Received: None"),
        ({"a": 2}, 1, "frequencies from 1 to 1.* Received: 2 for 'a'"),
        ({"a": 0}, 1, "frequencies from 1 to 1.* Received: 0 for 'a'"),
        ({"a": "1"}, 1, "frequencies from 1 to 1.* Received: '1' for 'a'"),
    ],
)
def test_bad_frequencies(frequencies, texts, message):
    with pytest.raises(ValueError, match=message):
        Idf(frequencies, texts)
