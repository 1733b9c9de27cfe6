"""WordPiece tokenization against recorded ids of transformers; offsets, decoding, pruning and invalid vocabularies."""

import json
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import Tokenizer

ROOT = Path(__file__).parents[3]
GOLDEN = json.loads((ROOT / "tests/golden/tokenizer.json").read_text(encoding="utf-8"))
CHINESE_VOCAB = ROOT / "../shared/data/vocab_zh/vocab.txt"
needs_chinese_vocab = pytest.mark.skipif(not CHINESE_VOCAB.exists(), reason="needs ../shared/data/vocab_zh")
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
EVERYDAY = [
    *SPECIALS,
    *LETTERS,
    *("##" + letter for letter in LETTERS),
    *"北京天安门的一个。，！,.!?'\"()-",
    *("the", "big", "##ger"),
]


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer(EVERYDAY)


def tokens_of(tokenizer, text):
    return [tokenizer.tokens[index] for index in tokenizer.tokenize(text).ids]


@pytest.mark.parametrize("case", ["lowercase", "cased"])
def test_ids_are_those_of_transformers(case):
    tokenizer = Tokenizer(GOLDEN["vocabulary"], lowercase=case == "lowercase")
    for text, ids in zip(GOLDEN["texts"], GOLDEN["small"][case], strict=True):
        assert tokenizer.tokenize(text).ids.tolist() == ids, text


@needs_chinese_vocab
@pytest.mark.parametrize("case", ["lowercase", "cased"])
def test_ids_are_those_of_transformers_with_the_chinese_vocabulary(case):
    tokenizer = Tokenizer.from_vocab(CHINESE_VOCAB, lowercase=case == "lowercase")
    for text, ids in zip(GOLDEN["texts"], GOLDEN["chinese"][case], strict=True):
        assert tokenizer.tokenize(text).ids.tolist() == ids, text


@needs_chinese_vocab
def test_line_separators_inside_the_chinese_vocabulary_shift_no_id():
    tokenizer = Tokenizer.from_vocab(CHINESE_VOCAB)
    lines = CHINESE_VOCAB.read_bytes().split(b"\n")
    assert tokenizer.vocab_size == 21128
    assert tokenizer.tokens[343] == "\u2028"
    for index in (101, 342, 344, 6821, 13501, 13503, 21127):
        assert tokenizer.tokens[index].encode() == lines[index]
        assert tokenizer.token_to_id(lines[index].decode()) == index
    assert tokenizer.tokenize("这").ids.tolist() == [lines.index("这".encode())]


@pytest.mark.parametrize(
    "text",
    [
        "天\u3000安ö门😀北",
        "Cafe\u0301 the",
        unicodedata.normalize("NFD", "ö가ガ"),
        "a\ud800北\0京",
        "the BIGGER, 一个。",
    ],
)
@pytest.mark.parametrize("lowercase", [True, False])
def test_offsets_are_code_points_of_the_users_string(text, lowercase):
    tokenizer = Tokenizer(EVERYDAY, lowercase=lowercase)
    ids, offsets = tokenizer.tokenize(text)
    assert ids.dtype == offsets.dtype == np.int32 and offsets.shape == (len(ids), 2)
    for index, (start, end) in zip(ids, offsets, strict=True):
        token = tokenizer.tokens[index].removeprefix("##")
        if token != "[UNK]":
            plain = unicodedata.normalize("NFD", text[start:end].lower() if lowercase else text[start:end])
            plain = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cc", "Cs"))
            assert plain == token
    bare = {i for i, c in enumerate(text) if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cs")}
    assert bare <= {i for start, end in offsets for i in range(start, end)}  # a letter's accents belong to it


@settings(max_examples=150)
@given(st.text(max_size=60))
def test_any_text_has_ordered_offsets_inside_it(text):
    for lowercase in (True, False):
        ids, offsets = Tokenizer(EVERYDAY, lowercase=lowercase).tokenize(text)
        assert len(ids) == len(offsets)
        assert (offsets >= 0).all() and (offsets <= len(text)).all()
        assert (offsets[:, 0] < offsets[:, 1]).all()
        assert (np.diff(offsets[:, 0]) >= 0).all() and (np.diff(offsets[:, 1]) >= 0).all()


words = st.text("abcdefgh0123456789", min_size=1, max_size=6)
sentences = st.lists(st.one_of(words, st.sampled_from([*"北京天安门的一个。，！,.!?'\"()-"])), max_size=20)


@settings(max_examples=150)
@given(sentences, st.booleans())
def test_decoding_gives_the_text_back_but_for_case_and_spaces(parts, spaced):
    tokenizer = Tokenizer(EVERYDAY)
    text = (" " if spaced else "").join(parts)
    decoded = tokenizer.decode(tokenizer.tokenize(text.upper()).ids)
    assert "".join(decoded.split()) == "".join(text.split())
    assert not re.search(r"[\u4e00-\u9fff，。！] | [\u4e00-\u9fff，。！]", decoded)
    if re.fullmatch(r"[a-z0-9 ]*", text):
        assert decoded == text


def test_a_batch_gives_what_each_text_gives_alone(tokenizer):
    texts = ["北京", "", "the bigger", "天 安"]
    for text, tokens in zip(texts, tokenizer.tokenize_batch(texts), strict=True):
        alone = tokenizer.tokenize(text)
        np.testing.assert_array_equal(tokens.ids, alone.ids)
        np.testing.assert_array_equal(tokens.offsets, alone.offsets)
    assert tokenizer.tokenize_batch([]) == []
    assert tokenizer.tokenize("").offsets.shape == (0, 2)


def test_a_special_token_in_a_text_is_text(tokenizer):
    ids = tokenizer.tokenize("北[SEP]京[MASK][CLS][PAD]").ids
    assert not set(ids) & {tokenizer.sep_id, tokenizer.mask_id, tokenizer.cls_id, tokenizer.pad_id}
    segmenting = Tokenizer([*EVERYDAY, "北京"], word_segmentation=True, user_dict=["[SEP] 1000", "##ger 1000"])
    ids = segmenting.tokenize("北京[SEP] ##ger").ids
    assert segmenting.sep_id not in ids and segmenting.token_to_id("##ger") not in ids


def test_encode_frames_one_text(tokenizer):
    ids, offsets = tokenizer.encode("北京big")
    assert ids.tolist() == [tokenizer.token_to_id(token) for token in ["[CLS]", "北", "京", "big", "[SEP]"]]
    assert offsets.tolist() == [[-1, -1], [0, 1], [1, 2], [2, 5], [-1, -1]]
    assert ids.dtype == offsets.dtype == np.int32


def test_max_length_cuts_one_text_and_must_hold_the_special_tokens(tokenizer):
    assert len(tokenizer.encode("北京天安门", max_length=4).ids) == 4
    assert len(tokenizer.encode("北京", max_length=2).ids) == 2
    with pytest.raises(ValueError, match="max_length of 2 or more. Received: 1"):
        tokenizer.encode("北", max_length=1)


def test_decode_leaves_special_tokens_out_and_shows_unknown_ones(tokenizer):
    assert tokenizer.decode(tokenizer.encode("The BIGGER 北京").ids) == "the bigger北京"
    assert tokenizer.decode([tokenizer.mask_id, tokenizer.unk_id, tokenizer.pad_id]) == "[UNK]"
    assert tokenizer.decode([tokenizer.token_to_id("##ger")]) == "ger"
    assert tokenizer.decode([]) == ""


def test_continuations_are_marked(tokenizer):
    assert tokenizer.is_continuation[tokenizer.token_to_id("##ger")]
    assert not tokenizer.is_continuation[tokenizer.token_to_id("the")]
    assert tokenizer.is_continuation.shape == (tokenizer.vocab_size,)


def test_an_unknown_token_is_named(tokenizer):
    with pytest.raises(ValueError, match="Received: 'zebra'"):
        tokenizer.token_to_id("zebra")


def test_word_segmentation_makes_words_of_the_vocabulary_one_token(tmp_path):
    tokens = [*EVERYDAY, "北京", "天安门", "安门天"]
    tokenizer = Tokenizer(tokens, word_segmentation=True)
    assert tokens_of(tokenizer, "北京天安门big") == ["北京", "天安门", "big"]
    assert tokenizer.tokenize("北京天安门").offsets.tolist() == [[0, 2], [2, 5]]
    assert tokens_of(tokenizer, "安门天") == ["安", "门", "天"]
    (tmp_path / "words.txt").write_text("安门天 1000 n\n", encoding="utf-8")
    with_words = Tokenizer(tokens, word_segmentation=True, user_dict=tmp_path / "words.txt")
    assert tokens_of(with_words, "安门天") == ["安门天"]
    (tmp_path / "words.txt").unlink()
    assert tokens_of(Tokenizer.from_config(with_words.get_config()), "安门天") == ["安门天"]


def test_a_configuration_holds_words_never_their_path(tmp_path):
    (tmp_path / "words.txt").write_text("安门天 1000 n\n", encoding="utf-8")
    config = Tokenizer(EVERYDAY, word_segmentation=True).get_config()
    with pytest.raises(ValueError, match="Expected user_dict to be a list of lines in a configuration. Received: '"):
        Tokenizer.from_config(config | {"user_dict": str(tmp_path / "words.txt")})


def test_jieba_is_silent(capfd):
    tokens_of(Tokenizer(EVERYDAY, word_segmentation=True), "北京")
    assert capfd.readouterr() == ("", "")


def test_pruning_keeps_what_the_corpus_uses():
    tokenizer = Tokenizer(["[unused1]", "[unused2]", "[unused3]", *EVERYDAY])
    pruned = tokenizer.prune(["北京 the", "BIGGER"], keep=["门"])
    words = {token for token in pruned.tokens if len(token.removeprefix("##")) > 1 or not token.isascii()}
    assert words == {*SPECIALS, "[unused1]", "[unused2]", "北", "京", "the", "big", "##ger", "门"}
    assert [tokenizer.tokens[row] for row in pruned.checkpoint_rows] == pruned.tokens
    assert tokenizer.checkpoint_rows is None
    with pytest.raises(ValueError, match="zebra"):
        tokenizer.prune([], keep=["zebra"])


def test_pruning_keeps_what_spells_an_unseen_word():
    spelling = ["a", "##a", "c", "##c", "7"]
    assert set(Tokenizer([*SPECIALS, "cat", *spelling]).prune([]).tokens) == {*SPECIALS, *spelling}


def test_pruning_twice_composes():
    tokenizer = Tokenizer(EVERYDAY)
    once, direct = tokenizer.prune(["北京天安门 the big"]), tokenizer.prune(["京门 big"])
    twice = once.prune(["京门 big"])
    assert twice.tokens == direct.tokens
    np.testing.assert_array_equal(twice.checkpoint_rows, direct.checkpoint_rows)


@settings(max_examples=50)
@given(st.lists(sentences.map(" ".join), min_size=1, max_size=4))
def test_a_pruned_tokenizer_reads_its_corpus_as_before(texts):
    tokenizer = Tokenizer(EVERYDAY)
    pruned = tokenizer.prune(iter(texts))
    for text in texts:
        np.testing.assert_array_equal(pruned.checkpoint_rows[pruned.tokenize(text).ids], tokenizer.tokenize(text).ids)


def test_config_and_file_keep_everything(tmp_path):
    tokenizer = Tokenizer(EVERYDAY, lowercase=False).prune(["the 北京"])
    config = json.loads(json.dumps(tokenizer.get_config()))
    copy = Tokenizer.from_config(config)
    assert copy.get_config() == tokenizer.get_config()
    tokenizer.save(tmp_path / "vocab.txt")
    assert Tokenizer.from_vocab(tmp_path / "vocab.txt").tokens == tokenizer.tokens


def test_a_vocabulary_may_hold_line_separators_and_end_lines_as_windows_does(tmp_path):
    tokens = [*SPECIALS, "\u2028", "a\u0085b", "\u3000", "北"]
    for end, mark in [("\n", ""), ("\r\n", ""), ("\n", "\ufeff")]:
        (tmp_path / "vocab.txt").write_bytes((mark + end.join(tokens) + end).encode())
        assert Tokenizer.from_vocab(tmp_path / "vocab.txt").tokens == tokens


def test_bad_vocabularies_name_the_file_and_what_is_wrong(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join([*SPECIALS, "a", "b", "a"]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"vocab.txt, line 8: expected each token once. Received: 'a', which line 6"):
        Tokenizer.from_vocab(path)
    path.write_text("\n".join(SPECIALS[:-1]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"vocab.txt: .*Received: '\[MASK\]'"):
        Tokenizer.from_vocab(path)
    path.write_bytes("\n".join([*SPECIALS, "北"]).encode("gbk"))
    with pytest.raises(ValueError, match="vocab.txt: expected a vocabulary in UTF-8"):
        Tokenizer.from_vocab(path)
    with pytest.raises(ValueError, match="must be distinct. Received: 'a' twice"):
        Tokenizer([*SPECIALS, "a", "a"])
    with pytest.raises(ValueError, match="one checkpoint row for each of 5 tokens"):
        Tokenizer(SPECIALS, checkpoint_rows=[0, 1])


def test_generatable_tokens():
    tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused12]", "[", "[x]", "##ing"])
    np.testing.assert_array_equal(tokenizer.is_generatable, [0, 0, 0, 1, 0, 0, 1, 1, 1])
