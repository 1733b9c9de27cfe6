"""Does the filter of `textzoo generate qa` keep the right pairs, and are they worth training on?

    python benchmarks/pairs_worth_keeping.py --checkpoint all-MiniLM-L6-v2 --work runs --precision mixed_bfloat16

FairytaleQA's records whose answer is a span. A generator and two readers of different seeds are fine-tuned on its
training file. The generator writes pairs for passages of the held-out file; the first reader is the filter's, the
second judges: a pair is right where its own answer has a token F1 of 0.5 or more with the pair's. Kept is the half of
the best rank, those with a reason last. Then pairs are written for passages of the training file, and a reader is
trained on the kept half of them, another on a random half of the same size, three seeds; both are measured on the
held-out file's own questions.

Trains and measures with the commands that anybody has; what stands in `--work` is not run again, and what was broken
off goes on. Writes pairs_worth_keeping.md.
"""

import argparse
import json
import random
import statistics
from pathlib import Path

from run_textzoo import run_textzoo
from this_command import this_command

from textzoo.data import ScoredQAPair, metric_units, read_qa
from textzoo.metrics import answer_f1
from textzoo.models import ExtractiveQA

RIGHT, NEAR = 0.5, 0.9


def span_lines(file: Path, out: Path, words: int) -> str:
    """Writes the records of a file whose answer is a span of a passage that is not too long; how many of how many."""
    examples = list(read_qa(file, on_error="skip"))
    spans = [e for e in examples if e.start is not None and len(e.passage.split()) <= words]
    rows = [{"passage": e.passage, "question": e.question, "answer": e.answer, "start": e.start} for e in spans]
    _write(out, rows)
    return f"{len(spans)} of {len(examples)}"


def generated(file: Path, name: str, options) -> list[tuple[str, ScoredQAPair]]:
    """Every pair that was written for the passages of a file of pairs, kept or not, with its passage; best first."""
    passages = list(dict.fromkeys(row["passage"] for row in _read(file)))[: options.passages]
    source, kept, rejected = (options.work / f"{name}{end}.jsonl" for end in ("", "_kept", "_rejected"))
    if not kept.exists():
        rejected.unlink(missing_ok=True)
        _write(source, [{"id": number, "text": passage} for number, passage in enumerate(passages)])
        part = kept.with_suffix(".part")
        part.unlink(missing_ok=True)
        levels = [
            "--filter",
            "--round-trip-model",
            str(options.work / "reader_0"),
            "--rejected",
            str(rejected),
            "--out",
            str(part),
        ]
        drawn = ["--num-pairs", str(options.num_pairs), "--batch-size", "8"]
        run_textzoo("generate", "qa", str(source), "--model", str(options.work / "generator"), *levels, *drawn)
        part.rename(kept)
    rows = [row for part in (kept, rejected) for row in _read(part)]
    pairs = [(passages[row["id"]], _pair(row)) for row in rows]
    return sorted(pairs, key=lambda found: (found[1].reason is not None, -found[1].rank))


def _pair(row: dict) -> ScoredQAPair:
    fields = {key: value for key, value in row.items() if key != "id"}
    return ScoredQAPair(**fields | {"occurrences": tuple(map(tuple, row["occurrences"]))})


def right_share(pairs: list[tuple[str, ScoredQAPair]], judge: ExtractiveQA) -> float:
    answers = judge.read([passage for passage, _ in pairs], [pair.question for _, pair in pairs])
    scores = [answer_f1(answer.text, pair.answer) for answer, (_, pair) in zip(answers, pairs, strict=True)]
    return statistics.mean(score >= RIGHT for score in scores)


def overlap(pairs: list[tuple[str, ScoredQAPair]]) -> float:
    """The median share of a question's words that stand in its passage."""
    shares = []
    for passage, pair in pairs:
        words, known = metric_units(pair.question), set(metric_units(passage))
        shares.append(sum(word in known for word in words) / max(1, len(words)))
    return statistics.median(shares)


def near_duplicates(pairs: list[tuple[str, ScoredQAPair]], options) -> int:
    """Questions among those kept that are nearer than the level to another one on the same passage."""
    from textzoo.models import ContextualEmbedder, QAGenerator
    from textzoo.similarity import pairwise_distances

    generator = QAGenerator.from_preset(options.work / "generator")
    generator.encoder.tokenizer = generator.preprocessor.tokenizer
    vectors, count = ContextualEmbedder(generator.encoder), 0
    questions: dict[str, list[str]] = {}
    for passage, pair in pairs:
        questions.setdefault(passage, []).append(pair.question)
    for group in questions.values():
        found = vectors(group)[1]
        distances = pairwise_distances(found, found, "cosine", "norm")
        count += sum(1 - distances[i, j] > NEAR for i in range(len(group)) for j in range(i))
    return count


def reader_f1(name: str, train: Path, seed: int, options) -> float:
    """F1 on the held-out file's own questions of a reader that is trained on a file."""
    folder, figures = options.work / name, options.work / f"{name}.json"
    if not figures.exists():
        train_extractive_qa(folder, train, seed, options.reader_steps, options)
        run_textzoo(
            "evaluate", "reader", str(options.work / "val.jsonl"), "--model", str(folder), "--out", str(figures)
        )
    return json.loads(figures.read_text(encoding="utf-8"))["f1"]


def train_extractive_qa(folder: Path, train: Path, seed: int, steps: int, options) -> None:
    _train("reader", folder, train, seed, steps, ["--learning-rate", "3e-4"], options)


def _train(task: str, folder: Path, train: Path, seed: int, steps: int, flags: list[str], options) -> None:
    if not (folder / "metrics.json").exists():
        shared = [
            "--checkpoint",
            options.checkpoint,
            "--precision",
            options.precision,
            "--on-error",
            "skip",
            "--resume",
        ]
        run = ["--out", str(folder), "--seed", str(seed), "--steps", str(steps), "--batch-size", "8"]
        run_textzoo("train", task, str(train), *shared, *run, *flags)


def _read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _write(file: Path, rows: list[dict]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def halves(pairs: list[tuple[str, ScoredQAPair]], seed: int) -> dict[str, list[tuple[str, ScoredQAPair]]]:
    """The best half, and a random one."""
    count = len(pairs) // 2
    return {"kept": pairs[:count], "random": random.Random(seed).sample(pairs, count)}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(__file__).resolve().parents[2] / "shared" / "data" / "qa_fairytale"
    parser.add_argument("--data", type=Path, default=data, help="folder of train.json.gz and val.json.gz")
    parser.add_argument("--checkpoint", required=True, help="folder of the pretrained English encoder")
    parser.add_argument("--work", type=Path, required=True, help="folder of trainings and figures")
    parser.add_argument("--words", type=int, default=200, help="words of a passage, longer ones are left out")
    parser.add_argument("--passages", type=int, default=96, help="passages of each file that pairs are written for")
    parser.add_argument("--num-pairs", type=int, default=10, help="pairs for each piece of a passage")
    parser.add_argument("--generator-steps", type=int, default=1250, help="batches of the generator")
    parser.add_argument("--judge-steps", type=int, default=500, help="batches of the filter's and the judging reader")
    parser.add_argument("--reader-steps", type=int, default=250, help="batches of the readers that are compared")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--precision", default="float32")
    options = parser.parse_args(argv)
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    spans = {
        name: span_lines(options.data / f"{name}.json.gz", work / f"{name}.jsonl", options.words)
        for name in ("train", "val")
    }
    rate = ["--learning-rate", "3e-4", "--label-smoothing", "0.1", "--decoder-noise-rate", "0.3"]
    _train("qa", work / "generator", work / "train.jsonl", 0, options.generator_steps, rate, options)
    for seed in range(2):
        train_extractive_qa(work / f"reader_{seed}", work / "train.jsonl", seed, options.judge_steps, options)
    pairs = generated(work / "val.jsonl", "val_pairs", options)
    judge = ExtractiveQA.from_preset(work / "reader_1")
    half = pairs[: len(pairs) // 2]
    rows = [
        ("judged right, all pairs", f"{right_share(pairs, judge):.3f}"),
        ("judged right, kept half", f"{right_share(half, judge):.3f}"),
        ("median share of a question's words in its passage, all pairs", f"{overlap(pairs):.3f}"),
        ("the same, kept half", f"{overlap(half):.3f}"),
        (
            "near-duplicate questions after merging",
            str(near_duplicates([p for p in pairs if p[1].reason is None], options)),
        ),
    ]
    written = generated(work / "train.jsonl", "train_pairs", options)
    scores: dict[str, list[float]] = {"kept": [], "random": []}
    for seed in range(options.seeds):
        for name, chosen in halves(written, seed).items():
            file = work / f"{name}_half_{seed}.jsonl"
            _write(file, [{"passage": text, "question": pair.question, "answer": pair.answer} for text, pair in chosen])
            scores[name].append(reader_f1(f"reader_{name}_{seed}", file, seed, options))
    for name, values in scores.items():
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        rows.append((f"F1 of a reader trained on the {name} half", f"{statistics.mean(values):.3f} ± {spread:.3f}"))
    lines = [
        f"The filter of pairs on FairytaleQA: `{this_command()}`. Span records: "
        f"{spans['train']} (train), {spans['val']} (held out), those on passages of at most {options.words} words. "
        f"{options.passages} passages of each, {options.num_pairs} pairs for a piece, {len(pairs)} and {len(written)} "
        f"pairs in all. Readers are compared after {options.reader_steps} batches of 8, {options.seeds} seeds.",
        "",
        "| what | figure |",
        "|---|---|",
        *(f"| {what} | {figure} |" for what, figure in rows),
    ]
    text = "\n".join(lines) + "\n"
    (Path(__file__).resolve().parent / "pairs_worth_keeping.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
