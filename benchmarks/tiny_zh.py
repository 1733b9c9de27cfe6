"""The texts that a small Chinese encoder is pretrained on.

    python benchmarks/tiny_zh.py --out corpus

Titles and abstracts of CSL's training file, passages and questions of CMRC2018's and DRCD's, and passages of the sample
corpus, a text a line, shuffled; 1.5 % of them are held out. Writes train.txt, held_out.txt and vocab.txt: characters
that stand at least twice and pieces of Latin words, 8000 tokens at most. Then:

    textzoo train mlm corpus/train.txt --validation corpus/held_out.txt --vocab corpus/vocab.txt --out corpus/mlm \
        --layers 4 --hidden-size 256 --heads 4 --epochs 20 --learning-rate 1e-3 --dropout 0 --precision mixed_bfloat16
"""

import argparse
import random
from collections import Counter
from pathlib import Path

from textzoo.data import build_vocabulary, read_qa, read_titles, sample_corpus
from textzoo.data.build_vocabulary import SPECIAL

HELD_OUT, VOCAB_SIZE, SAMPLE = 0.015, 8000, 1200


def texts(data: Path) -> list[str]:
    """Every text once, in an order that is always the same."""
    found = [text for e in read_titles(data / "titles_csl" / "train.tsv") for text in (e.title, e.text)]
    for file in ("qa_cmrc2018/train.json", "qa_drcd/dev.json"):
        examples = list(read_qa(data / file, on_error="skip"))
        found += [e.passage for e in examples] + [e.question for e in examples]
    found += [passage.text for passage in sample_corpus(SAMPLE, 1).train]
    lines = list(dict.fromkeys(" ".join(text.split()) for text in found))
    random.Random(0).shuffle(lines)
    return lines


def vocabulary(lines: list[str]) -> list[str]:
    """Special tokens, characters that stand twice, and the Latin pieces that come first in WordPiece training."""
    counts = Counter(character for line in lines for character in line.lower())
    rare = {character for character, count in counts.items() if count < 2}
    kept = [
        token
        for token in build_vocabulary(lines, VOCAB_SIZE)
        if token in SPECIAL or token.removeprefix("##") not in rare
    ]
    return kept[:VOCAB_SIZE]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    lines = texts(options.data)
    count = round(HELD_OUT * len(lines))
    parts = {"held_out.txt": lines[:count], "train.txt": lines[count:], "vocab.txt": vocabulary(lines[count:])}
    for name, rows in parts.items():
        (options.out / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        print(f"{name}: {len(rows)} lines, {sum(map(len, rows))} characters")


if __name__ == "__main__":
    main()
