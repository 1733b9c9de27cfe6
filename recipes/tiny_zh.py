"""How the preset tiny-zh is made, from texts that may be shared.

    python benchmarks/tiny_zh.py corpus --out corpus
    textzoo train mlm corpus/train.txt --validation corpus/held_out.txt --vocab corpus/vocab.txt --out corpus/mlm \
        --num-layers 4 --hidden-size 256 --num-heads 4 --epochs 6 --batch-size 8 --learning-rate 4e-4 --dropout 0 \
        --precision mixed_bfloat16
    python benchmarks/tiny_zh.py tune --pretrained corpus/mlm --out corpus/tuned --dropout 0.1
    python benchmarks/tiny_zh.py tune --pretrained corpus/tuned --out corpus/tuned2 --epochs 1 --abstract-passes 1 \
        --dropout 0.1
    python benchmarks/tiny_zh.py tune --pretrained corpus/tuned2 --out corpus/tuned3 --epochs 1 --abstract-passes 1 \
        --learning-rate 8e-4
    python benchmarks/tiny_zh.py tune --pretrained corpus/tuned3 --out corpus/tuned4 --epochs 3 --abstract-passes 1 \
        --learning-rate 6e-4 --token-substitution-rate 0.5
    python benchmarks/tiny_zh.py tune --pretrained corpus/tuned4 --out corpus/tuned5 --epochs 3 --abstract-passes 1 \
        --learning-rate 6e-4 --token-substitution-rate 0.5
    python benchmarks/tiny_zh.py tune --pretrained corpus/tuned5 --out corpus/tuned6 --epochs 3 --abstract-passes 1 \
        --learning-rate 6e-4 --token-substitution-rate 0.3 --statements-only
    nouns() {  # one tuning: FROM TO SEED SHARE RATE
        python benchmarks/tiny_zh.py tune --pretrained $1 --out $2 --epochs 1 --abstract-passes 1 --statements-only \
            --token-substitution-rate 0.3 --decoder-noise-rate 0.15 --seed $3 --all-nouns $4 --learning-rate $5
    }
    round() {  # two tunings, one a core, whose weights are averaged: FROM TO SEED SEED SHARE RATE
        for seed in $3 $4; do nouns $1 corpus/seed$seed $seed $5 $6 & done
        wait; python benchmarks/tiny_zh.py mean --tuned corpus/seed$3 corpus/seed$4 --out $2
    }
    round corpus/tuned6 corpus/tuned7 1 2 0.5 6e-4
    round corpus/tuned7 corpus/tuned8 3 4 0.6 6e-4
    round corpus/tuned8 corpus/tuned9 5 6 0.1 5e-4
    nouns corpus/tuned9 corpus/tuned10 7 1 6e-4
    nouns corpus/tuned10 corpus/tuned11 8 0.1 4e-4
    python benchmarks/tiny_zh.py mean --tuned corpus/tuned10 corpus/tuned11 --out corpus/tuned12
    python benchmarks/tiny_zh.py ship --tuned corpus/tuned12 --card card.json
    python benchmarks/tiny_zh.py show

So it was made, but that the first three tunings knew neither `SpanBias` nor what `CopyHead` is told of order, nor the
fourth the latter (their weights were added as zeros afterwards), that the fourth and fifth were broken off after an
epoch, that up to tuned9 a pronoun still stood behind the subject that took its place in the pairs on every noun, and
that the rules have been mended since in less than one of a hundred pairs.

corpus: titles and abstracts of CSL's training file, passages and questions of CMRC2018's and DRCD's, and passages of
the sample corpus with theirs, a line each, shuffled; 1.5 % of the lines are held out. Writes train.txt, held_out.txt
and vocab.txt: characters that stand at least twice and pieces of Latin words, 8000 tokens at most; and, for
own_pretraining.py, plain.txt: abstracts and CMRC2018's passages without what people called and asked them.

tune: one set of weights learns both question-answer pairs (CMRC2018's, DRCD's, the sample corpus's, and those that
`cloze_pairs` makes of CMRC2018's passages and CSL's abstracts) and titles (CSL's, the sample corpus's, names of
pages), in mixed batches; the first token of a source says which of the two is wanted. With titles of abstracts alone it
would go by the kind of text. Passages are runs of sentences of at most 160 characters. A broken-off training goes on.
With --all-nouns it also learns to ask about every noun, where only the questions count, not the choice of the
answers: 88 thousand pairs, whose questions are clauses with a question word in the noun's place, from which it learns
how to copy one out of a passage. Of the tokens that such a question copies one behind the other, the pairs of rules
alone (tuned6) had left 7 % wrong on held-out abstracts and passages, of the places where it jumps on behind its answer
27 to 47 %; with these (tuned12) it is 3 to 4 %, and 11 to 26 %.

mean: writes the mean of the weights of several tunings.

ship: writes the preset in half precision; the card's facts come from a file of json.

show: writes tiny_zh.md, what the preset makes of the passages of tiny_zh_passages.txt, which were made up for it.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from this_command import this_command

from textzoo.data import (
    QAExample,
    TitleExample,
    build_vocabulary,
    cloze_pairs,
    read_qa,
    read_titles,
    sample_corpus,
    sentence_runs,
)
from textzoo.data.sample_corpus.sample_passage import SamplePassage
from textzoo.data.text.vocabulary import SPECIAL

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PRESET = Path(__file__).resolve().parents[1] / "models" / "presets" / "tiny-zh"
PAIR_FILES = ("qa_cmrc2018/train.json", "qa_drcd/dev.json")
HELD_OUT, VOCAB_SIZE = 0.015, 8000
SAMPLE = 1200
FIRST_TOKEN, LENGTHS = "[unused1]", {"max_source_length": 256, "max_title_length": 32}
HELD_OUT_PASSAGES, SHOWN_PAIRS = 30, 3


def texts(data: Path) -> list[str]:
    """Every text once, in an order that is always the same.

    A title stands before its abstract, and questions behind the sentences that they were asked about, so that what is
    masked in the one can be read in the other.
    """
    found = [f"{e.title}。{e.text}" for e in read_titles(data / "titles_csl" / "train.tsv")]
    for file in PAIR_FILES:
        questions: dict[str, list[str]] = {}
        for example in read_qa(data / file, on_error="skip"):
            for window in sentence_runs(example.passage):
                questions.setdefault(window, [])
            questions.setdefault(in_window(example).passage, []).append(example.question)
        found += [window + "".join(asked) for window, asked in questions.items()]
    found += [
        passage.text + "".join(question for question, _, _ in passage.pairs)
        for passage in sample_corpus(SAMPLE, 1).train
    ]
    lines = list(dict.fromkeys(" ".join(text.split()) for text in found))
    random.Random(0).shuffle(lines)
    return lines


def vocabulary(lines: list[str]) -> list[str]:
    """Special tokens, characters that stand twice, and the Latin pieces that come first in WordPiece training."""
    counts = Counter(character for line in lines for character in line.lower())
    rare = {character for character, count in counts.items() if count < 2}
    kept = [
        token
        for token in build_vocabulary(lines, VOCAB_SIZE)
        if token in SPECIAL or token.removeprefix("##") not in rare
    ]
    return kept[:VOCAB_SIZE]


def write_corpus(data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = texts(data)
    count = round(HELD_OUT * len(lines))
    plain = [example.passage for example in read_qa(data / PAIR_FILES[0], on_error="skip")]
    plain += [example.text for example in read_titles(data / "titles_csl" / "train.tsv")]
    parts = {
        "held_out.txt": lines[:count],
        "train.txt": lines[count:],
        "vocab.txt": vocabulary(lines[count:]),
        "plain.txt": [" ".join(text.split()) for text in dict.fromkeys(plain)],
    }
    for name, rows in parts.items():
        (out / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        print(f"{name}: {len(rows)} lines, {sum(map(len, rows))} characters")


def in_window(example: QAExample) -> QAExample:
    """The example on the run of sentences that its answer stands in; as it is where it stands in none."""
    at = 0
    for window in sentence_runs(example.passage):
        end = at + len(window)
        if example.start is not None and at <= example.start and example.end <= end:
            return QAExample(window, example.question, example.answer, example.start - at)
        at = end
    return example


def all_pairs(
    data: Path, sample: list[SamplePassage], abstracts: list[TitleExample], asked: bool
) -> tuple[list[QAExample], list[QAExample]]:
    """Pairs to train on, and those of a few passages of each source that are held out; with those that people asked."""
    cmrc, drcd = (list(read_qa(data / file, on_error="skip")) for file in PAIR_FILES)
    passages = dict.fromkeys(window for example in cmrc for window in sentence_runs(example.passage))
    groups = [
        [in_window(example) for example in cmrc if asked]
        + [pair for passage in passages for pair in cloze_pairs(passage)],
        [in_window(example) for example in drcd if asked],
        [pair for abstract in abstracts for pair in cloze_pairs(abstract.text)],
        [example for passage in sample for example in passage.examples()],
    ]
    train, held_out = [], []
    for group in groups:
        random.Random(0).shuffle(group)
        chosen = set(list(dict.fromkeys(example.passage for example in group))[:HELD_OUT_PASSAGES])
        for example in group:
            (held_out if example.passage in chosen else train).append(example)
        print(f"{len(group)} pairs on {len({example.passage for example in group})} passages")
    return train, held_out


def every_noun_pairs(
    data: Path, sample: list[SamplePassage], abstracts: list[TitleExample], held_out: list[QAExample]
) -> list[QAExample]:
    """Pairs on every noun of every passage, but for those that are held out."""
    cmrc = read_qa(data / PAIR_FILES[0], on_error="skip")
    passages = [window for example in cmrc for window in sentence_runs(example.passage)]
    passages += [abstract.text for abstract in abstracts] + [passage.text for passage in sample]
    kept = set(passages) - {example.passage for example in held_out}
    pairs = [pair for passage in sorted(kept) for pair in cloze_pairs(passage, all_nouns=True)]
    print(f"{len(pairs)} pairs on every noun of {len(kept)} passages")
    return pairs


def other_titles(data: Path, sample: list[SamplePassage]) -> list[TitleExample]:
    """Passages of the sample corpus with their titles, and pages of an encyclopaedia with their names."""
    titles = [TitleExample(passage.text, passage.title) for passage in sample]
    for file in PAIR_FILES:
        for page in json.loads((data / file).read_text(encoding="utf-8"))["data"]:
            name, text = page["title"].split(" (")[0], page["paragraphs"][0]["context"]
            window = next(sentence_runs(text))
            if name in window:
                titles.append(TitleExample(window, name))
    return titles


def tune(options) -> None:
    import keras
    import numpy as np
    import tensorflow as tf

    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import TitleGenerator, TitlePreprocessor
    from textzoo.scripts.cli.trainer import run_training
    from textzoo.scripts.train_qa import TrainQA, qa_model
    from textzoo.training import RunDirectory

    files = [str(options.data / file) for file in (*PAIR_FILES, "titles_csl/train.tsv")]
    settings = TrainQA(
        train=files,
        out=str(options.out),
        checkpoint=str(options.pretrained),
        epochs=options.epochs,
        learning_rate=options.learning_rate,
        label_smoothing=0.1,
        decoder_noise_rate=options.replacement,
        seed=options.seed,
        max_question_length=40,
        max_answer_length=20,
        dropout=options.dropout,
        precision=options.precision,
        resume=True,
    )
    run = RunDirectory(settings.out, settings.resume)
    sample = sample_corpus(SAMPLE, 1).train
    abstracts, held_out_abstracts = (
        list(read_titles(options.data / "titles_csl" / f"{part}.tsv")) for part in ("train", "dev")
    )
    train, held_out = all_pairs(options.data, sample, abstracts, not options.statements_only)
    keras.utils.set_random_seed(settings.seed)
    model = qa_model(settings, train)
    preprocessor = TitlePreprocessor(model.preprocessor.tokenizer, **LENGTHS, task_token=FIRST_TOKEN)
    titler = TitleGenerator(model.encoder, preprocessor)  # what it trains on, the model does too

    def without_spans(inputs, labels, weights):
        streams = tf.shape(labels)[:2]
        return inputs | {"target_spans": tf.zeros(tf.concat([streams, [2]], 0), "int32")}, labels, weights

    def questions_only(inputs, labels, weights):
        ends = tf.cast(labels == model.preprocessor.tokenizer.sep_id, "int32")
        return inputs, labels, tf.where(tf.cumsum(ends, axis=-1, exclusive=True) > 0, weights, 0.0)

    order: Any = {"batch_size": settings.batch_size, "shuffle": True, "seed": settings.seed}
    others = other_titles(options.data, sample)
    print(f"{len(abstracts)} abstracts, {options.abstract_passes} passes; {len(others)} other texts with titles")
    titles = abstracts * options.abstract_passes + others
    parts = [
        model.dataset(
            train, num_epochs=settings.epochs, token_substitution_rate=options.token_substitution_rate, **order
        ),
        titler.dataset(
            titles, num_epochs=settings.epochs, token_substitution_rate=options.token_substitution_rate, **order
        ).map(without_spans),
    ]
    if options.all_nouns:
        nouns = every_noun_pairs(options.data, sample, abstracts, held_out)
        nouns = random.Random(settings.seed).sample(nouns, round(options.all_nouns * len(nouns)))
        again = model.dataset(
            nouns, num_epochs=settings.epochs, token_substitution_rate=options.token_substitution_rate, **order
        )
        parts.append(again.map(questions_only))
    counts = [int(part.cardinality()) // settings.epochs for part in parts]
    turns = [
        np.random.default_rng([settings.seed, epoch]).permutation(np.repeat(range(len(parts)), counts))
        for epoch in range(settings.epochs)
    ]
    choices = tf.data.Dataset.from_tensor_slices(np.concatenate(turns).astype("int64"))
    mixed = tf.data.Dataset.choose_from_datasets(parts, choices)
    mixed = mixed.apply(tf.data.experimental.assert_cardinality(sum(counts) * settings.epochs))
    check = model.dataset(held_out, settings.batch_size).concatenate(
        titler.dataset(held_out_abstracts, settings.batch_size).map(without_spans)
    )
    print(f"batches an epoch, of pairs, titles and pairs on every noun: {counts}")
    run_training(
        model, settings, run, mixed, check, SequenceCrossentropy(settings.label_smoothing, model.gives_log_probs)
    )


def mean(options) -> None:
    from textzoo.models import QAGenerator

    first, *others = (QAGenerator.from_preset(folder) for folder in options.tuned)
    weights = zip(*(model.get_weights() for model in (first, *others)), strict=True)
    first.set_weights([sum(same) / (1 + len(others)) for same in weights])
    first.save_to_preset(options.out)


def ship(options) -> None:
    from textzoo.models import QAGenerator, TitleGenerator, TitlePreprocessor

    pairs = QAGenerator.from_preset(options.tuned)
    preprocessor = TitlePreprocessor(pairs.preprocessor.tokenizer, **LENGTHS, task_token=FIRST_TOKEN)
    titles = TitleGenerator(pairs.encoder, preprocessor, copy_head=True)
    titles.unilm.copy_head.set_weights(pairs.unilm.copy_head.get_weights())
    card = json.loads(options.card.read_text(encoding="utf-8")) if options.card else {}
    pairs.save_to_preset(options.out, {"title": "tiny-zh", "preset": "tiny-zh"} | card, "float16", [titles])
    size = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{options.out}: {size / 2**20:.2f} MiB")


def show() -> None:
    from textzoo.models import QAGenerator, TitleGenerator

    here = Path(__file__).resolve()
    passages = here.with_name("tiny_zh_passages.txt").read_text(encoding="utf-8").splitlines()
    titles = TitleGenerator.from_preset("tiny-zh").generate(passages)
    pairs = QAGenerator.from_preset("tiny-zh").generate(passages, num_pairs=SHOWN_PAIRS, seed=0)
    lines = [
        f"Unedited and unchosen: the title and the {SHOWN_PAIRS} pairs, asked for as by default, with seed 0, of "
        f"passages that were made up for this, `{this_command()}`.",
        "",
        "| passage | title | question → answer |",
        "|---|---|---|",
    ]
    for passage, title, found in zip(passages, titles, pairs, strict=True):
        cell = "<br>".join(f"{pair.question} → {pair.answer}" for pair in found)
        lines.append(f"| {passage} | {title.text} | {cell} |")
    text = "\n".join(lines) + "\n"
    here.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parts = parser.add_subparsers(dest="part", required=True)
    corpus = parts.add_parser("corpus")
    corpus.add_argument("--out", type=Path, required=True)
    tuning = parts.add_parser("tune")
    tuning.add_argument("--pretrained", type=Path, required=True, help="what `textzoo train mlm` or a tuning wrote")
    tuning.add_argument("--out", type=Path, required=True)
    tuning.add_argument("--epochs", type=int, default=3)
    tuning.add_argument("--abstract-passes", type=int, default=2, help="over CSL's titles in one over the pairs")
    tuning.add_argument("--statements-only", action="store_true", help="without the pairs that people asked")
    tuning.add_argument("--all-nouns", type=float, default=0.0, help="share of the pairs on every noun to train on")
    tuning.add_argument("--decoder-noise-rate", type=float, default=0.3, help="as in textzoo train qa")
    tuning.add_argument("--seed", type=int, default=0)
    tuning.add_argument("--dropout", type=float, default=0.0)
    tuning.add_argument("--token-substitution-rate", type=float, default=1.0, help="as in textzoo train qa")
    tuning.add_argument("--learning-rate", type=float, default=5e-4)
    tuning.add_argument("--precision", default="mixed_bfloat16")
    averaging = parts.add_parser("mean")
    averaging.add_argument("--tuned", type=Path, nargs="+", required=True)
    averaging.add_argument("--out", type=Path, required=True)
    shipping = parts.add_parser("ship")
    shipping.add_argument("--tuned", type=Path, required=True)
    shipping.add_argument("--card", type=Path, help="json: what the card says besides, see `model_card`")
    shipping.add_argument("--out", type=Path, default=PRESET)
    parts.add_parser("show")
    options = parser.parse_args(argv)
    if options.part == "corpus":
        write_corpus(options.data, options.out)
    elif options.part == "tune":
        tune(options)
    elif options.part == "mean":
        mean(options)
    elif options.part == "ship":
        ship(options)
    else:
        show()


if __name__ == "__main__":
    main()
