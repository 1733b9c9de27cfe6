"""Chunks of passages: coverage, length, answer spans, overlap and preferred ends."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from textzoo.data import Chunk, Tokenizer, chunk_passage

TOKENIZER = Tokenizer(
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcde", *("##" + c for c in "abc"), "ab", "##cab"]
)
SEGMENTER = Tokenizer([*TOKENIZER.tokens, "北京", "天安门"], word_segmentation=True)


def length(text, tokenizer=TOKENIZER):
    return len(tokenizer.tokenize(text).ids)


texts = st.lists(
    st.sampled_from(
        [*"北京天安门。！；，,. \n\u3000😀“”", "abcab", "cabcabcab", "a", "Mr. ", "3.14", "e\u0301", "北京"]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300)
@given(texts, st.integers(1, 12), st.sampled_from([TOKENIZER, SEGMENTER]))
def test_chunks_tile_the_passage_and_fit(text, max_tokens, tokenizer):
    chunks = chunk_passage(text, tokenizer, max_tokens=max_tokens)
    assert "".join(chunk.text for chunk in chunks) == text
    for chunk in chunks:
        assert chunk.text and chunk.text == text[chunk.start : chunk.start + len(chunk.text)]
        assert length(chunk.text, tokenizer) <= max_tokens


@settings(max_examples=300)
@given(texts, st.integers(2, 12), st.data())
def test_overlapping_chunks_advance_and_share_at_most_the_overlap(text, max_tokens, data):
    overlap = data.draw(st.integers(1, max_tokens - 1))
    chunks = chunk_passage(text, TOKENIZER, max_tokens=max_tokens, overlap=overlap)
    end = 0
    for chunk in chunks:
        assert chunk.start <= end < chunk.start + len(chunk.text)
        assert length(chunk.text) <= max_tokens
        end = chunk.start + len(chunk.text)
    assert end == len(text)


@settings(max_examples=300)
@given(texts.filter(bool), st.integers(1, 12), st.data())
def test_the_answer_is_whole_in_its_chunk(text, max_tokens, data):
    ids, offsets = TOKENIZER.tokenize(text)
    continues = [*TOKENIZER.is_continuation[ids].tolist(), False]
    starts = [start for start, inside in zip(offsets[:, 0].tolist(), continues, strict=False) if not inside]
    ends = [end for end, inside in zip(offsets[:, 1].tolist(), continues[1:], strict=False) if not inside]
    assume(starts)
    start = data.draw(st.sampled_from(starts))
    end = data.draw(st.sampled_from([end for end in ends if end > start]))
    chunks = chunk_passage(text, TOKENIZER, max_tokens=max_tokens, answer_span=(start, end))
    if length(text[start:end]) > max_tokens:
        assert chunks == []
    else:
        (chunk,) = chunks
        assert length(chunk.text) <= max_tokens
        assert chunk.text[start - chunk.start : end - chunk.start] == text[start:end]


@pytest.mark.parametrize(
    "text, max_tokens, chunks",
    [
        ("", 4, []),
        ("天亮了。", 4, ["天亮了。"]),
        ("天亮了。好；是，对的吗", 9, ["天亮了。", "好；是，对的吗"]),
        ("天亮了好；是，对的吗", 8, ["天亮了好；", "是，对的吗"]),
        ("天亮了好是，对的吗", 8, ["天亮了好是，", "对的吗"]),
        ("天亮了好是对的吗", 5, ["天亮了好是", "对的吗"]),
        ("a b ab ab", 3, ["a b ab ", "ab"]),
        ("a abc", 2, ["a ", "abc"]),
        ("天。亮。了。", 4, ["天。亮。", "了。"]),
    ],
)
def test_the_strongest_end_wins(text, max_tokens, chunks):
    assert [chunk.text for chunk in chunk_passage(text, TOKENIZER, max_tokens=max_tokens)] == chunks


def test_an_overlap_starts_at_a_sentence():
    chunks = chunk_passage("天。地。人。和。", TOKENIZER, max_tokens=4, overlap=3)
    assert [chunk.text for chunk in chunks] == ["天。地。", "地。人。", "人。和。"]


def test_several_chunks_contain_the_answer_when_they_overlap():
    chunks = chunk_passage("天。地。人。和。", TOKENIZER, max_tokens=4, answer_span=(2, 3), overlap=3)
    assert chunks == [Chunk("天。地。", 0), Chunk("地。人。", 2)]


def test_a_long_document_is_tokenized_part_by_part(monkeypatch):
    longest = 0
    tokenize = TOKENIZER.tokenize

    def watched(text):
        nonlocal longest
        longest = max(longest, len(text))
        return tokenize(text)

    monkeypatch.setattr(TOKENIZER, "tokenize", watched)
    text = "天亮了，他起床。" * 12_500
    chunks = chunk_passage(text, TOKENIZER, max_tokens=128)
    assert "".join(chunk.text for chunk in chunks) == text and len(chunks) == 782
    assert longest <= 4096


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"max_tokens": 0}, "max_tokens of 1 or more. Received: 0"),
        ({"max_tokens": 4, "overlap": 4}, "overlap from 0 to 3 tokens. Received: 4"),
        ({"max_tokens": 4, "overlap": -1}, "Received: -1"),
        ({"max_tokens": 4, "answer_span": (1, 9)}, r"inside the passage of 2 characters. Received: \(1, 9\)"),
        ({"max_tokens": 4, "answer_span": (1, 1)}, "inside the passage"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        chunk_passage("天地", TOKENIZER, **arguments)
