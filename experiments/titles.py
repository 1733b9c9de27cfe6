"""Comparison of three title decoders: left to right, bidirectional with each leakage guard, from both ends.

    python -m experiments.titles

The models train on titles of Chinese news of 2022 to 2024 and are scored on 2025, from random weights with a copy
head, with the same size, batches, rate and beams for all decoders. `two_pass` first trains two bidirectional models on
half of the titles each, for `--draft-steps-fraction` of the steps, and lets each generate drafts for the other half;
its seconds do not include those. The length penalty is each model's best on the last 200 titles of 2024, which no
model trains on.

Models and drafts stay in `--work`. Every finished run is a line of experiments/titles.jsonl, or of `--results`, and
does not run again. Writes experiments/titles.md beside it. All metrics count Chinese characters and words without
punctuation, not tokens. The lead-k baseline is the first k of them in an article; the training set selects k.
"""

import argparse
import json
import os
import statistics
import time
from pathlib import Path

from benchmarks.harness import DATA, ROOT, current_command, mean_std

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from experiments.title_figures import end_accuracy, rouge_l_by_length
from textzoo.data import TitleExample, Tokenizer, build_vocabulary, metric_units, read_titles
from textzoo.data.tasks.title_generation import DECODERS
from textzoo.metrics import bleu_4, lead_baseline, rouge_l, title_metrics
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor, adamw
from textzoo.models.title.title_training_data import LEAKAGE_GUARDS
from textzoo.training import WarmupLinearDecay, cross_fitted_drafts, initializer_range

LEAD_LENGTHS = range(4, 61)
NUM_LEAD_TEXTS = 1000
NUM_TUNING_EXAMPLES = 200
COLUMNS = ("first_4", "last_4", "length_ratio", "length_penalty", "right_to_left")
DECODING_OPTIONS = ("num_beams", "no_repeat_ngram_size", "pairing")
LENGTH_PENALTIES = (0.6, 1.0, 1.5)
SETTINGS = (
    "steps",
    "draft_steps_fraction",
    "batch_size",
    "learning_rate",
    "num_layers",
    "hidden_size",
    "max_source_length",
    "max_title_length",
    "num_beams",
    "no_repeat_ngram_size",
    "pairing",
    "precision",
)


def make_model(
    tokenizer: Tokenizer, options, decoder: str, leakage_guard: str, copy_head: bool = True, **more
) -> TitleGenerator:
    """Builds a generator at random weights."""
    width = options.hidden_size
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=width,
        num_layers=options.num_layers,
        num_heads=options.num_heads,
        intermediate_size=4 * width,
        max_length=options.max_source_length + options.max_title_length + 2,
        dropout=0.0,
        attention_dropout=0.0,
        initializer_range=initializer_range(width),
        **TitleGenerator.encoder_options,
    )
    preprocessor = TitlePreprocessor(
        tokenizer, max_source_length=options.max_source_length, max_title_length=options.max_title_length
    )
    return TitleGenerator(
        encoder, preprocessor, decoder=decoder, leakage_guard=leakage_guard, copy_head=copy_head, **more
    )


def fit(model: TitleGenerator, examples: list[TitleExample], options, steps: int, seed: int) -> tuple[float, float]:
    """Trains a model; returns the mean training loss and the median seconds of a step."""
    model.compile(adamw(WarmupLinearDecay(options.learning_rate, steps, warmup_steps=steps // 10)))
    epochs = -(-steps * options.batch_size // len(examples)) + 1
    batches = model.dataset(examples, batch_size=options.batch_size, shuffle=True, seed=seed, num_epochs=epochs)
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: ends.append(time.perf_counter()))
    history = model.fit(batches, steps_per_epoch=steps, epochs=1, shuffle=False, verbose=0, callbacks=[clock]).history
    return history["loss"][-1], statistics.median(b - a for a, b in zip(ends, ends[1:], strict=False))


def trained_model(key: dict, train: list[TitleExample], tokenizer: Tokenizer, options) -> tuple[TitleGenerator, dict]:
    """Returns the model of a run, trained or loaded, with its training loss and seconds per step."""
    seed, decoder, leakage_guard = key["seed"], key["decoder"], key["leakage_guard"] or "mask"
    folder = options.work / _run_name(key)
    log = folder / "training.json"
    if log.exists():
        return TitleGenerator.from_preset(folder), json.loads(log.read_text(encoding="utf-8"))
    options.work.mkdir(parents=True, exist_ok=True)
    if leakage_guard == "two_pass":

        def train_half(half: list[TitleExample], fold: int) -> TitleGenerator:
            keras.utils.set_random_seed(seed)
            model = make_model(tokenizer, options, decoder, "mask", lookahead=0)
            fit(model, half, options, max(2, round(options.draft_steps_fraction * options.steps)), seed)
            return model

        train = cross_fitted_drafts(train, train_half, path=options.work / f"{_run_name(key)}.drafts.jsonl")
    keras.utils.set_random_seed(seed)
    model = make_model(tokenizer, options, decoder, leakage_guard)
    loss, seconds = fit(model, train, options, options.steps, seed)
    model.save_to_preset(folder)
    training = {"loss": loss, "step_seconds": seconds}
    log.write_text(json.dumps(training), encoding="utf-8")
    return model, training


def run(key: dict, train: list[TitleExample], dev: list[TitleExample], tokenizer: Tokenizer, options) -> dict:
    """Trains one model, decodes the development titles and returns a row of metrics."""
    model, training = trained_model(key, train[:-NUM_TUNING_EXAMPLES], tokenizer, options)
    decoding = {"num_beams": options.num_beams, "no_repeat_ngram_size": options.no_repeat_ngram_size, "batch_size": 32}
    if key["decoder"] == "bidirectional":
        decoding["pairing"] = options.pairing

    def tuning_rouge_l(penalty: float) -> float:
        examples = train[-NUM_TUNING_EXAMPLES:]
        titles = model.generate([example.text for example in examples], length_penalty=penalty, **decoding)
        return statistics.mean(rouge_l(a.text, b.title) for a, b in zip(titles, examples, strict=True))

    penalty = max(LENGTH_PENALTIES, key=tuning_rouge_l)
    texts, references = [example.text for example in dev], [example.title for example in dev]
    start = time.perf_counter()
    titles = model.generate(texts, length_penalty=penalty, **decoding)
    seconds = time.perf_counter() - start
    generated = [title.text for title in titles]
    metrics = title_metrics(generated, references, texts=texts)
    row = key | training | {"length_penalty": penalty, "seconds_per_100": 100 * seconds / len(dev)}
    row |= {"rouge_l": metrics.rouge_l, "bleu_4": metrics.bleu_4, "length_ratio": metrics.length_ratio}
    row |= {"rouge_l_by_length": rouge_l_by_length(generated, references)}
    row |= {"first_4": end_accuracy(generated, references, 1), "last_4": end_accuracy(generated, references, -1)}
    return row | {"right_to_left": sum(title.direction == "right_to_left" for title in titles) / len(titles)}


def lead_row(train: list[TitleExample], dev: list[TitleExample]) -> dict:
    """Returns the metrics of the first k units of an article; the training set selects k."""
    texts = [(metric_units(example.text[: 8 * max(LEAD_LENGTHS)]), example.title) for example in train[:NUM_LEAD_TEXTS]]
    k = max(LEAD_LENGTHS, key=lambda k: sum(rouge_l(" ".join(text[:k]), title) for text, title in texts))
    leads, references = [lead_baseline(example.text, k) for example in dev], [example.title for example in dev]
    ratio = statistics.mean(
        len(metric_units(a)) / max(1, len(metric_units(b))) for a, b in zip(leads, references, strict=True)
    )
    row = {
        "lead_k": k,
        "rouge_l": statistics.mean(map(rouge_l, leads, references)),
        "bleu_4": bleu_4(leads, references),
    }
    row |= {"rouge_l_by_length": rouge_l_by_length(leads, references), "length_ratio": ratio}
    row |= {"first_4": end_accuracy(leads, references, 1), "last_4": end_accuracy(leads, references, -1)}
    return row | {"seconds_per_100": 0.0, "length_penalty": 0.0, "right_to_left": 0.0}


def _run_name(key: dict) -> str:
    """Returns a folder name of the training settings, without those of decoding."""
    return "-".join(str(value) for name, value in key.items() if value is not None and name not in DECODING_OPTIONS)


def cells(rows: list[dict]) -> str:
    """Returns the cells of the metrics, averaged over the seeds."""
    values = [
        [row["rouge_l"], row["bleu_4"], *row["rouge_l_by_length"], *(row[name] for name in COLUMNS)] for row in rows
    ]
    columns = [mean_std(column) for column in zip(*values, strict=True)]
    return " | ".join([*columns, f"{statistics.mean(row['seconds_per_100'] for row in rows):.2f}"])


def write_page(rows: list[dict], baseline: dict, options, setting: dict) -> None:
    """Writes the table of the finished runs."""
    head = (
        "| decoder | ROUGE-L | BLEU-4 | short third | middle third | long third | first 4 | last 4 | length ratio "
        "| length penalty | right to left "
    )
    lines = [
        f"`{current_command()}`, {options.num_layers} layers x {options.hidden_size}, "
        f"{setting['train'] - NUM_TUNING_EXAMPLES} training titles of 2022 to 2024, {setting['dev']} titles of 2025, "
        f"articles of at most {options.max_source_length} tokens, {options.steps} batches of {options.batch_size} at a "
        f"learning rate of {options.learning_rate:g}, {options.num_beams} beams in total, no repeated n-gram of "
        f"{options.no_repeat_ngram_size}, {options.precision}, mean ± standard deviation over the seeds. The draft "
        f"models of two_pass train on {options.draft_steps_fraction:g} of the batches. Thirds: ROUGE-L by the length "
        "of the reference. First and last 4: accuracy of these characters. Right to left: fraction of titles from this "
        "direction. Seconds: per 100 titles.",
        "",
        f"{head}| seconds | seeds |",
        "|" + "---|" * 13,
        f"| first {baseline['lead_k']} characters of the article | {cells([baseline])} | |",
    ]
    for decoder, leakage_guard in _selected(options):
        done = [row for row in rows if (row["decoder"], row["leakage_guard"]) == (decoder, leakage_guard)]
        if done:
            lines.append(f"| {decoder}{f', {leakage_guard}' if leakage_guard else ''} | {cells(done)} | {len(done)} |")
    options.results.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _selected(options) -> list[tuple[str, str | None]]:
    return [
        (decoder, leakage_guard)
        for decoder in options.decoders
        for leakage_guard in (options.leakage_guards if decoder == "bidirectional" else [None])
    ]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data, work = DATA / "titles_news", ROOT / "runs" / "titles"
    parser.add_argument("--data", type=Path, default=data, help="folder of train.jsonl.gz and dev.jsonl.gz")
    parser.add_argument("--decoders", nargs="+", default=DECODERS, choices=DECODERS)
    parser.add_argument("--leakage-guards", nargs="+", default=LEAKAGE_GUARDS, choices=LEAKAGE_GUARDS)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=600, help="batches per run")
    parser.add_argument("--draft-steps-fraction", type=float, default=0.4, help="fraction of steps for a draft model")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--num-layers", type=int, default=2)
    parser.add_argument("--hidden-size", type=int, default=128)
    parser.add_argument("--num-heads", type=int, default=4)
    parser.add_argument("--max-source-length", type=int, default=96, help="tokens per article")
    parser.add_argument("--max-title-length", type=int, default=40, help="tokens per title")
    parser.add_argument("--train-examples", type=int, help="number of training titles; default: all")
    parser.add_argument("--dev-examples", type=int, help="number of scored titles; default: all")
    parser.add_argument("--num-beams", type=int, default=4)
    parser.add_argument("--no-repeat-ngram-size", type=int, default=3)
    parser.add_argument("--pairing", default="rank", choices=("rank", "all"))
    parser.add_argument("--work", type=Path, default=work, help="folder of models and drafts")
    parser.add_argument(
        "--precision", default="float32", help="mixed_bfloat16 takes two thirds of the time with AVX-512"
    )
    parser.add_argument("--results", type=Path, default=Path(__file__).with_suffix(".jsonl"), help="finished runs")
    options = parser.parse_args(argv)
    keras.config.set_dtype_policy(options.precision)
    train = list(read_titles(options.data / "train.jsonl.gz"))[: options.train_examples]
    dev = list(read_titles(options.data / "dev.jsonl.gz"))[: options.dev_examples]
    tokenizer = Tokenizer(build_vocabulary([text for example in train for text in (example.title, example.text)]))
    options.results.parent.mkdir(parents=True, exist_ok=True)
    setting = {name: getattr(options, name) for name in SETTINGS} | {"train": len(train), "dev": len(dev)}
    lines = options.results.read_text(encoding="utf-8").splitlines() if options.results.exists() else []
    rows = [row for row in map(json.loads, lines) if setting.items() <= row.items()]
    baseline = lead_row(train, dev)
    for seed in range(options.seeds):
        for decoder, leakage_guard in _selected(options):
            key = {"decoder": decoder, "leakage_guard": leakage_guard, "seed": seed} | setting
            if not any(key.items() <= row.items() for row in rows):
                rows.append(run(key, train, dev, tokenizer, options))
                with options.results.open("a", encoding="utf-8") as file:
                    print(json.dumps(rows[-1]), file=file, flush=True)
                print(json.dumps(rows[-1]), flush=True)
            write_page(rows, baseline, options, setting)
    print(options.results.with_suffix(".md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
