"""Agreement of both directions on titles over three seeds, from an encoder that has read no titles.

    python -m experiments.title_seeds text --work runs/seeds
    textzoo train mlm runs/seeds/text.txt --vocab runs/seeds/vocab.txt --out runs/seeds/mlm --steps 3600 \
        --batch-size 16 --num-layers 4 --hidden-size 256 --num-heads 4 --max-length 128 --learning-rate 5e-4 \
        --dropout 0 --precision mixed_bfloat16
    python -m experiments.title_seeds titles --work runs/seeds --checkpoint runs/seeds/mlm

text: writes abstracts and articles without their titles, and a vocabulary.

titles: for each seed two models train with equal updates on CSL's titles of all subjects and on titles of articles:
left to right, and both directions. Apart, the directions of the latter do not see each other. Rows choose among the
beams of a model as in experiments/title_agreement.py; w and p are the best on tuning titles of the same seed, half of
them abstracts. Models and candidates stay in `--work`, so an interrupted run continues. Writes
experiments/title_seeds.md.
"""

import argparse
import gzip
import itertools
import json
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.harness import DATA, ROOT, current_command, mean_std
from experiments.title_agreement import (
    APART,
    BOTH,
    LEFT,
    Row,
    candidates,
    choose,
    oracle,
    seconds,
    seconds_table,
    tuned_setting,
)
from experiments.title_figures import end_accuracy, rouge_l_by_length
from recipes.chinese_text import NUM_TRAINING_TITLES, articles, clean_lines
from textzoo.data import TitleExample, Tokenizer, build_vocabulary, read_titles
from textzoo.metrics import rouge_l
from textzoo.scripts import train as train_command

MAX_TITLE_LENGTH, MAX_TITLE_CHARACTERS, MAX_ARTICLE_CHARACTERS = 44, 40, 300
TUNING_EXAMPLES, VOCAB_SIZE = 100, 8000
ROWS = (
    Row("left to right", (LEFT,), ("own", "own")),
    Row("both directions, each title with the score of its own", (BOTH,), ("own", "own")),
    Row("both directions apart, scored from the left", (APART,), ("both_left", "both_left")),
    Row("both directions apart, scored from the right", (APART,), ("both_right", "both_right")),
    Row("both directions apart, agreement", (APART,), ("both_left", "both_right")),
)
ORACLES = (
    ("oracle: the best beam from left to right", (LEFT,)),
    ("oracle: the best beam of both directions", (BOTH,)),
    ("oracle: the best beam of both directions apart", (APART,)),
)


def article_titles(data: Path, part: str) -> Iterator[TitleExample]:
    """Yields the beginnings of articles with their titles; longer titles are left out."""
    with gzip.open(data / "titles_articles" / f"{part}.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            text = "".join(clean_lines(row["text"]))[:MAX_ARTICLE_CHARACTERS]
            if text and len(row["title"]) <= MAX_TITLE_CHARACTERS:
                yield TitleExample(text, row["title"].strip())


def write_text(options) -> None:
    """Runs the part `text`."""
    lines = [line for article in articles(options.data) for line in article.split("\n")[1:]]
    with gzip.open(options.data / "corpus_zh" / "abstracts.txt.gz", "rt", encoding="utf-8") as file:
        lines += [line.strip() for line in file if line.strip()]
    (options.work / "text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (options.work / "vocab.txt").write_text("\n".join(build_vocabulary(lines, VOCAB_SIZE)) + "\n", encoding="utf-8")
    print(f"{len(lines)} lines, {sum(map(len, lines))} characters")


def title_sets(data: Path) -> dict[str, list[TitleExample]]:
    """Returns the titles to train on, for tuning, and the two scored sets."""
    abstracts = list(read_titles(data / "titles_csl" / "train.tsv"))
    test = list(read_titles(data / "titles_csl" / "test.tsv"))
    written = list(article_titles(data, "train"))
    tuning = list(itertools.islice(read_titles(data / "titles_csl" / "dev.tsv"), TUNING_EXAMPLES))
    return {
        "train": abstracts + test[:NUM_TRAINING_TITLES] + written[:-TUNING_EXAMPLES],
        "tuning": tuning + written[-TUNING_EXAMPLES:],
        "abstracts of all subjects": test[NUM_TRAINING_TITLES:],
        "articles": list(article_titles(data, "dev")),
    }


def train(decoder: str, seed: int, options) -> None:
    """Trains a model that is not finished."""
    folder = options.work / f"seed{seed}" / decoder
    if (folder / "metrics.json").exists():
        return
    lengths = ["--max-source-length", str(options.max_source_length), "--max-title-length", str(MAX_TITLE_LENGTH)]
    recipe = ["--steps", str(options.steps), "--batch-size", str(options.batch_size), "--dropout", "0"]
    recipe += ["--learning-rate", str(options.learning_rate), "--seed", str(seed), "--decoder", decoder]
    start = ["--checkpoint", str(options.checkpoint), "--out", str(folder), "--precision", options.precision]
    if train_command.main(["title", str(options.work / "train.tsv"), "--resume", *start, *lengths, *recipe]):
        raise SystemExit(f"the training of {folder} failed")


def pools_of(examples: Sequence[TitleExample], part: str, seed: int, options) -> list[list[dict]]:
    """Returns the candidates of all searches for each text."""
    settings = argparse.Namespace(**vars(options) | {"work": options.work / f"seed{seed}"})
    tokenizer = Tokenizer.from_vocab(settings.work / BOTH / "vocab.txt")
    pools: list[list[dict]] = [[] for _ in examples]
    for model in (LEFT, BOTH, APART):
        for pool, row in zip(pools, candidates(model, examples, part, settings), strict=True):
            for candidate in row:
                count = len(tokenizer.tokenize(candidate["title"]).ids) + 1
                pool.append(candidate | {"by": [model], "num_tokens": count})
    return pools


def chosen_titles(
    tuning: Sequence[TitleExample], tuning_pools: list[list[dict]], pools: list[list[dict]], references: Sequence[str]
) -> dict[str, list[str]]:
    """Returns the titles of each row and oracle by its name."""
    chosen = {row.name: choose(row, pools, **tuned_setting(row, tuning, tuning_pools)) for row in ROWS}
    return chosen | {name: oracle(writers, pools, references) for name, writers in ORACLES}


def figures(titles: Sequence[str], references: Sequence[str]) -> list[float]:
    """Returns ROUGE-L, whole and by thirds of length, and the accuracy of the first and the last four characters."""
    ends = [end_accuracy(titles, references, step) for step in (1, -1)]
    return [statistics.mean(map(rouge_l, titles, references)), *rouge_l_by_length(titles, references), *ends]


def table(runs: Sequence[dict[str, list[str]]], references: Sequence[str]) -> list[str]:
    """Returns the lines of a table of means over seeds; differences are those to left to right of the same seed."""
    lines = [
        "| title | ROUGE-L | above left to right | short third | middle third | long third | first 4 | last 4 |",
        "|" + "---|" * 8,
    ]
    base = [figures(run[ROWS[0].name], references)[0] for run in runs]
    for name in runs[0]:
        rows = [figures(run[name], references) for run in runs]
        whole, *others = (mean_std(column, 3) for column in zip(*rows, strict=True))
        gains = [row[0] - other for row, other in zip(rows, base, strict=True)]
        gain = "" if name == ROWS[0].name else f"{mean_std(gains, 3)}"
        lines.append(f"| {name} | {whole} | {gain} | {' | '.join(others)} |")
    return lines


def write_titles(options) -> None:
    """Runs the part `titles`."""
    sets = title_sets(options.data)
    lines = [f"{example.title}\t{example.text}\n" for example in sets.pop("train")]
    (options.work / "train.tsv").write_text("".join(lines), encoding="utf-8")
    for seed in options.seeds:
        for decoder in (LEFT, BOTH):
            train(decoder, seed, options)
    tuning = sets.pop("tuning")
    text = (
        f"`{current_command()}`: {options.steps} batches of {options.batch_size} of {len(lines)} titles, "
        f"{options.num_beams} beams in total, {len(options.seeds)} seeds. Mean ± standard deviation. Thirds: ROUGE-L "
        "by the length of the reference. First and last 4: accuracy of these characters.\n"
    )
    for part, examples in sets.items():
        references = [example.title for example in examples]
        runs = [
            chosen_titles(
                tuning,
                pools_of(tuning, "tuning", seed, options),
                pools_of(examples, part.split()[0], seed, options),
                references,
            )
            for seed in options.seeds
        ]
        text += f"\n{len(examples)} titles of {part}:\n\n" + "\n".join(table(runs, references)) + "\n"
    first = argparse.Namespace(**vars(options) | {"work": options.work / f"seed{options.seeds[0]}"})
    text += "\n" + "\n".join(seconds_table(seconds(tuning, first))) + "\n"
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["text", "titles"])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    parser.add_argument("--work", type=Path, default=ROOT / "runs" / "title_seeds")
    parser.add_argument("--checkpoint", type=Path, help="encoder that has read no titles")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=1000, help="batches per model")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--precision", default="mixed_bfloat16")
    parser.add_argument("--max-source-length", type=int, default=192, help="tokens per text")
    parser.add_argument("--timed-examples", type=int, default=32)
    parser.add_argument("--num-beams", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=1.0, help="of the search; p chooses among its titles")
    parser.add_argument("--no-repeat-ngram-size", type=int, default=3)
    options = parser.parse_args(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    (write_text if options.part == "text" else write_titles)(options)


if __name__ == "__main__":
    main()
