"""Records what transformers' pure-Python BertTokenizer makes of some texts.

    python tests/golden/make_tokenizer.py ../shared/data/vocab_zh/vocab.txt

`small` uses the vocabulary written below, `chinese` Google's Chinese vocabulary of 21128 tokens.
"""

import json
import sys
import tempfile
from pathlib import Path

import transformers
from transformers.models.bert.tokenization_bert_legacy import BertTokenizerLegacy

SMALL = (
    "[PAD] [unused1] [unused2] [UNK] [CLS] [SEP] [MASK] "
    "北 京 天 安 门 的 一 个 。 ， ！ （ ） 「 」 . , ! ? ' \" - [ ] # ( ) $ "
    "the The cafe Café café is I'm i m big ##ger ##g ##er un ##believ ##able a b c ##b ##c 3 14 20 ##23 ##24 "
    "2023 0 1 ##0 sep mask ö o ##o ##ö New york new York ß ss 가 を ガ カ ① é e ##e É E ﬁ fi ² 2"
).split()
TEXTS = [
    "",
    " \t\n",
    "北京天安门的一个。",
    "The café is BIGGER, unbelievable!",
    "Cafe\u0301 cafe\u0301 E\u0301",
    "I'm in New York (2023-2024): $3.14?",
    "[CLS] a [SEP] b [MASK] c [PAD] [UNK] [unused1]",
    "##b ##ger abc aBC",
    "北a京b 3.14，20%的天",
    "ö Ö öo\u0308 ß ẞ ŞşİIı",
    "天\u3000安\u00a0门\u2003的\u200b一\u2028个\u0085北",
    "😀北🙂🙂京👨\u200d👩\u200d👧",
    "가을 ガラス が를 を",
    "①②ﬁ²½é",
    "𠀀𪜶㐀豈北",
    "a\x00b\ufffdc\x07d\x7f",
    "“北京”‘天’…——「安」《门》·～",
    "a" * 101 + " " + "b" * 100,
    "~`!@#$%^&*()_+-={}[]|\\:;\"'<>,.?/",
    "2023年11月23日，iPhone 15 Pro卖了1,000,000台！",
    "龟龠龜亀",
    "##京 ##天",
]


def record(vocab_file: str) -> dict[str, list[list[int]]]:
    result = {}
    for name, lowercase in (("lowercase", True), ("cased", False)):
        tokenizer = BertTokenizerLegacy(vocab_file, do_lower_case=lowercase)
        basic, wordpiece = tokenizer.basic_tokenizer, tokenizer.wordpiece_tokenizer
        result[name] = [  # never_split=[]: a special token in a text is text
            [tokenizer.vocab.get(piece, tokenizer.vocab["[UNK]"]) for word in basic.tokenize(text, never_split=[])
             for piece in wordpiece.tokenize(word)]
            for text in TEXTS
        ]  # fmt: skip
    return result


def main(chinese_vocab: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vocab.txt"
        path.write_text("".join(token + "\n" for token in SMALL), encoding="utf-8")
        small = record(str(path))
    golden = {
        "transformers": transformers.__version__,
        "vocabulary": SMALL,
        "texts": TEXTS,
        "small": small,
        "chinese": record(chinese_vocab),
    }
    target = Path(__file__).with_name("tokenizer.json")
    target.write_text(json.dumps(golden, ensure_ascii=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
