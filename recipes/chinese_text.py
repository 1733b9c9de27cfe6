"""Chinese text for pretraining: collected from public data, cleaned, without repetitions, with documents held out.

    python -m recipes.chinese_text --out text

A document is one line of JSON: `{"text"}`. Its first line is its title if it has one; questions about a passage follow
it, one a line. Writes train.jsonl (shuffled), held_out/SOURCE.jsonl and vocab.txt, and prints a table of the sources.
statements.jsonl, for cloze pairs, has the training documents of an encyclopaedia and then abstracts and articles,
without titles and questions. Needs `opencc-python-reimplemented`, which converts DRCD to simplified characters.
"""

import argparse
import gzip
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.harness import DATA
from textzoo.data import group_sentences, read_qa, read_titles, sample_corpus
from textzoo.data.text.tokenizer import SPECIAL_TOKENS

STATUTES_FRACTION = 0.2
PARAGRAPHS_PER_STATUTE = 16
NUM_TRAINING_TITLES = 800  # of CSL's test file; the others are for development
SAMPLE_CORPUS_SIZE = 2000
HELD_OUT_CHARACTERS, MAX_HELD_OUT_FRACTION = 60_000, 0.05
VOCAB_SIZE, MIN_COUNT = 8192, 4
STATEMENT_SOURCES = (("cmrc", "drcd"), ("abstracts", "articles"))
SENTENCE_ENDS = tuple("。！；”」』）!.：")

_CHINESE = re.compile("[\u4e00-\u9fff]")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`#]{1,}|<[^>]{1,80}>|https?://\S+")
_LATIN_WORD = re.compile("[a-z]{2,}")
_CREDITS = re.compile(
    r"^(via|作者|译者|校对|编译|选题|来源|原文|本文由|题图|图片来源)[:：\s]|LCTT|Linux中国|Linux 中国"
)


def clean_lines(text: str) -> list[str]:
    """Returns the lines of Chinese prose in a text: no markup, code, links, credits or lines of other languages."""
    lines = []
    for raw in text.split("\n"):
        line = " ".join(_MARKUP.sub(lambda match: match[1] or "", raw).split())
        if len(_CHINESE.findall(line)) >= max(4, 0.3 * len(line)) and not _CREDITS.search(line):
            lines.append(line)
    return lines


def articles(data: Path) -> Iterator[str]:
    """Yields technical articles with their titles."""
    with gzip.open(data / "titles_articles" / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            lines = clean_lines(row["text"])
            if lines:
                yield "\n".join([row["title"].strip(), *lines])


def statutes(data: Path) -> Iterator[str]:
    """Yields runs of paragraphs of statutes and cases."""
    with gzip.open(data / "corpus_zh" / "laws.txt.gz", "rt", encoding="utf-8") as file:
        paragraphs = [line for raw in file for line in clean_lines(raw)]
    for start in range(0, len(paragraphs), PARAGRAPHS_PER_STATUTE):
        yield "\n".join(paragraphs[start : start + PARAGRAPHS_PER_STATUTE])


def titled_abstracts(data: Path) -> tuple[list[str], list[str]]:
    """Returns abstracts with their titles that may be trained on, and abstracts that are kept for development."""
    folder = data / "titles_csl"
    train, dev, test = (list(read_titles(folder / f"{part}.tsv")) for part in ("train", "dev", "test"))
    usable, kept = train + test[:NUM_TRAINING_TITLES], dev + test[NUM_TRAINING_TITLES:]
    return [f"{example.title}\n{example.text}" for example in usable], [example.text for example in kept]


def abstracts(data: Path) -> Iterator[str]:
    """Yields abstracts of all subjects, those with a known title first, without those kept for development."""
    titled, kept = titled_abstracts(data)
    with gzip.open(data / "corpus_zh" / "abstracts.txt.gz", "rt", encoding="utf-8") as file:
        plain = [" ".join(line.split()) for line in file if len(line) > 40]
    excluded = {fingerprint(text) for text in kept} | {fingerprint(text.split("\n", 1)[1]) for text in titled}
    yield from titled
    yield from (text for text in plain if fingerprint(text) not in excluded)


def passages(file: Path, convert: Callable[[str], str] = str) -> Iterator[str]:
    """Yields passages of a file of questions; each run of sentences is followed by the questions about it."""
    questions: dict[str, dict[str, list[str]]] = {}
    for example in read_qa(file, on_error="skip"):
        windows = questions.setdefault(example.passage, {w: [] for w in group_sentences(example.passage)})
        start = 0
        for window, asked in windows.items():
            if example.start is not None and start <= example.start < start + len(window):
                asked.append(example.question)
                break
            start += len(window)
    for windows in questions.values():
        yield convert("\n".join("\n".join([window.strip(), *asked]) for window, asked in windows.items()))


def drcd(data: Path) -> Iterator[str]:
    """Yields DRCD's passages in simplified characters."""
    from opencc import OpenCC

    yield from passages(data / "qa_drcd" / "dev.json", OpenCC("t2s").convert)


def sample_passages(data: Path) -> Iterator[str]:
    """Yields passages of textzoo's sample corpus with title and questions."""
    for passage in sample_corpus(SAMPLE_CORPUS_SIZE, 1).train:
        yield "\n".join([passage.title, passage.text, *(question for question, _, _ in passage.pairs)])


SOURCES: dict[str, Callable[[Path], Iterable[str]]] = {
    "articles": articles,
    "abstracts": abstracts,
    "cmrc": lambda data: passages(data / "qa_cmrc2018" / "train.json"),
    "drcd": drcd,
    "sample_corpus": sample_passages,
    "statutes": statutes,
}


def fingerprint(text: str) -> str:
    """Returns the first 60 Chinese characters of a text, by which repeated texts are found."""
    return "".join(_CHINESE.findall(text)[:60])


def without_repetitions(documents: Iterable[str], seen: set[str]) -> list[str]:
    """Returns the documents without lines that began alike before; `seen` grows."""
    kept = []
    for document in documents:
        lines = []
        for line in document.split("\n"):
            key = fingerprint(line)
            if len(key) < 12 or key not in seen:
                lines.append(line)
            if len(key) >= 12:
                seen.add(key)
        if len(_CHINESE.findall(" ".join(lines))) >= 20:
            kept.append("\n".join(lines))
    return kept


def collect(data: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Returns training documents and held-out documents of each source."""
    seen: set[str] = set()
    parts = {}
    for name, read in SOURCES.items():
        documents = without_repetitions(read(data), seen)
        random.Random(0).shuffle(documents)
        if name == "statutes":
            total = sum(len(text) for train, held_out in parts.values() for text in train)
            budget = STATUTES_FRACTION / (1 - STATUTES_FRACTION) * total + HELD_OUT_CHARACTERS
            documents = take_characters(documents, budget)
        held_out = take_characters(documents[: int(MAX_HELD_OUT_FRACTION * len(documents))], HELD_OUT_CHARACTERS)
        parts[name] = documents[len(held_out) :], held_out
    return parts


def take_characters(documents: Sequence[str], budget: float) -> list[str]:
    """Returns the first documents, as many as reach a number of characters."""
    taken, count = [], 0
    for document in documents:
        if count >= budget:
            break
        taken.append(document)
        count += len(document)
    return taken


def statements(parts: dict[str, tuple[list[str], list[str]]]) -> Iterator[str]:
    """Yields the sentences of training documents that are neither titles nor questions."""
    for group in STATEMENT_SOURCES:
        documents = [document for name in group for document in parts[name][0]]
        random.Random(2).shuffle(documents)
        for document in documents:
            lines = [line for line in document.split("\n") if line.endswith(SENTENCE_ENDS)]
            if lines:
                yield "\n".join(lines)


def vocabulary(documents: Sequence[str]) -> list[str]:
    """Builds a vocabulary: special tokens, every character of GB 2312, other frequent ones, pieces of Latin words."""
    counts: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for document in documents:
        text = unicodedata.normalize("NFC", document).lower()
        counts.update(text)
        words.update(_LATIN_WORD.findall(text))
    common = {bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)}
    frequent = {character for character, count in counts.items() if count >= MIN_COUNT and is_token(character)}
    characters = sorted(frequent | common - {""})
    inner = ["##" + character for character in characters if character.isascii() and character.isalnum()]
    room = VOCAB_SIZE - len(SPECIAL_TOKENS) - len(characters) - len(inner)
    return [*SPECIAL_TOKENS, *characters, *inner, *latin_pieces(words, room)]


def is_token(character: str) -> bool:
    """Tells whether BERT's tokenizer can give a character as a token."""
    is_accented = unicodedata.decomposition(character)[:1] not in ("", "<")
    return unicodedata.category(character)[0] in "LNPS" and not is_accented


def latin_pieces(words: Counter[str], count: int) -> list[str]:
    """Returns the commonest Latin words and, in the last third, the commonest endings of the others."""
    whole = [word for word, _ in words.most_common(count * 2 // 3)]
    endings: Counter[str] = Counter()
    for word, number in words.items():
        for length in range(2, min(len(word), 6)):
            endings["##" + word[-length:]] += number * (length - 1)  # tokens that the ending saves
    return [*sorted(whole), *sorted(ending for ending, _ in endings.most_common(count - len(whole)))]


def write_jsonl(path: Path, documents: Iterable[str]) -> None:
    lines = (json.dumps({"text": document}, ensure_ascii=False) + "\n" for document in documents)
    path.write_text("".join(lines), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(argv)
    parts = collect(options.data)
    (options.out / "held_out").mkdir(parents=True, exist_ok=True)
    print("| source | documents | characters | held out |\n|---|---|---|---|")
    for name, (train, held_out) in parts.items():
        write_jsonl(options.out / "held_out" / f"{name}.jsonl", held_out)
        print(f"| {name} | {len(train)} | {sum(map(len, train))} | {sum(map(len, held_out))} |")
    documents = [document for train, _ in parts.values() for document in train]
    random.Random(1).shuffle(documents)
    write_jsonl(options.out / "train.jsonl", documents)
    write_jsonl(options.out / "statements.jsonl", statements(parts))
    tokens = vocabulary(documents)
    (options.out / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
    print(f"{sum(map(len, documents))} characters, {len(tokens)} tokens")


if __name__ == "__main__":
    main()
