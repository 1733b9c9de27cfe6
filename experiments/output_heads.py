"""Value of the output heads on small data: none, source prior, copy head, both.

    python -m experiments.output_heads

Titles of the abstracts of CSL, left to right, from random weights, with the same size, batches, rate and beams for all
heads. Scored on the development file. Writes experiments/output_heads.md.
"""

import argparse
import os
from pathlib import Path

from benchmarks.harness import DATA, current_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from experiments.titles import fit, make_model
from textzoo.data import Tokenizer, build_vocabulary, read_titles
from textzoo.metrics import title_metrics

HEADS = {
    "vocabulary only": {"copy_head": False, "source_prior": False},
    "source prior": {"copy_head": False, "source_prior": True},
    "copy head": {"copy_head": True, "source_prior": False},
    "both": {"copy_head": True, "source_prior": True},
}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA / "titles_csl", help="folder of train.tsv and dev.tsv")
    parser.add_argument("--steps", type=int, default=600, help="batches per training")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--num-layers", type=int, default=2)
    parser.add_argument("--hidden-size", type=int, default=128)
    parser.add_argument("--num-heads", type=int, default=4)
    parser.add_argument("--max-source-length", type=int, default=192, help="tokens per abstract")
    parser.add_argument("--max-title-length", type=int, default=32, help="tokens per title")
    parser.add_argument("--num-beams", type=int, default=4)
    options = parser.parse_args(argv)
    train, dev = (list(read_titles(options.data / f"{part}.tsv")) for part in ("train", "dev"))
    tokenizer = Tokenizer(build_vocabulary([text for example in train for text in (example.title, example.text)]))
    texts, references = [example.text for example in dev], [example.title for example in dev]
    lines = [
        f"`{current_command()}`, CSL, {len(train)} training titles, {len(dev)} scored titles, {options.num_layers} "
        f"layers x {options.hidden_size}, {options.steps} batches of {options.batch_size}, {options.num_beams} beams, "
        "left to right.",
        "",
        "| output head | mean training loss | ROUGE-L | BLEU-4 | length ratio | seconds per batch |",
        "|---|---|---|---|---|---|",
    ]
    for name, head in HEADS.items():
        keras.utils.set_random_seed(0)
        model = make_model(tokenizer, options, "left_to_right", "mask", **head)
        loss, seconds = fit(model, train, options, options.steps, 0)
        decoding = {"num_beams": options.num_beams, "length_penalty": 0.6, "no_repeat_ngram_size": 0, "batch_size": 32}
        titles = [title.text for title in model.generate(texts, **decoding)]
        metrics = title_metrics(titles, references, texts=texts)
        lines.append(
            f"| {name} | {loss:.3f} | {metrics.rouge_l:.4f} | {metrics.bleu_4:.4f} | "
            f"{metrics.length_ratio:.2f} | {seconds:.2f} |"
        )
        print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
