"""Quality of the pairs that the filter of `textzoo generate qa` keeps, and their value as training data.

    python -m experiments.filter_quality --checkpoint all-MiniLM-L6-v2 --work runs --precision mixed_bfloat16

The data are FairytaleQA's records whose answer is a span. A generator and two extractive models with different seeds
are fine-tuned on the training file. The generator makes pairs for passages of the held-out file. The first extractive
model serves the filter; the second judges: a pair is right if its own answer has a token F1 of 0.5 or more with the
pair's. The kept half is the half with the best rank, after all rejected pairs.

Then the generator makes pairs for passages of the training file. One extractive model trains on the kept half of them,
another on a random half of the same size, with three seeds. Both are measured on the questions of the held-out file.

Training and evaluation use the `textzoo` commands. Results in `--work` are reused, and an interrupted training
resumes. Writes experiments/filter_quality.md.
"""

import argparse
import json
import random
import statistics
from pathlib import Path

from benchmarks.harness import DATA, current_command, mean_std
from experiments.cli import run_cli
from textzoo.data import ScoredQAPair, metric_units, read_qa
from textzoo.metrics import answer_f1
from textzoo.models import ExtractiveQA

RIGHT_F1, DUPLICATE_SIMILARITY = 0.5, 0.9


def write_span_records(file: Path, out: Path, max_words: int) -> str:
    """Writes the records whose answer is a span of a passage of at most `max_words`; returns "N of M"."""
    examples = list(read_qa(file, on_error="skip"))
    spans = [e for e in examples if e.start is not None and len(e.passage.split()) <= max_words]
    rows = [{"passage": e.passage, "question": e.question, "answer": e.answer, "start": e.start} for e in spans]
    _write(out, rows)
    return f"{len(spans)} of {len(examples)}"


def generate_pairs(file: Path, name: str, options) -> list[tuple[str, ScoredQAPair]]:
    """Generates pairs for the passages of a file; returns all with their passages, kept ones first, by rank."""
    passages = list(dict.fromkeys(row["passage"] for row in _read(file)))[: options.passages]
    source, kept, rejected = (options.work / f"{name}{end}.jsonl" for end in ("", "_kept", "_rejected"))
    if not kept.exists():
        rejected.unlink(missing_ok=True)
        _write(source, [{"id": number, "text": passage} for number, passage in enumerate(passages)])
        part = kept.with_suffix(".part")
        part.unlink(missing_ok=True)
        model = ["--model", str(options.work / "generator"), "--round-trip-model", str(options.work / "extractive_0")]
        files = ["--rejected", str(rejected), "--out", str(part)]
        size = ["--num-pairs", str(options.num_pairs), "--batch-size", "8"]
        run_cli("generate", "qa", str(source), "--filter", *model, *files, *size)
        part.rename(kept)
    rows = [row for part in (kept, rejected) for row in _read(part)]
    pairs = [(passages[row["id"]], _pair(row)) for row in rows]
    return sorted(pairs, key=lambda row: (row[1].rejection_reason is not None, -row[1].rank))


def _pair(row: dict) -> ScoredQAPair:
    fields = {key: value for key, value in row.items() if key != "id"}
    return ScoredQAPair(**fields | {"occurrences": tuple(map(tuple, row["occurrences"]))})


def right_fraction(pairs: list[tuple[str, ScoredQAPair]], judge: ExtractiveQA) -> float:
    """Returns the fraction of pairs whose answer the judge finds again."""
    answers = judge.answer([passage for passage, _ in pairs], [pair.question for _, pair in pairs])
    scores = [answer_f1(answer.text, pair.answer) for answer, (_, pair) in zip(answers, pairs, strict=True)]
    return statistics.mean(score >= RIGHT_F1 for score in scores)


def word_overlap(pairs: list[tuple[str, ScoredQAPair]]) -> float:
    """Returns the median fraction of a question's words that occur in its passage."""
    fractions = []
    for passage, pair in pairs:
        words, passage_words = metric_units(pair.question), set(metric_units(passage))
        fractions.append(sum(word in passage_words for word in words) / max(1, len(words)))
    return statistics.median(fractions)


def near_duplicates(pairs: list[tuple[str, ScoredQAPair]], options) -> int:
    """Counts pairs of kept questions on the same passage whose WRD similarity is above the threshold."""
    from textzoo.models import QAGenerator
    from textzoo.similarity import pairwise_distances

    embed, count = QAGenerator.from_preset(options.work / "generator").embedder(), 0
    questions: dict[str, list[str]] = {}
    for passage, pair in pairs:
        questions.setdefault(passage, []).append(pair.question)
    for group in questions.values():
        vectors = embed(group)[1]
        distances = pairwise_distances(vectors, vectors, cost="cosine", weighting="norm")
        count += sum(1 - distances[i, j] > DUPLICATE_SIMILARITY for i in range(len(group)) for j in range(i))
    return count


def extractive_f1(name: str, train: Path, seed: int, options) -> float:
    """Trains an extractive model on a file and returns its F1 on the questions of the held-out file."""
    folder, metrics = options.work / name, options.work / f"{name}.json"
    if not metrics.exists():
        train_extractive_qa(folder, train, seed, options.extractive_steps, options)
        held_out = str(options.work / "val.jsonl")
        run_cli("evaluate", "extractive-qa", held_out, "--model", str(folder), "--out", str(metrics))
    return json.loads(metrics.read_text(encoding="utf-8"))["f1"]


def train_extractive_qa(folder: Path, train: Path, seed: int, steps: int, options) -> None:
    """Trains an extractive model, unless its folder holds one."""
    _train("extractive-qa", folder, train, seed, steps, ["--learning-rate", "3e-4"], options)


def _train(task: str, folder: Path, train: Path, seed: int, steps: int, flags: list[str], options) -> None:
    if not (folder / "metrics.json").exists():
        model = ["--checkpoint", options.checkpoint, "--precision", options.precision, "--out", str(folder)]
        run = ["--seed", str(seed), "--steps", str(steps), "--batch-size", "8", "--on-error", "skip", "--resume"]
        run_cli("train", task, str(train), *model, *run, *flags)


def _read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _write(file: Path, rows: list[dict]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def halves(pairs: list[tuple[str, ScoredQAPair]], seed: int) -> dict[str, list[tuple[str, ScoredQAPair]]]:
    """Returns the best half and a random half."""
    count = len(pairs) // 2
    return {"kept": pairs[:count], "random": random.Random(seed).sample(pairs, count)}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = DATA / "qa_fairytale"
    parser.add_argument("--data", type=Path, default=data, help="folder of train.json.gz and val.json.gz")
    parser.add_argument("--checkpoint", required=True, help="folder of the pretrained English encoder")
    parser.add_argument("--work", type=Path, required=True, help="folder of trainings and metrics")
    parser.add_argument("--max-words", type=int, default=200, help="words per passage; longer ones are skipped")
    parser.add_argument("--passages", type=int, default=96, help="passages of each file to generate pairs for")
    parser.add_argument("--num-pairs", type=int, default=10, help="pairs per chunk of a passage")
    parser.add_argument("--generator-steps", type=int, default=1250, help="batches of the generator")
    parser.add_argument("--judge-steps", type=int, default=500, help="batches of the filter's and the judge's models")
    parser.add_argument("--extractive-steps", type=int, default=250, help="batches of the compared extractive models")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--precision", default="float32")
    options = parser.parse_args(argv)
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    spans = {
        name: write_span_records(options.data / f"{name}.json.gz", work / f"{name}.jsonl", options.max_words)
        for name in ("train", "val")
    }
    recipe = ["--learning-rate", "3e-4", "--label-smoothing", "0.1", "--decoder-noise-rate", "0.3"]
    _train("qa", work / "generator", work / "train.jsonl", 0, options.generator_steps, recipe, options)
    for seed in range(2):
        train_extractive_qa(work / f"extractive_{seed}", work / "train.jsonl", seed, options.judge_steps, options)
    pairs = generate_pairs(work / "val.jsonl", "val_pairs", options)
    judge = ExtractiveQA.from_preset(work / "extractive_1")
    half = pairs[: len(pairs) // 2]
    rows = [
        ("judged right, all pairs", f"{right_fraction(pairs, judge):.3f}"),
        ("judged right, kept half", f"{right_fraction(half, judge):.3f}"),
        ("median fraction of a question's words in its passage, all pairs", f"{word_overlap(pairs):.3f}"),
        ("the same, kept half", f"{word_overlap(half):.3f}"),
    ]
    accepted = [row for row in pairs if row[1].rejection_reason is None]
    rows.append(("near-duplicate questions after deduplication", str(near_duplicates(accepted, options))))
    training_pairs = generate_pairs(work / "train.jsonl", "train_pairs", options)
    scores: dict[str, list[float]] = {"kept": [], "random": []}
    for seed in range(options.seeds):
        for name, chosen in halves(training_pairs, seed).items():
            file = work / f"{name}_half_{seed}.jsonl"
            _write(file, [{"passage": text, "question": pair.question, "answer": pair.answer} for text, pair in chosen])
            scores[name].append(extractive_f1(f"extractive_{name}_{seed}", file, seed, options))
    for name, values in scores.items():
        rows.append((f"F1 of an extractive model trained on the {name} half", mean_std(values, 3)))
    lines = [
        f"`{current_command()}`. Span records of FairytaleQA on passages of at most {options.max_words} words: "
        f"{spans['train']} (train), {spans['val']} (held out). {options.passages} passages of each file, "
        f"{options.num_pairs} pairs per chunk, {len(pairs)} held-out and {len(training_pairs)} training pairs. The "
        f"extractive models are compared after {options.extractive_steps} batches of 8, {options.seeds} seeds.",
        "",
        "| quantity | value |",
        "|---|---|",
        *(f"| {quantity} | {value} |" for quantity, value in rows),
    ]
    text = "\n".join(lines) + "\n"
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
