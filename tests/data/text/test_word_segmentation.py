"""Words of textzoo's segmenter are jieba's, whatever lies in caches and whatever other code does to jieba."""

import os
import tempfile
from pathlib import Path

import jieba
import jieba.posseg
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import sample_corpus
from textzoo.data.text.word_dictionary import WordDictionary
from textzoo.data.text.word_segmentation import (
    new_word_segmenter,
    use_user_dictionary,
    word_segmenter,
    word_tagger,
)

DICTIONARY = Path(jieba.__file__).parent / "dict.txt"
CHARACTERS = "的了北京大学图书馆长春市药店南龘𠮷a1.-%é \n。，％小明ＡｂC+#&_"


@pytest.fixture(scope="module")
def jieba_tokenizer(tmp_path_factory):
    """jieba's own tokenizer, whose cache no other process shares."""
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    tokenizer.initialize()
    return tokenizer


def test_the_dictionary_is_jieba_s(jieba_tokenizer):
    dictionary = word_segmenter().FREQ
    assert dictionary.total == jieba_tokenizer.total
    words = np.array(sorted(jieba_tokenizer.FREQ))
    np.testing.assert_array_equal(dictionary.words, words)
    np.testing.assert_array_equal(dictionary.frequencies[:-1], [jieba_tokenizer.FREQ[word] for word in words])


def test_thousands_of_lines_are_cut_alike(jieba_tokenizer):
    corpus = sample_corpus(1000)
    lines = [passage.text for part in (corpus.train, corpus.held_out, corpus.new_domains) for passage in part]
    assert len(lines) > 1000
    for line in lines:
        assert list(word_segmenter().tokenize(line)) == list(jieba_tokenizer.tokenize(line))


@settings(max_examples=500)
@given(text=st.text(st.one_of(st.sampled_from(CHARACTERS), st.characters()), max_size=40))
def test_any_text_is_cut_alike(jieba_tokenizer, text):
    for options in ({}, {"HMM": False}, {"cut_all": True}):
        assert list(word_segmenter().cut(text, **options)) == list(jieba_tokenizer.cut(text, **options))


@settings(max_examples=300)
@given(word=st.one_of(st.text(max_size=20), st.sampled_from(["北", "北京", "ABC", "哈", "", "\0", "北京\0"])))
def test_any_word_is_looked_up_alike(jieba_tokenizer, word):
    dictionary, expected = word_segmenter().FREQ, jieba_tokenizer.FREQ
    assert dictionary.get(word) == expected.get(word)
    assert dictionary.get(word, 5) == expected.get(word, 5)
    assert (word in dictionary) == (word in expected)


def test_a_missing_word_raises_key_error():
    with pytest.raises(KeyError, match="不在"):
        word_segmenter().FREQ["不在词典里"]


def test_parts_of_speech_are_jieba_s(jieba_tokenizer):
    expected = jieba.posseg.POSTokenizer(jieba_tokenizer)
    for passage in sample_corpus(20).train:
        assert list(word_tagger().cut(passage.text)) == list(expected.cut(passage.text))


def test_words_of_a_user_dictionary_stay_in_its_segmenter(jieba_tokenizer):
    text = "韩玉鉴赏会在江州市举行"
    lines = ["韩玉鉴赏会 100000 n", "江州市", "举行 0"]
    before = list(word_segmenter().cut(text))
    segmenter = new_word_segmenter(lines)
    assert "韩玉鉴赏会" in segmenter.cut(text) and segmenter.total > word_segmenter().total
    assert list(word_segmenter().cut(text)) == before == list(jieba_tokenizer.cut(text))


def test_changes_of_jieba_s_default_tokenizer_have_no_effect():
    before = list(word_segmenter().cut("小明硕士毕业于中国科学院"))
    jieba.add_word("硕士毕业于", 10**9)
    try:
        assert list(word_segmenter().cut("小明硕士毕业于中国科学院")) == before
    finally:
        jieba.dt.FREQ.pop("硕士毕业于")


def test_the_shared_temporary_folder_is_not_read(tmp_path, monkeypatch, jieba_tokenizer):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "jieba.cache").write_bytes(b"not a dictionary")
    assert list(new_word_segmenter().cut("北京大学")) == list(jieba_tokenizer.cut("北京大学"))
    assert os.listdir(tmp_path) == ["jieba.cache"]


def small_dictionary(tmp_path, monkeypatch, text="北京 7 ns\n北京大学 5 nt\n"):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "dict.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_cached_dictionary_is_mapped_and_another_text_has_another_cache(tmp_path, monkeypatch):
    path = small_dictionary(tmp_path, monkeypatch)
    first, again = WordDictionary.read(path), WordDictionary.read(path)
    assert not isinstance(first.words, np.memmap) and isinstance(again.words, np.memmap)
    assert again.words.tolist() == ["北", "北京", "北京大", "北京大学"] and again.frequencies.tolist() == [
        0,
        7,
        0,
        5,
        12,
    ]
    path.write_text("北京 8 ns\n", encoding="utf-8")
    assert WordDictionary.read(path).get("北京") == 8


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"not an array"])
def test_a_damaged_cache_is_written_anew(tmp_path, monkeypatch, content):
    path = small_dictionary(tmp_path, monkeypatch)
    WordDictionary.read(path)
    for file in (tmp_path / "cache" / "textzoo").iterdir():
        file.write_bytes(content)
    assert WordDictionary.read(path).get("北京") == 7
    assert isinstance(WordDictionary.read(path).words, np.memmap)


def test_a_shortened_cache_is_written_anew(tmp_path, monkeypatch):
    path = small_dictionary(tmp_path, monkeypatch)
    WordDictionary.read(path)
    for file in (tmp_path / "cache" / "textzoo").iterdir():
        file.write_bytes(file.read_bytes()[:-4])
    assert WordDictionary.read(path).get("北京大学") == 5


def test_a_bad_line_is_named(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"dict.txt, line 2: expected a word and its frequency. Received: '京 x'"):
        WordDictionary.read(small_dictionary(tmp_path, monkeypatch, "北 1 n\n京 x\n"))


def test_a_user_dictionary_is_used_until_the_next(tmp_path):
    text, before = "小明去了上海图书馆", list(word_segmenter().cut("小明去了上海图书馆"))
    (tmp_path / "a.txt").write_text("\ufeff小明去了 9 nz\n\n上海 \n", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes("小明".encode("gbk"))
    try:
        use_user_dictionary(tmp_path / "a.txt")
        assert list(word_segmenter().cut(text)) == ["小明去了", "上海图书馆"]
        assert [(pair.word, pair.flag) for pair in word_tagger().cut(text)][0] == ("小明去了", "nz")
        with pytest.raises(ValueError, match="bad.txt, line 1: expected text in UTF-8"):
            use_user_dictionary(tmp_path / "bad.txt")
        assert next(word_segmenter().cut(text)) == "小明去了"
    finally:
        use_user_dictionary(None)
    assert list(word_segmenter().cut(text)) == before
