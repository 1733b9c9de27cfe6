"""tokenizer.json: the same ids as the tokenizers library gives, and other kinds refused by name."""

import json

import pytest
import tokenizers

from textzoo.data import Tokenizer
from textzoo.data.text.tokenizer_json import read_tokenizer_json

TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "北", "京", "is", "big", "##ger", "B", "##ig", "café", "cafe"]
TEXT = "北京 is BIGGER, Café big京"


def oracle(lowercase, **model):
    vocab = {token: index for index, token in enumerate(TOKENS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocab, unk_token="[UNK]", **model))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    return tokenizer


@pytest.mark.parametrize("lowercase", [True, False])
def test_ids_of_the_tokenizers_library(lowercase, tmp_path):
    expected = oracle(lowercase)
    expected.add_special_tokens(["[ENT]"])
    expected.save(str(tmp_path / "tokenizer.json"))
    tokenizer = read_tokenizer_json(tmp_path / "tokenizer.json")
    assert (tokenizer.tokens, tokenizer.lowercase) == ([*TOKENS, "[ENT]"], lowercase)
    assert tokenizer.tokenize(TEXT).ids.tolist() == expected.encode(TEXT, add_special_tokens=False).ids


def changed(tmp_path, **parts):
    content = json.loads(oracle(True).to_str())
    for part, fields in parts.items():
        content[part] = content[part] | fields if isinstance(fields, dict) else fields
    (tmp_path / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / "tokenizer.json"


def test_ids_without_a_token_are_unused(tmp_path):
    vocab = {token: 2 * index for index, token in enumerate(TOKENS)}
    tokenizer = read_tokenizer_json(changed(tmp_path, model={"vocab": vocab}))
    assert isinstance(tokenizer, Tokenizer) and tokenizer.vocab_size == 27 and tokenizer.tokens[1] == "[unused1]"
    assert tokenizer.tokenize("北").ids.tolist() == [10] and not tokenizer.is_generatable[[1, 3]].any()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"model": {"type": "WordLevel"}}, "Received: the kind WordLevel; pass a tokenizer"),
        ({"model": {"type": "Unigram"}}, "expected Unigram without continuing_subword_prefix. Received: '##'"),
        ({"model": None}, "Received: the kind None"),
        ({"model": {"continuing_subword_prefix": "@@"}}, "with the prefix '##'. Received: '@@'"),
        ({"pre_tokenizer": {"type": "Whitespace"}}, "with BertPreTokenizer. Received: Whitespace"),
        ({"normalizer": {"strip_accents": False}}, "Received: strip_accents false with lowercase true"),
        ({"normalizer": {"handle_chinese_chars": False}}, "Received: handle_chinese_chars false"),
        ({"normalizer": {"type": "Replace"}}, "Received: the normalizer Replace"),
        ({"model": {"vocab": {"[PAD]": 10**12}}}, "expected an id from 0 .* 1000000000000 for"),
        ({"model": {"vocab": {"a": 0, "b": 0}}}, "expected one token per id. Received: 'a' and 'b' for 0"),
        ({"model": {"vocab": {"a": 0}}}, r"Received: '\[PAD\]'"),
    ],
)
def test_other_tokenizers_are_refused_by_name(parts, message, tmp_path):
    path = changed(tmp_path, **parts)
    with pytest.raises(ValueError, match=message) as error:
        read_tokenizer_json(path)
    assert str(error.value).startswith(f"{path}: ") and "\n" not in str(error.value)
