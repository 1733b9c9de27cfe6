"""What an output head is worth where data is small: none, the source prior, the copy head, both.

    python benchmarks/title_heads.py

Titles of the abstracts of CSL, left to right from random weights; the same size, batches, rate and beams for all.
Scored on the development file. Writes title_heads.md.
"""

import argparse
import os
from pathlib import Path

from this_command import this_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from titles import fit, make_model

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
    root = Path(__file__).resolve()
    data = root.parents[2] / "shared" / "data" / "titles_csl"
    parser.add_argument("--data", type=Path, default=data, help="folder of train.tsv and dev.tsv")
    parser.add_argument("--steps", type=int, default=600, help="batches of a training")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--num-layers", type=int, default=2)
    parser.add_argument("--hidden-size", type=int, default=128)
    parser.add_argument("--num-heads", type=int, default=4)
    parser.add_argument("--max-source-length", type=int, default=192, help="tokens of an abstract")
    parser.add_argument("--max-title-length", type=int, default=32, help="tokens of a title")
    parser.add_argument("--num-beams", type=int, default=4)
    options = parser.parse_args(argv)
    train, dev = (list(read_titles(options.data / f"{part}.tsv")) for part in ("train", "dev"))
    tokenizer = Tokenizer(build_vocabulary([text for example in train for text in (example.title, example.text)]))
    texts, references = [example.text for example in dev], [example.title for example in dev]
    lines = [
        f"Output heads: `{this_command()}`. CSL, {len(train)} titles, {len(dev)} scored; "
        f"{options.layers} layers x {options.hidden_size}, {options.steps} batches of {options.batch_size}, "
        f"{options.num_beams} beams, left to right.",
        "",
        "| output head | loss, the mean over the training | ROUGE-L | BLEU-4 | length ratio | seconds a batch |",
        "|---|---|---|---|---|---|",
    ]
    for name, head in HEADS.items():
        keras.utils.set_random_seed(0)
        model = make_model(tokenizer, options, "left_to_right", "mask", **head)
        loss, seconds = fit(model, train, options, options.steps, 0)
        titles = [title.text for title in model.generate(texts, num_beams=options.num_beams, batch_size=32)]
        figures = title_metrics(titles, references, texts)
        lines.append(
            f"| {name} | {loss:.3f} | {figures.rouge_l:.4f} | {figures.bleu_4:.4f} | "
            f"{figures.length_ratio:.2f} | {seconds:.2f} |"
        )
        print(lines[-1], flush=True)
    root.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
