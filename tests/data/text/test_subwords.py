"""Byte-level BPE and Unigram against the library's own pipeline: tokens, offsets, words, text, files, bad input."""

import json

import numpy as np
import pytest

from tests.data.text.trained_subwords import TEXTS, subword_tokenizer, trained, write_vocab_and_merges
from textzoo.data import Tokenizer, chunk_passage, encode_passage, word_ids
from textzoo.data.text.subwords import SPECIAL_NAMES, Subwords
from textzoo.data.text.tokenizer_json import read_tokenizer_json, read_vocab_and_merges

MORE_TEXTS = [
    *TEXTS,
    "It's  the (library)\n 今天天气 很好。",
    "Zo\u0308e ｆｕｌｌ Ⅷ … 龘 😀a😀b",
    " an end. ",
]
KINDS = ("BPE", "Unigram")


@pytest.fixture(scope="module", params=KINDS)
def pair(request, tmp_path_factory):
    """The library's tokenizer and ours, read from its file."""
    theirs = trained(request.param)
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    theirs.save(str(path))
    return theirs, read_tokenizer_json(path)


@pytest.mark.parametrize("text", MORE_TEXTS)
def test_tokens_are_those_of_the_library_and_offsets_leave_out_the_space(pair, text):
    theirs, ours = pair
    expected, tokens = theirs.encode(text, add_special_tokens=False), ours.tokenize(text)
    assert tokens.ids.tolist() == expected.ids
    for (start, end), (low, high), index in zip(tokens.offsets.tolist(), expected.offsets, expected.ids, strict=True):
        assert low <= start <= end <= high or ours.is_blank[index]
        assert text[start:end] == text[low:high].lstrip() or ours.is_blank[index] and start == end
    assert (np.diff(tokens.offsets[:, 0]) >= 0).all()


def test_special_tokens_are_named_as_berts_and_a_text_never_holds_one(pair):
    _, tokenizer = pair
    assert set(SPECIAL_NAMES) <= set(tokenizer.tokens) and not set(SPECIAL_NAMES.values()) & set(tokenizer.tokens)
    special = [tokenizer.token_to_id(token) for token in ("[PAD]", "[CLS]", "[SEP]", "[MASK]")]
    ids = tokenizer.tokenize("<s>Anna</s> <mask><pad> [MASK][SEP] madeupword0000 [unused1]").ids
    assert not np.isin(special, ids).any()
    assert tokenizer.is_generatable[ids[ids != tokenizer.unk_id]].all()
    assert tokenizer.encode("Anna").ids[[0, -1]].tolist() == [tokenizer.cls_id, tokenizer.sep_id]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
def test_a_text_without_characters_has_no_tokens(pair, text):
    assert not len(pair[1].tokenize(text).ids)


def test_lone_surrogates_become_replacement_characters(pair):
    np.testing.assert_array_equal(pair[1].tokenize("a\ud800b").ids, pair[1].tokenize("a\ufffdb").ids)


@pytest.mark.parametrize("text", TEXTS)
def test_decoding_gives_the_text_with_its_spaces(pair, text):
    theirs, ours = pair
    expected = text if ours.subwords.kind == "BPE" else text.replace("，", ",")
    assert ours.decode(ours.encode(text).ids) == expected
    assert ours.decode(ours.tokenize(text.replace(" ", "  ")).ids) == expected


def test_words_and_their_tokens():
    tokenizer = subword_tokenizer("BPE")
    text = "Anna's (books) 北馆"
    tokens = tokenizer.tokenize(text)
    words = tokenizer.words(tokens.ids)
    assert [word.text for word in words] == ["Anna", "'s", "(", "books", ")", "北", "馆"]
    assert [word.joined for word in words] == [None, True, False, True, True, False, True]
    for word in words:
        start, end = tokens.offsets[word.first, 0], tokens.offsets[word.end - 1, 1]
        assert text[start:end] == word.text
    broken = tokenizer.tokenize("龘").ids[:-1]
    assert tokenizer.decode([*broken, tokenizer.sep_id]) == tokenizer.decode(broken) == "[UNK]"


def test_continuations_of_words_and_of_characters():
    tokenizer = subword_tokenizer("BPE")
    text = "everybody, 龘x 9pm"
    tokens = tokenizer.tokenize(text)
    begins = tokens.offsets[~tokenizer.continues_word(text, tokens), 0].tolist()
    blank = tokens.offsets[tokenizer.is_blank[tokens.ids], 0].tolist()
    assert begins == sorted([0, 9, *blank, 11, 12, 14])


def test_answers_begin_and_end_at_whole_words_and_characters(pair):
    _, tokenizer = pair
    text = "Anna  goes (龘) to the library. 今天去图书馆。"
    passage = encode_passage(text, tokenizer, max_length=200)
    starts = {int(start) for start in passage.offsets[passage.starts, 0]}
    ends = {int(end) for end in passage.offsets[passage.ends, 1]}
    for word in ("Anna", "goes", "to", "the", "library"):
        start = text.index(word)
        assert start in starts and start + len(word) in ends
        assert passage.token_span(start, start + len(word)) != (0, 0)
    assert not any(text[start].isspace() for start in starts) and not any(text[end - 1].isspace() for end in ends)
    assert 1 not in starts and 3 not in ends
    inside = passage.offsets[(passage.starts | passage.ends)]
    assert (inside[:, 1] > inside[:, 0]).all()


def test_chunks_fit_and_cover_the_text(pair):
    _, tokenizer = pair
    text = " ".join(TEXTS * 3)
    chunks = chunk_passage(text, tokenizer, max_tokens=40)
    assert "".join(chunk.text for chunk in chunks) == text and len(chunks) > 3
    assert all(len(tokenizer.tokenize(chunk.text).ids) <= 40 for chunk in chunks)


def test_whole_words_of_tokens(pair):
    _, tokenizer = pair
    text = "everybody lives in the city"
    tokens = tokenizer.tokenize(text)
    words = word_ids(text, tokens.offsets, is_continuation=tokenizer.continues_word(text, tokens))
    for number in range(words.max() + 1):
        covered = tokens.offsets[words == number]
        assert text[covered[0, 0] : covered[-1, 1]] in (*text.split(" "), "")


def test_pruning_keeps_the_tokens_of_the_corpus(pair):
    _, tokenizer = pair
    pruned = tokenizer.prune(TEXTS[:2])
    assert len(TEXTS[0]) < pruned.vocab_size < tokenizer.vocab_size
    for text in TEXTS[:2]:
        np.testing.assert_array_equal(pruned.checkpoint_rows[pruned.tokenize(text).ids], tokenizer.tokenize(text).ids)
    assert tokenizer.unk_id not in pruned.checkpoint_rows[pruned.tokenize("Anna reads").ids]


def test_a_written_file_gives_the_same_tokenizer(pair, tmp_path):
    theirs, ours = pair
    ours.save(tmp_path / ours.file_name)
    again = read_tokenizer_json(tmp_path / "tokenizer.json")
    assert again.get_config() == ours.get_config() == Tokenizer.from_config(json_copy(ours.get_config())).get_config()
    library = type(theirs).from_file(str(tmp_path / "tokenizer.json"))
    text = "Anna goes <mask>."
    assert library.encode(text, add_special_tokens=False).ids == theirs.encode(text, add_special_tokens=False).ids
    assert library.encode("Anna").tokens[::3][:1] == ["<s>"] and library.encode("Anna").tokens[-1] == "</s>"


def test_vocab_json_and_merges_txt(tmp_path):
    theirs = trained("BPE")
    write_vocab_and_merges(theirs, tmp_path)
    tokenizer = read_vocab_and_merges(tmp_path)
    assert tokenizer.get_config() == subword_tokenizer("BPE").get_config() | {
        "subwords": tokenizer.subwords.get_config()
    }
    for text in MORE_TEXTS:
        assert tokenizer.tokenize(text).ids.tolist() == theirs.encode(text, add_special_tokens=False).ids
    (tmp_path / "tokenizer_config.json").write_text('{"add_prefix_space": true}')
    assert read_vocab_and_merges(tmp_path).decode(read_vocab_and_merges(tmp_path).tokenize("library").ids) == "library"
    (tmp_path / "merges.txt").write_text("#version: 0.2\nonlyone\n")
    with pytest.raises(ValueError, match="vocab.json: Expected two tokens for each merge. Received: 'onlyone'"):
        read_vocab_and_merges(tmp_path)
    (tmp_path / "merges.txt").write_text("q zq\n")
    with pytest.raises(ValueError, match="vocab.json: Expected a tokenizer that works. Received: .*zq"):
        read_vocab_and_merges(tmp_path)
    (tmp_path / "merges.txt").unlink()
    with pytest.raises(ValueError, match="merges.txt is missing; put it beside vocab.json"):
        read_vocab_and_merges(tmp_path)


REGEX = {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": ""}


@pytest.mark.parametrize(
    ("kind", "change", "match"),
    [
        ("BPE", {"pre_tokenizer": None}, "a pre_tokenizer with a type. Received: {}"),
        ("BPE", {"pre_tokenizer": {"type": "WhitespaceSplit"}}, "ByteLevel with BPE. Received: WhitespaceSplit"),
        ("BPE", {"pre_tokenizer": {"type": "Split"}}, "pre_tokenizer of ByteLevel, .*Received: Split"),
        ("BPE", {"pre_tokenizer": {"type": "ByteLevel", "use_regex": False}}, "use_regex true. Received: false"),
        ("BPE", {"model": {"byte_fallback": True}}, "BPE without byte_fallback. Received: True"),
        ("BPE", {"model": {"end_of_word_suffix": "</w>"}}, "without end_of_word_suffix. Received: '</w>'"),
        ("BPE", {"model": {"vocab": [1]}}, "the vocabulary of BPE; save the tokenizer again"),
        ("BPE", {"model": {"merges": [["q"]]}}, "two tokens for each merge. Received: 'q'"),
        ("Unigram", {"normalizer": REGEX}, r"a string to replace, or ' \{2,\}'. Received: '\(a\+\)\+\$'"),
        ("Unigram", {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}}, "a tokenizer that works"),
        ("Unigram", {"normalizer": {"type": "Sequence", "normalizers": [3]}}, "a normalizer with a type. Received: 3"),
        ("Unigram", {"pre_tokenizer": {"type": "Metaspace", "replacement": "_"}}, "Metaspace with '▁'. Received: '_'"),
        ("Unigram", {"model": {"vocab": [["<s>", None]]}}, "a number for each token. Received: None"),
        ("Unigram", {"added_tokens": [], "model": {"vocab": [["<s>", 0], ["<pad>", 0]]}}, "with <unk> or .UNK.. Rec"),
        ("Unigram", {"model": {"vocab": [["a"]]}}, "the vocabulary of Unigram; save the tokenizer again"),
        ("Unigram", {"model": {"type": "WordLevel"}}, "WordPiece, byte-level BPE or Unigram. Received: the kind WordL"),
    ],
)
def test_files_that_are_refused(kind, change, match, tmp_path):
    content = json.loads(trained(kind).to_str())
    for key, value in change.items():
        content[key] = content[key] | value if key == "model" else value
    (tmp_path / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=f"tokenizer.json: [Ee]xpected .*{match}"):
        read_tokenizer_json(tmp_path / "tokenizer.json")


def test_rules_that_do_not_fit():
    config = subword_tokenizer("Unigram").get_config()
    with pytest.raises(ValueError, match="88 tokens, one for each number. Received: 89"):
        Tokenizer.from_config(config | {"tokens": [*config["tokens"], "more"]})
    with pytest.raises(ValueError, match="a WordPiece vocabulary with word_segmentation. Received: Unigram"):
        Tokenizer.from_config(config | {"word_segmentation": True})
    for wrong in ({"kind": "BPE"}, [], config["subwords"] | {"rules": "ab"}):
        with pytest.raises(ValueError, match="Expected subwords with kind, normalizer, pre_tokenizer, rules"):
            Tokenizer.from_config(config | {"subwords": wrong})
    with pytest.raises(ValueError, match="Expected kind 'BPE' or 'Unigram'. Received: 'WordLevel'"):
        Subwords(kind="WordLevel", rules=[], pre_tokenizer={})
    with pytest.raises(ValueError, match="a number for each token. Received: nan"):
        Subwords(kind="Unigram", rules=[float("nan")], pre_tokenizer={"type": "Metaspace"})


def json_copy(value):
    return json.loads(json.dumps(value))
