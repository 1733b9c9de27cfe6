"""Tokenized and packed texts: every token once, whole sentences, known lengths, any number of processes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import PackedTexts, Tokenizer, build_vocabulary, sample_corpus, tokenize_texts, word_ids
from textzoo.data.pretraining import tokenized_texts
from textzoo.data.text.sentence_ends import sentence_ends

CORPUS = [f"{passage.title}\n{passage.text}" for passage in sample_corpus(40).train]
TOKENIZER = Tokenizer(build_vocabulary(CORPUS))
SPECIAL = (TOKENIZER.cls_id, TOKENIZER.sep_id)
random_texts = st.lists(st.text("小李来了。，；！a1 \n\u0416", max_size=60), min_size=1, max_size=6)


def known_ids(texts):
    """Returns the tokens of all texts, one after the other, as the tokenizer gives them."""
    return [index for text in texts for index in TOKENIZER.tokenize(text).ids.tolist()]


@settings(max_examples=100)
@given(random_texts, st.integers(3, 20))
def test_sequences_hold_every_token_once_in_order(texts, max_length):
    if all(index == TOKENIZER.unk_id for index in known_ids(texts)):
        with pytest.raises(ValueError, match=f"characters of the vocabulary. Received: {len(texts)} without any"):
            PackedTexts(texts, TOKENIZER, max_length=max_length)
        return
    packed = PackedTexts(texts, TOKENIZER, max_length=max_length)
    sequences = list(packed)
    assert packed.lengths.tolist() == [len(sequence.ids) for sequence in sequences]
    kept = [index for sequence in sequences for index in sequence.ids.tolist() if index not in SPECIAL]
    known = [index for index in known_ids(texts) if index != TOKENIZER.unk_id]
    assert [index for index in kept if index != TOKENIZER.unk_id] == known
    for ids, words, sentences in sequences:
        assert len(ids) == len(words) == len(sentences) <= max_length
        assert ids[0] == TOKENIZER.cls_id and ids[-1] == TOKENIZER.sep_id
        np.testing.assert_array_equal(sentences < 0, np.isin(ids, SPECIAL))
        np.testing.assert_array_equal(sentences[sentences >= 0], np.sort(sentences[sentences >= 0]))
        assert (words[np.isin(ids, (*SPECIAL, TOKENIZER.unk_id))] == -1).all()


def test_only_sentences_longer_than_a_part_are_cut():
    tokens = tokenize_texts(CORPUS, TOKENIZER, max_tokens=32)
    begins = np.flatnonzero(np.append(tokens.begins_sentence, True))
    assert np.diff(tokens.part_starts).max() <= 32
    cut = [start for start in tokens.part_starts[:-1] if not tokens.begins_sentence[start]]
    sizes = np.diff(begins)[np.searchsorted(begins, cut) - 1]
    assert len(cut) > 5 and sizes.min() > 32
    for text, owner in zip(CORPUS, range(len(CORPUS)), strict=True):
        first = np.flatnonzero(tokens.part_texts == owner)[0]
        last = first + (tokens.part_texts == owner).sum()
        inside = slice(tokens.part_starts[first], tokens.part_starts[last])
        starts = tokens.starts[inside][tokens.begins_sentence[inside]]
        ends = sentence_ends(text)[0]
        assert starts.tolist() == [0, *ends[ends < len(text)]]


def test_words_are_those_of_the_part():
    packed = PackedTexts(CORPUS[:1], TOKENIZER, max_length=1000)
    tokens = TOKENIZER.tokenize(CORPUS[0])
    expected = word_ids(CORPUS[0], tokens.offsets, is_continuation=TOKENIZER.is_continuation[tokens.ids])
    assert packed[0].words.tolist() == [-1, *expected.tolist(), -1]
    lines = CORPUS[0].count("\n") + len(sentence_ends(CORPUS[0].replace("\n", ""))[0])
    assert packed[0].sentences.max() + 1 == lines


def test_short_texts_share_a_sequence():
    packed = PackedTexts(["小李。", "来了。", "李小来。"], TOKENIZER, max_length=9)
    assert [TOKENIZER.decode(sequence.ids) for sequence in packed] == ["小李。来了。", "李小来。"]
    assert packed[-1].ids.tolist() == packed[1].ids.tolist()
    with pytest.raises(IndexError):
        packed[2]
    with pytest.raises(ValueError, match="max_length of 3 or more, .* Received: 2"):
        PackedTexts(["小李。"], TOKENIZER, max_length=2)


def test_blocks_and_processes_do_not_change_the_tokens(monkeypatch):
    whole = tokenize_texts(CORPUS, TOKENIZER, max_tokens=30)
    monkeypatch.setattr(tokenized_texts, "_BLOCK_CHARACTERS", 500)
    assert len(list(tokenized_texts._blocks(CORPUS))) > 3
    for processes in (1, 2):
        blocks = tokenize_texts(CORPUS, TOKENIZER, max_tokens=30, processes=processes)
        for one, other in zip(whole, blocks, strict=True):
            np.testing.assert_array_equal(one, other)
            assert one.dtype == other.dtype
