"""Agreement of both directions on titles, beside left to right, controls of ensembling, and the hindsight oracle.

    python -m experiments.title_agreement --work runs/agreement

Four models train from one start, a model of titles from left to right, with equal updates by `textzoo train title`: a
bidirectional one, two from left to right with different seeds, and one from right to left, which is a left-to-right
model of reversed titles. The start is a row too. All write the same number of beams. Every row chooses among fixed
candidates by ((1 - w) a + w b) / ((5 + n) / 6)^p with the two log-probabilities a and b that it names; w and p are the
best on the tuning titles, of which none is scored.

Models and candidates stay in `--work`, so an interrupted run continues. Writes experiments/title_agreement.md.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from benchmarks.harness import DATA, ROOT, current_command, median, ratio
from experiments.title_figures import end_accuracy, paired_bootstrap, reversed_title, rouge_l_by_length
from textzoo.data import TitleExample, Tokenizer, read_titles
from textzoo.data.tasks.title_agreement import agreement_score
from textzoo.metrics import rouge_l
from textzoo.scripts import train as train_command

LEFT, RIGHT, SECOND, BOTH = "left_to_right", "right_to_left", "left_to_right_1", "bidirectional"
START, APART = "start", "bidirectional_apart"  # apart: the directions do not see each other
WEIGHTS = [round(0.1 * step, 1) for step in range(11)]
PENALTIES = (0.0, 0.6, 1.0, 1.5, 2.0)
TIMING_ROUNDS = 11
MAX_TITLE_LENGTH = 32


class Row(NamedTuple):
    """Row of the table: whose candidates it chooses from, and the two log-probabilities of its score."""

    name: str
    candidates: tuple[str, ...]
    scores: tuple[str, str]


ROWS = (
    Row("left to right, the start", (START,), ("own", "own")),
    Row("left to right, trained further", (LEFT,), (LEFT, LEFT)),
    Row("right to left, a model of its own", (RIGHT,), (RIGHT, RIGHT)),
    Row("both directions, each title with the score of its own", (BOTH,), ("own", "own")),
    Row("both directions apart, agreement", (APART,), ("both_left", "both_right")),
    Row("both directions apart, scored from the left", (APART,), ("both_left", "both_left")),
    Row("both directions apart, scored from the right", (APART,), ("both_right", "both_right")),
    Row("control: left to right, two seeds", (LEFT,), (LEFT, SECOND)),
    Row("control: left to right, reranked by the model from right to left", (LEFT,), (LEFT, RIGHT)),
    Row("control: candidates of these two models, two seeds", (LEFT, RIGHT), (LEFT, SECOND)),
    Row("control: candidates of these two models, agreement of the two", (LEFT, RIGHT), (LEFT, RIGHT)),
)
ORACLES = (
    ("oracle: the best candidate from left to right", (LEFT,)),
    ("oracle: the best candidate of both directions", (BOTH,)),
    ("oracle: the best candidate of both directions apart", (APART,)),
    ("oracle: the best candidate of the two models", (LEFT, RIGHT)),
)


def train(options) -> None:
    """Trains the models that are not finished."""
    reversed_file = options.work / "reversed.tsv"
    examples = read_titles(options.data / "train.tsv")
    lines = [f"{reversed_title(example.title)}\t{example.text}\n" for example in examples]
    reversed_file.write_text("".join(lines), encoding="utf-8")
    for name, decoder, seed in ((BOTH, BOTH, 0), (LEFT, LEFT, 0), (RIGHT, LEFT, 0), (SECOND, LEFT, 1)):
        folder = options.work / name
        if (folder / "metrics.json").exists():
            continue
        file = reversed_file if name == RIGHT else options.data / "train.tsv"
        sizes = ["--max-source-length", str(options.max_source_length), "--dropout", "0"]
        sizes += ["--max-title-length", str(MAX_TITLE_LENGTH)]
        length = ["--steps", str(options.steps), "--batch-size", str(options.batch_size)]
        recipe = ["--learning-rate", str(options.learning_rate), "--seed", str(seed), "--decoder", decoder]
        start = ["--checkpoint", options.checkpoint, "--out", str(folder), "--resume"]
        if train_command.main(["title", str(file), *start, *sizes, *length, *recipe]):
            raise SystemExit(f"the training of {folder} failed")


def title_model(name: str, options) -> Any:
    """Returns a model on the light engine."""
    from textzoo.models import TitleGenerator

    if name == START:
        lengths = {"max_source_length": options.max_source_length, "max_title_length": MAX_TITLE_LENGTH}
        return TitleGenerator.from_preset(options.checkpoint, engine="light", preprocessor_options=lengths)
    return TitleGenerator.from_preset(options.work / (BOTH if name == APART else name), engine="light")


def candidates(name: str, examples: Sequence[TitleExample], part: str, options) -> list[list[dict[str, Any]]]:
    """Returns the beams of a model for each article, its different titles.

    They have the log-probability of the beam, `own`, or that of both directions apart.
    """
    file = options.work / f"{part}.{name}.json"
    if not file.exists():
        model = title_model(name, options)
        texts, penalty = [example.text for example in examples], options.length_penalty
        arguments = {"num_beams": options.num_beams, "num_titles": options.num_beams, "length_penalty": penalty}
        arguments["no_repeat_ngram_size"] = options.no_repeat_ngram_size
        if name == APART:
            arguments["agreement_weight"] = 0.5
        rows = []
        for titles in model.generate(texts, **arguments):
            rows.append([])
            for title in titles:
                candidate: dict[str, Any] = {"title": reversed_title(title.text) if name == RIGHT else title.text}
                if name == APART:
                    candidate |= {"both_left": title.left_to_right_logprob, "both_right": title.right_to_left_logprob}
                else:
                    num_tokens = len(model.preprocessor.title(title.text)) + 1
                    candidate["own"] = title.score * ((5 + num_tokens) / 6) ** penalty
                rows[-1].append(candidate)
        file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


def add_scores(pools: list[list[dict]], examples: Sequence[TitleExample], part: str, options) -> None:
    """Adds the log-probability of every candidate under each model of one direction."""
    file = options.work / f"{part}.scores.json"
    if not file.exists():
        from textzoo.models import TitleGenerator

        scores = {}
        for name in (LEFT, SECOND, RIGHT):
            model = TitleGenerator.from_preset(options.work / name)
            scores[name] = [
                log_probs(
                    model, example.text, [reversed_title(c["title"]) if name == RIGHT else c["title"] for c in pool]
                )
                for pool, example in zip(pools, examples, strict=True)
            ]
        file.write_text(json.dumps(scores), encoding="utf-8")
    for name, values in json.loads(file.read_text(encoding="utf-8")).items():
        for pool, row in zip(pools, values, strict=True):
            for candidate, value in zip(pool, row, strict=True):
                candidate[name] = value


def log_probs(model, text: str, titles: Sequence[str]) -> list[float]:
    """Returns the log-probabilities of titles, end tokens included, under a model of one direction."""
    from textzoo.data.length_batching import pad_rows
    from textzoo.losses import sequence_crossentropy

    end = model.preprocessor.tokenizer.sep_id
    rows = pad_rows([np.append(model.preprocessor.title(title), end) for title in titles]).astype("int32")
    source = model.preprocessor.source(text)[None]
    logits = model({"source_ids": source, "target_ids": rows[None]}, training=False)[0]
    losses = np.asarray(sequence_crossentropy(rows, logits), "float64")
    return (-(losses * (rows != 0)).sum(axis=-1)).tolist()


def choose(row: Row, pools: Sequence[Sequence[dict]], *, weight: float, penalty: float) -> list[str]:
    """Returns the best candidate of each article by the score of a row."""

    def score(candidate: dict) -> float:
        first, second = (candidate[name] for name in row.scores)
        options = {"num_tokens": candidate["num_tokens"], "weight": weight, "length_penalty": penalty}
        return agreement_score(first, second, **options)

    return [max((c for c in pool if set(c["by"]) & set(row.candidates)), key=score)["title"] for pool in pools]


def oracle(names: Sequence[str], pools: Sequence[Sequence[dict]], references: Sequence[str]) -> list[str]:
    """Returns the candidate of each article with the highest ROUGE-L."""
    return [
        max((c["title"] for c in pool if set(c["by"]) & set(names)), key=lambda title: rouge_l(title, reference))
        for pool, reference in zip(pools, references, strict=True)
    ]


def merged_pools(examples: Sequence[TitleExample], part: str, options) -> list[list[dict]]:
    """Returns all candidates of each article with their log-probabilities and `by`, the models that wrote them."""
    tokenizer = Tokenizer.from_vocab(options.work / BOTH / "vocab.txt")
    pools: list[dict[str, dict]] = [{} for _ in examples]
    for name in (LEFT, RIGHT, BOTH, APART):
        for pool, row in zip(pools, candidates(name, examples, part, options), strict=True):
            for candidate in row:
                merged = pool.setdefault(candidate["title"], {"title": candidate["title"], "by": []})
                merged["by"].append(name)
                merged |= candidate
    lists = [list(pool.values()) for pool in pools]
    add_scores(lists, examples, part, options)
    for pool, row in zip(lists, candidates(START, examples, part, options), strict=True):
        pool += [candidate | {"by": [START]} for candidate in row]
    for candidate in (candidate for pool in lists for candidate in pool):
        candidate["num_tokens"] = len(tokenizer.tokenize(candidate["title"]).ids) + 1
    return lists


def tuned_setting(row: Row, tuning: Sequence[TitleExample], tuning_pools: Sequence[Sequence[dict]]) -> dict[str, float]:
    """Returns the `weight` and the `penalty` of a row that are best on the tuning titles."""
    references = [example.title for example in tuning]

    def tuning_rouge_l(setting: dict[str, float]) -> float:
        return statistics.mean(map(rouge_l, choose(row, tuning_pools, **setting), references))

    weights = WEIGHTS if row.scores[0] != row.scores[1] else [0.0]
    return max(({"weight": w, "penalty": p} for p in PENALTIES for w in weights), key=tuning_rouge_l)


def chosen_titles(
    tuning: Sequence[TitleExample],
    tuning_pools: Sequence[Sequence[dict]],
    pools: Sequence[Sequence[dict]],
    references: Sequence[str],
) -> dict[str, tuple[list[str], str, str]]:
    """Returns the titles of each row and oracle, with w and p, by the name of the row."""
    chosen = {}
    for row in ROWS:
        setting = tuned_setting(row, tuning, tuning_pools)
        weight = f"{setting['weight']:g}" if row.scores[0] != row.scores[1] else ""
        chosen[row.name] = choose(row, pools, **setting), weight, f"{setting['penalty']:g}"
    for name, writers in ORACLES:
        chosen[name] = oracle(writers, pools, references), "", ""
    return chosen


def table(chosen: dict[str, tuple[list[str], str, str]], references: Sequence[str]) -> list[str]:
    """Returns the lines of a table of the titles of each row."""
    base = [rouge_l(*pair) for pair in zip(chosen[ROWS[0].name][0], references, strict=True)]
    lines = [
        "| title | ROUGE-L | difference | short third | middle third | long third | first 4 | last 4 | w | p |",
        "|" + "---|" * 10,
    ]
    for name, (titles, weight, penalty) in chosen.items():
        values = [rouge_l(*pair) for pair in zip(titles, references, strict=True)]
        low, high = paired_bootstrap(values, base)
        gain = statistics.mean(values) - statistics.mean(base)
        difference = "" if name == ROWS[0].name else f"{gain:+.3f} ({low:+.3f} to {high:+.3f})"
        cells = [f"{value:.3f}" for value in rouge_l_by_length(titles, references)]
        cells += [f"{end_accuracy(titles, references, step):.3f}" for step in (1, -1)]
        cells = [f"{statistics.mean(values):.3f}", difference, *cells, weight, penalty]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def seconds(examples: Sequence[TitleExample], options) -> dict[str, list[float]]:
    """Measures decoding in turns, seconds per 100 titles, with all beams of a row in total."""
    file = options.work / "seconds.json"
    if not file.exists():
        models = {name: title_model(name, options) for name in (LEFT, BOTH)}
        texts = [example.text for example in examples[: options.timed_examples]]
        runs = {LEFT: (LEFT, {}), BOTH: (BOTH, {}), "agreement": (BOTH, {"agreement_weight": 0.5})}
        measured: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(TIMING_ROUNDS + 1):
            for name, (model, arguments) in runs.items():
                start = time.process_time()
                models[model].generate(texts, num_beams=options.num_beams, **arguments)
                measured[name].append(100 * (time.process_time() - start) / len(texts))
        file.write_text(json.dumps({name: values[1:] for name, values in measured.items()}), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


def seconds_table(measured: dict[str, list[float]]) -> list[str]:
    """Returns the lines of a table of seconds."""
    lines = [
        f"Decoding, light engine, seconds of the processor per 100 titles, medians of {TIMING_ROUNDS} runs in turns:",
        "",
        "| decoder | seconds | relative to left to right |",
        "|---|---|---|",
    ]
    return lines + [
        f"| {name} | {median(times)} | {ratio(times, measured[LEFT])} |" for name, times in measured.items()
    ]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data, work = DATA / "titles_csl", ROOT / "runs" / "title_agreement"
    parser.add_argument("--data", type=Path, default=data, help="folder of train.tsv, dev.tsv and test.tsv")
    parser.add_argument(
        "--checkpoint", default="tiny-zh", help="model of titles from left to right, the start of all models"
    )
    parser.add_argument("--steps", type=int, default=400, help="batches per model")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--max-source-length", type=int, default=256, help="tokens per article")
    parser.add_argument("--tuning-examples", type=int, default=100, help="first titles of dev.tsv, for w and p")
    parser.add_argument("--scored-examples", type=int, default=250, help="the titles of dev.tsv after these")
    parser.add_argument("--other-examples", type=int, default=200, help="the last titles of test.tsv")
    parser.add_argument("--timed-examples", type=int, default=32)
    parser.add_argument("--num-beams", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=1.0, help="of the search; p chooses among its titles")
    parser.add_argument("--no-repeat-ngram-size", type=int, default=3)
    parser.add_argument("--work", type=Path, default=work, help="folder of models and candidates")
    options = parser.parse_args(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    train(options)
    dev = list(read_titles(options.data / "dev.tsv"))[: options.tuning_examples + options.scored_examples]
    tuning, scored = dev[: options.tuning_examples], dev[options.tuning_examples :]
    other = list(read_titles(options.data / "test.tsv"))[-options.other_examples :]
    tuning_pools = merged_pools(tuning, "tuning", options)
    lines = [
        f"`{current_command()}`, CSL. {options.steps} batches of {options.batch_size} from {options.checkpoint}, all "
        f"of computer science, articles of at most {options.max_source_length} tokens, {options.num_beams} beams in "
        f"total, no repeated n-gram of {options.no_repeat_ngram_size}; {len(tuning)} titles for w and p. Thirds: "
        "ROUGE-L by the length of the reference. First and last 4: accuracy of these characters. The difference to the "
        "start has the 95 % interval of a paired bootstrap over titles.",
    ]
    for part, name, rows in (("scored", "computer science", scored), ("other", "all subjects", other)):
        chosen = chosen_titles(tuning, tuning_pools, merged_pools(rows, part, options), [row.title for row in rows])
        lines += ["", f"{len(rows)} titles of {name}:", "", *table(chosen, [row.title for row in rows])]
    lines += ["", *seconds_table(seconds(scored, options))]
    text = "\n".join(lines) + "\n"
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
