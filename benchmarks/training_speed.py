"""Training examples per second and peak memory beside bert4keras's `fit` and PyTorch, on texts of real lengths.

    python -m benchmarks.training_speed --peers transformers
    python -m benchmarks.training_speed --peers bert4keras --bert4keras-python bert4keras/bin/python

The data are the first `--examples` records of CMRC2018 (passages of at most 254 tokens with 3 to 5 pairs each) and of
CSL. Both sides start with random weights and use batches of the same number of examples. bert4keras pads the sequences
of a batch to the longest, as in its examples. transformers' BertForMaskedLM gets UniLM's mask, and batches of sequences
of like length. textzoo runs `fit`. Each side has its own process, and they run in turns; the first epoch, which traces,
does not count. Writes benchmarks/training_speed.md, one section per size and peer.
"""

import argparse
import itertools
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import DATA, machine, median, peer_versions, ratio, write_section
from benchmarks.peers.peer import Peer

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from textzoo.data import Tokenizer, read_qa, read_titles
from textzoo.models import QAPreprocessor, TitlePreprocessor

PEERS = ["bert4keras", "transformers"]
SOURCE_LENGTH, ANSWER_LENGTH, QUESTION_LENGTH, TITLE_LENGTH = 256, 16, 48, 48


def sequences(task: str, data: Path, tokenizer: Tokenizer, count: int) -> tuple[list, list]:
    """Returns the arguments of the examples, and token and segment ids for the peer."""
    end, texts, rows = tokenizer.sep_id, [], []
    if task == "qa":
        preprocessor = QAPreprocessor(
            tokenizer,
            max_source_length=SOURCE_LENGTH,
            max_answer_length=ANSWER_LENGTH,
            max_question_length=QUESTION_LENGTH,
        )
        for e in read_qa(data / "qa_cmrc2018" / "train.json"):
            if len(texts) == count:
                break
            ids = [tokenizer.tokenize(text).ids.tolist() for text in (e.passage, e.answer, e.question)]
            if len(ids[0]) > SOURCE_LENGTH - 2:
                continue
            source = preprocessor.passage(e.passage).ids.tolist()
            rows.append((source, [*ids[1][:ANSWER_LENGTH], end, *ids[2][:QUESTION_LENGTH], end]))
            texts.append((e.passage, e.question, e.answer, e.start))
    else:
        preprocessor = TitlePreprocessor(tokenizer, max_source_length=SOURCE_LENGTH, max_title_length=TITLE_LENGTH)
        for e in list(read_titles(data / "titles_csl" / "train.tsv"))[:count]:
            target = [*preprocessor.title(e.title).tolist()[:TITLE_LENGTH], end]
            rows.append((preprocessor.source(e.text).tolist(), target))
            texts.append((e.text, e.title))
    return texts, [(source + target, [0] * len(source) + [1] * len(target)) for source, target in rows]


def row(task: str, size: str, name: str, options) -> tuple[str, str]:
    """Returns the row of the table and the versions of both sides."""
    num_layers, hidden_size = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        tokenizer = Tokenizer.from_vocab(options.data / "vocab_zh" / "vocab.txt")
        texts, rows = sequences(task, options.data, tokenizer, options.examples)
        tokenizer.save(folder / "vocab.txt")
        shape = {"num_layers": num_layers, "hidden_size": hidden_size, "source_length": SOURCE_LENGTH}
        for file, value in (("size.json", shape), ("texts.json", texts), ("rows.json", rows)):
            (folder / file).write_text(json.dumps(value))
        config = {
            "vocab_size": tokenizer.vocab_size,
            "hidden_size": hidden_size,
            "num_hidden_layers": num_layers,
            "num_attention_heads": 12,
            "intermediate_size": 4 * hidden_size,
            "hidden_act": "gelu",
            "max_position_embeddings": 512,
            "type_vocab_size": 2,
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02,
        }
        (folder / "bert_config.json").write_text(json.dumps(config))
        python = options.bert4keras_python if name == "bert4keras" else sys.executable
        peers = {
            "textzoo": Peer(sys.executable, "textzoo_training.py", task, folder),
            name: Peer(python, f"{name}_training.py", folder / "bert_config.json", folder / "rows.json"),
        }
        rates, peak = {side: [] for side in peers}, dict.fromkeys(peers, 0.0)
        for number in range(options.rounds + 1):
            for side, peer in peers.items():
                reply = peer.ask(batch_size=options.batch_size, epochs=1)
                peak[side] = max(peak[side], reply["peak_mib"])
                if number:
                    rates[side].append(len(texts) / reply["seconds"])
        for peer in peers.values():
            peer.close()
    ours, theirs = rates.values()
    speed = f"{median(ours)} | {median(theirs)} | {ratio(ours, theirs)}"
    memory = f"{peak['textzoo']:.0f} | {peak[name]:.0f} | {peak['textzoo'] / peak[name]:.2f}"
    return f"| {task} | {speed} | {memory} |", peer_versions(peers)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS)
    parser.add_argument("--bert4keras-python", default=sys.executable, help="interpreter that has bert4keras")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--tasks", nargs="+", default=["qa", "title"])
    parser.add_argument("--sizes", nargs="+", default=["4x312", "12x768"])
    parser.add_argument("--examples", type=int, default=320)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    for size, peer in itertools.product(options.sizes, options.peers):
        lines = [
            f"| task | textzoo, examples per second | {peer} | ratio | textzoo MiB | {peer} MiB | ratio |",
            "|" + "---|" * 7,
        ]
        python = " --bert4keras-python PYTHON" if peer == "bert4keras" else ""
        for task in options.tasks:
            line, versions = row(task, size, peer, options)
            lines.append(line)
            print(size, peer, line, flush=True)
            head = (
                f"`python -m benchmarks.training_speed --sizes {size} --peers {peer} --rounds {options.rounds} "
                f"--examples {options.examples}{python}`, batches of {options.batch_size}. Medians of the "
                "epochs after the first with the extremes of the ratio in brackets. MiB: peak memory of the process, "
                f"first epoch included. {machine()}. {versions}."
            )
            write_section(options.page, f"{size}, {peer}", [head, "", *lines])


if __name__ == "__main__":
    main()
