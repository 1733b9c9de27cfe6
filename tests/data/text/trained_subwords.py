"""Byte-level BPE and Unigram tokenizers trained on a few sentences, in the forms of RoBERTa and XLM-RoBERTa."""

import functools
import json
import tempfile
from pathlib import Path

import numpy as np
import tokenizers
from tokenizers import models, normalizers, pre_tokenizers, trainers

from textzoo.data import Tokenizer
from textzoo.data.text.tokenizer_json import read_tokenizer_json

TEXTS = [
    "Anna goes to the library. It's open until 9 pm, except on Sunday.",
    "The library lends books (also in Chinese) to everybody who lives in the city.",
    "王明昨天去了图书馆，借了三本书。图书馆每天早上八点开门。",
    "小李今天在北京大学讲课，来了两百人。",
]
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def trained(kind: str) -> tokenizers.Tokenizer:
    """Returns a tokenizer of the kind `"BPE"` or `"Unigram"`; the mask is its last token, as in published files."""
    return tokenizers.Tokenizer.from_str(_trained(kind))


@functools.cache
def _trained(kind: str) -> str:
    if kind == "BPE":
        tokenizer = tokenizers.Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=400,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            special_tokens=[*SPECIAL, "madeupword0000", "madeupword0001"],
            show_progress=False,
        )
    else:
        tokenizer = tokenizers.Tokenizer(models.Unigram())
        spaces = normalizers.Replace(tokenizers.Regex(" {2,}"), " ")
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), spaces])
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
        )
        trainer = trainers.UnigramTrainer(
            vocab_size=140, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False
        )
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    tokenizer.add_special_tokens([tokenizers.AddedToken("<mask>", lstrip=True)])
    return tokenizer.to_str()


@functools.cache
def subword_tokenizer(kind: str) -> Tokenizer:
    """Returns our tokenizer of the same tokens."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tokenizer.json")
        trained(kind).save(str(path))
        return read_tokenizer_json(path)


@functools.cache
def model_tokenizer(kind: str) -> Tokenizer:
    """Returns the same tokenizer with the padding first, as models have it."""
    tokenizer = subword_tokenizer(kind)
    return tokenizer.with_rows(np.array([1, 0, *range(2, tokenizer.vocab_size)]), None)


def write_vocab_and_merges(tokenizer: tokenizers.Tokenizer, folder: Path) -> None:
    """Writes a BPE as RoBERTa was published."""
    tokenizer.model.save(str(folder))
    vocab = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    vocab["<mask>"] = tokenizer.token_to_id("<mask>")
    (folder / "vocab.json").write_text(json.dumps(vocab), encoding="utf-8")
