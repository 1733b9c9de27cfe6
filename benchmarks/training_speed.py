"""Examples a second of training, and peak memory, beside bert4keras's `fit`, on texts of real lengths.

    python benchmarks/training_speed.py --bert4keras-python bert4keras/bin/python

The first `--examples` records of CMRC2018 (passages of at most 254 tokens, which hold 3 to 5 pairs each) and of CSL;
random weights, batches of the same number of examples, each side as its documentation has it: bert4keras with whole
sequences padded to the batch's longest, textzoo's `fit`. In turns, each in a process of its own; the first epoch, which
traces, is apart. Writes benchmarks/training_speed.md, the tables of its
sizes.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from peers.peer import Peer
from side_by_side import machine, median, ratio, versions, write_part

from textzoo.data import Tokenizer, read_qa, read_titles
from textzoo.models import QAPreprocessor, TitlePreprocessor

SOURCE, ANSWER, QUESTION, TITLE = 256, 16, 48, 48


def sequences(task: str, data: Path, tokenizer: Tokenizer, count: int) -> tuple[list, list]:
    """The arguments of the examples, and bert4keras's token and segment ids."""
    end, texts, rows = tokenizer.sep_id, [], []
    if task == "qa":
        preprocessor = QAPreprocessor(tokenizer, SOURCE, ANSWER, QUESTION)
        for e in read_qa(data / "qa_cmrc2018" / "train.json"):
            if len(texts) == count:
                break
            ids = [tokenizer.tokenize(text).ids.tolist() for text in (e.passage, e.answer, e.question)]
            if len(ids[0]) > SOURCE - 2:
                continue
            source = preprocessor.passage(e.passage).ids.tolist()
            rows.append((source, [*ids[1][:ANSWER], end, *ids[2][:QUESTION], end]))
            texts.append((e.passage, e.question, e.answer, e.start))
    else:
        preprocessor = TitlePreprocessor(tokenizer, SOURCE, TITLE)
        for e in list(read_titles(data / "titles_csl" / "train.tsv"))[:count]:
            rows.append((preprocessor.source(e.text).tolist(), [*preprocessor.title(e.title).tolist()[:TITLE], end]))
            texts.append((e.text, e.title))
    return texts, [(source + target, [0] * len(source) + [1] * len(target)) for source, target in rows]


def row(task: str, size: str, options) -> tuple[str, str]:
    """The table's row, and the versions of both sides."""
    layers, width = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokenizer = Tokenizer.from_vocab(options.data / "vocab_zh" / "vocab.txt")
        texts, rows = sequences(task, options.data, tokenizer, options.examples)
        tokenizer.save(folder / "vocab.txt")
        shape = {"layers": layers, "width": width, "source": SOURCE}
        for file, value in (("size.json", shape), ("texts.json", texts), ("rows.json", rows)):
            (folder / file).write_text(json.dumps(value))
        config = {
            "vocab_size": tokenizer.vocab_size,
            "hidden_size": width,
            "num_hidden_layers": layers,
            "num_attention_heads": 12,
            "intermediate_size": 4 * width,
            "hidden_act": "gelu",
            "max_position_embeddings": 512,
            "type_vocab_size": 2,
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02,
        }
        (folder / "bert_config.json").write_text(json.dumps(config))
        config_path = folder / "bert_config.json"
        peers = {
            "textzoo": Peer(sys.executable, "textzoo_training.py", task, folder),
            "bert4keras": Peer(options.bert4keras_python, "bert4keras_training.py", config_path, folder / "rows.json"),
        }
        rates, peak = {side: [] for side in peers}, dict.fromkeys(peers, 0.0)
        for number in range(options.rounds + 1):
            for side, peer in peers.items():
                done = peer.ask(batch_size=options.batch_size, epochs=1)
                peak[side] = max(peak[side], done["peak_mib"])
                if number:
                    rates[side].append(len(texts) / done["seconds"])
        for peer in peers.values():
            peer.close()
    ours, theirs = rates.values()
    speed = f"{median(ours)} | {median(theirs)} | {ratio(ours, theirs)}"
    memory = f"{peak['textzoo']:.0f} | {peak['bert4keras']:.0f} | {peak['textzoo'] / peak['bert4keras']:.2f}"
    return f"| {task} | {speed} | {memory} |", versions(peers)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert4keras-python", required=True)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--tasks", nargs="+", default=["qa", "title"])
    parser.add_argument("--sizes", nargs="+", default=["4x312", "12x768"])
    parser.add_argument("--examples", type=int, default=320)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    table = [
        "| task | textzoo, examples a second | bert4keras | ratio | textzoo MiB | bert4keras MiB | ratio |",
        "|" + "---|" * 7,
    ]
    for size in options.sizes:
        lines = [*table]
        for task in options.tasks:
            line, found = row(task, size, options)
            lines.append(line)
            print(size, line, flush=True)
            head = (
                f"`python benchmarks/training_speed.py --sizes {size} --rounds {options.rounds} --examples "
                f"{options.examples}`: batches of {options.batch_size}, medians of the epochs after the first, the "
                "ratio's extremes in brackets; peak memory of the process in MiB, the first epoch's included. "
                f"{machine()}. {found}."
            )
            write_part(options.page, size, [head, "", *lines])


if __name__ == "__main__":
    main()
