"""Three ways to write titles: left to right, in both directions with each leakage_guard of the leak, from both ends.

    python benchmarks/titles.py

Titles of Chinese news, trained on 2022 to 2024 and scored on 2025, from random weights with a copy head; the same
size, batches, rate and beams for all. `two_pass` first trains two models of both directions on half of the titles
each, for `--draft-steps-fraction` of the steps, and has each write drafts for the other half; its seconds are without those. The
length penalty is each model's best on the last 200 titles of 2024, which nothing is trained on.

Models and drafts are kept in `--work`, and every finished run is a line of benchmarks/titles.jsonl, or of `--results`;
what stands there is not run again.
Writes benchmarks/titles.md beside it. Unlike figures of tokens, all figures are of Chinese characters and words
without punctuation. Lead-k: the first k of them in an article, k chosen on the training set.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from this_command import this_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from textzoo.data import TitleExample, Tokenizer, build_vocabulary, metric_units, read_titles
from textzoo.metrics import bleu_4, lead_baseline, rouge_l, title_metrics
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor, adamw
from textzoo.scripts.cli.model_factory import initializer_range
from textzoo.training import WarmupLinearDecay, cross_fitted_drafts

DECODERS = ("left_to_right", "bidirectional", "from_both_ends")
LEAKAGE_GUARDS = ("mask", "two_pass", "noise", "none")
LEADS = range(4, 61)
LEAD_TEXTS = 1000
ENDS = 4
TUNED_ON = 200
COLUMNS_AFTER_THIRDS = ("first", "last", "length_ratio", "length_penalty", "from_right")
WRITING = ("num_beams", "no_repeat_ngram_size", "pairing")
LENGTH_PENALTIES = (0.6, 1.0, 1.5)
SETTING = """steps draft_steps_fraction batch_size learning_rate layers hidden_size max_source_length max_title_length num_beams
no_repeat_ngram_size pairing precision"""


def make_model(
    tokenizer: Tokenizer, options, decoder: str, leakage_guard: str, copy_head: bool = True, **more
) -> TitleGenerator:
    width = options.hidden_size
    encoder = Encoder(
        tokenizer.vocab_size,
        width,
        options.layers,
        options.heads,
        4 * width,
        max_length=options.max_source_length + options.max_title_length + 2,
        dropout=0.0,
        attention_dropout=0.0,
        initializer_range=initializer_range(width),
        **TitleGenerator.encoder_options,
    )
    preprocessor = TitlePreprocessor(tokenizer, options.max_source_length, options.max_title_length)
    return TitleGenerator(encoder, preprocessor, decoder, leakage_guard=leakage_guard, copy_head=copy_head, **more)


def fit(model: TitleGenerator, examples: list[TitleExample], options, steps: int, seed: int) -> tuple[float, float]:
    """The last epoch's loss and the seconds of a step, the first ones, in which the model is compiled, left out."""
    model.compile(adamw(WarmupLinearDecay(options.learning_rate, steps, steps // 10)))
    epochs = -(-steps * options.batch_size // len(examples)) + 1
    batches = model.dataset(examples, options.batch_size, shuffle=True, seed=seed, num_epochs=epochs)
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: ends.append(time.perf_counter()))
    history = model.fit(batches, steps_per_epoch=steps, epochs=1, shuffle=False, verbose=0, callbacks=[clock]).history
    return history["loss"][-1], statistics.median(b - a for a, b in zip(ends, ends[1:], strict=False))


def trained(key: dict, train: list[TitleExample], tokenizer: Tokenizer, options) -> tuple[TitleGenerator, dict]:
    """The model of a run, and what its training was like."""
    seed, decoder, leakage_guard = key["seed"], key["decoder"], key["leakage_guard"] or "mask"
    folder = options.work / _name(key)
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

        train = cross_fitted_drafts(train, train_half, options.work / f"{_name(key)}.drafts.jsonl")
    keras.utils.set_random_seed(seed)
    model = make_model(tokenizer, options, decoder, leakage_guard)
    loss, seconds = fit(model, train, options, options.steps, seed)
    model.save_to_preset(folder)
    training = {"loss": loss, "step_seconds": seconds}
    log.write_text(json.dumps(training), encoding="utf-8")
    return model, training


def run(key: dict, train: list[TitleExample], dev: list[TitleExample], tokenizer: Tokenizer, options) -> dict:
    """One training and its figures."""
    model, training = trained(key, train[:-TUNED_ON], tokenizer, options)
    write = {"num_beams": options.num_beams, "no_repeat_ngram_size": options.no_repeat_ngram_size, "batch_size": 32}
    if key["decoder"] == "bidirectional":
        write["pairing"] = options.pairing

    def rouge(penalty: float) -> float:
        tuned = train[-TUNED_ON:]
        titles = model.generate([example.text for example in tuned], length_penalty=penalty, **write)
        return statistics.mean(rouge_l(a.text, b.title) for a, b in zip(titles, tuned, strict=True))

    penalty = max(LENGTH_PENALTIES, key=rouge)
    texts, references = [example.text for example in dev], [example.title for example in dev]
    start = time.perf_counter()
    titles = model.generate(texts, length_penalty=penalty, **write)
    seconds = time.perf_counter() - start
    written = [title.text for title in titles]
    figures = title_metrics(written, references, texts)
    row = key | training | {"length_penalty": penalty, "seconds_per_100": 100 * seconds / len(dev)}
    row |= {"rouge_l": figures.rouge_l, "bleu_4": figures.bleu_4, "length_ratio": figures.length_ratio}
    row |= {"thirds": by_length(written, references), "first": ends(written, references, 1)}
    row |= {"last": ends(written, references, -1)}
    return row | {"from_right": sum(title.direction == "right_to_left" for title in titles) / len(titles)}


def by_length(titles: Sequence[str], references: Sequence[str]) -> list[float]:
    """Mean ROUGE-L of the short, middle and long third of the references."""
    order = sorted(range(len(references)), key=lambda i: len(metric_units(references[i])))
    cuts = [round(len(order) * third / 3) for third in range(4)]
    return [
        statistics.mean(rouge_l(titles[i], references[i]) for i in order[start:end])
        for start, end in zip(cuts, cuts[1:], strict=False)
    ]


def ends(titles: Sequence[str], references: Sequence[str], step: int) -> float:
    """The share of the references' first four units (`step` 1), or last four (-1), that stand in their place."""
    sides = [[metric_units(text)[::step][:ENDS] for text in side] for side in (titles, references)]
    right = sum(a == b for pair in zip(*sides, strict=True) for a, b in zip(*pair, strict=False))
    return right / sum(map(len, sides[1]))


def lead_row(train: list[TitleExample], dev: list[TitleExample]) -> dict:
    """The figures of the first k units of an article, k the best on the training set."""
    texts = [(metric_units(example.text[: 8 * max(LEADS)]), example.title) for example in train[:LEAD_TEXTS]]
    k = max(LEADS, key=lambda k: sum(rouge_l(" ".join(text[:k]), title) for text, title in texts))
    leads, references = [lead_baseline(example.text, k) for example in dev], [example.title for example in dev]
    ratio = statistics.mean(
        len(metric_units(a)) / max(1, len(metric_units(b))) for a, b in zip(leads, references, strict=True)
    )
    row = {
        "lead_k": k,
        "bleu_4": bleu_4(leads, references),
        "length_ratio": ratio,
        "seconds_per_100": 0.0,
        "length_penalty": 0.0,
        "from_right": 0.0,
    }
    row |= {"rouge_l": statistics.mean(map(rouge_l, leads, references)), "thirds": by_length(leads, references)}
    return row | {"first": ends(leads, references, 1), "last": ends(leads, references, -1)}


def _name(key: dict) -> str:
    """A folder's name; how the model writes is not part of it."""
    return "-".join(str(value) for name, value in key.items() if value is not None and name not in WRITING)


def cells(rows: list[dict]) -> str:
    flat = [
        [row["rouge_l"], row["bleu_4"], *row["thirds"], *(row[name] for name in COLUMNS_AFTER_THIRDS)] for row in rows
    ]
    spread = [
        f"{statistics.mean(values):.4f}" + (f" ± {statistics.stdev(values):.4f}" if len(values) > 1 else "")
        for values in zip(*flat, strict=True)
    ]
    return " | ".join([*spread, f"{statistics.mean(row['seconds_per_100'] for row in rows):.2f}"])


def write_page(rows: list[dict], base: dict, options, setting: dict) -> None:
    head = (
        "| decoder | ROUGE-L | BLEU-4 | short third | middle third | long third | first 4 | last 4 | length ratio "
        "| length penalty | from the right "
    )
    lines = [
        f"Titles of news by three decoders: `{this_command()}`. {options.layers} layers x "
        f"{options.hidden_size}, {setting['train'] - TUNED_ON} titles of 2022 to 2024, {setting['dev']} of 2025, "
        f"articles of {options.max_source_length} tokens at most, {options.steps} batches of {options.batch_size} at a "
        f"rate of {options.learning_rate:g}, {options.num_beams} beams in all, no n-gram of "
        f"{options.no_repeat_ngram_size} twice, {options.precision}, mean ± "
        f"standard deviation over the seeds. Drafts of two_pass: models of {options.draft_steps_fraction:g} of the batches. "
        "Thirds: ROUGE-L by the length of the right title. First and last 4: the share of these characters that is "
        "right. From the right: the share of such titles. Seconds are those of 100 titles.",
        "",
        f"{head}| seconds | seeds |",
        "|" + "---|" * 13,
        f"| the article's first {base['lead_k']} characters | {cells([base])} | |",
    ]
    for decoder, leakage_guard in _chosen(options):
        done = [row for row in rows if (row["decoder"], row["leakage_guard"]) == (decoder, leakage_guard)]
        if done:
            lines.append(f"| {decoder}{f', {leakage_guard}' if leakage_guard else ''} | {cells(done)} | {len(done)} |")
    options.results.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _chosen(options) -> list[tuple[str, str | None]]:
    return [
        (decoder, leakage_guard)
        for decoder in options.decoders
        for leakage_guard in (options.leakage_guards if decoder == "bidirectional" else [None])
    ]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parent
    data = root.parent.parent / "shared" / "data" / "titles_news"
    parser.add_argument("--data", type=Path, default=data, help="folder of train.jsonl.gz and dev.jsonl.gz")
    parser.add_argument("--decoders", nargs="+", default=DECODERS, choices=DECODERS)
    parser.add_argument("--cures", nargs="+", default=LEAKAGE_GUARDS, choices=LEAKAGE_GUARDS)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=600, help="batches of a run")
    parser.add_argument(
        "--draft-steps-fraction", type=float, default=0.4, help="share of the steps of a draft-writing model"
    )
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--num-layers", type=int, default=2)
    parser.add_argument("--hidden-size", type=int, default=128)
    parser.add_argument("--num-heads", type=int, default=4)
    parser.add_argument("--max-source-length", type=int, default=96, help="tokens of an article")
    parser.add_argument("--max-title-length", type=int, default=40, help="tokens of a title")
    parser.add_argument("--train-examples", type=int, help="the first titles to train on; all where left out")
    parser.add_argument("--dev-examples", type=int, help="the first titles to score; all where left out")
    parser.add_argument("--num-beams", type=int, default=4)
    parser.add_argument("--no-repeat-ngram-size", type=int, default=3)
    parser.add_argument("--pairing", default="rank", choices=("rank", "all"))
    parser.add_argument(
        "--work", type=Path, default=root.parent / "runs" / "titles", help="folder of models and drafts"
    )
    parser.add_argument("--precision", default="float32", help="mixed_bfloat16 takes two thirds of the time on AVX-512")
    parser.add_argument("--results", type=Path, default=root / "titles.jsonl", help="lines of finished runs")
    options = parser.parse_args(argv)
    keras.config.set_dtype_policy(options.precision)
    train = list(read_titles(options.data / "train.jsonl.gz"))[: options.train_examples]
    dev = list(read_titles(options.data / "dev.jsonl.gz"))[: options.dev_examples]
    tokenizer = Tokenizer(build_vocabulary([text for example in train for text in (example.title, example.text)]))
    options.results.parent.mkdir(parents=True, exist_ok=True)
    setting = {name: getattr(options, name) for name in SETTING.split()} | {"train": len(train), "dev": len(dev)}
    lines = options.results.read_text(encoding="utf-8").splitlines() if options.results.exists() else []
    rows = [row for row in map(json.loads, lines) if setting.items() <= row.items()]
    base = lead_row(train, dev)
    for seed in range(options.seeds):
        for decoder, leakage_guard in _chosen(options):
            key = {"decoder": decoder, "leakage_guard": leakage_guard, "seed": seed} | setting
            if not any(key.items() <= row.items() for row in rows):
                rows.append(run(key, train, dev, tokenizer, options))
                with options.results.open("a", encoding="utf-8") as file:
                    print(json.dumps(rows[-1]), file=file, flush=True)
                print(json.dumps(rows[-1]), flush=True)
            write_page(rows, base, options, setting)
    print(options.results.with_suffix(".md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
