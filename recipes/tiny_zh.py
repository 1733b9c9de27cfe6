r"""Recipe of the preset tiny-zh: one small Chinese encoder for question-answer pairs and titles.

    python -m recipes.tiny_zh corpus --out corpus
    textzoo train mlm corpus/train.txt --validation corpus/held_out.txt --vocab corpus/vocab.txt --out corpus/mlm \
        --num-layers 4 --hidden-size 256 --num-heads 4 --epochs 6 --batch-size 8 --learning-rate 4e-4 --dropout 0 \
        --precision mixed_bfloat16
    python -m recipes.tiny_zh tune --pretrained corpus/mlm --out corpus/tuned --dropout 0.1
    python -m recipes.tiny_zh tune --pretrained corpus/tuned --out corpus/tuned2 --epochs 1 --abstract-passes 1 \
        --dropout 0.1
    python -m recipes.tiny_zh tune --pretrained corpus/tuned2 --out corpus/tuned3 --epochs 1 --abstract-passes 1 \
        --learning-rate 8e-4
    python -m recipes.tiny_zh tune --pretrained corpus/tuned3 --out corpus/tuned4 --epochs 3 --abstract-passes 1 \
        --learning-rate 6e-4 --token-substitution-rate 0.5
    python -m recipes.tiny_zh tune --pretrained corpus/tuned4 --out corpus/tuned5 --epochs 3 --abstract-passes 1 \
        --learning-rate 6e-4 --token-substitution-rate 0.5
    python -m recipes.tiny_zh tune --pretrained corpus/tuned5 --out corpus/tuned6 --epochs 3 --abstract-passes 1 \
        --learning-rate 6e-4 --token-substitution-rate 0.3 --statements-only
    nouns() {  # one tuning: FROM TO SEED FRACTION RATE
        python -m recipes.tiny_zh tune --pretrained $1 --out $2 --epochs 1 --abstract-passes 1 --statements-only \
            --token-substitution-rate 0.3 --decoder-noise-rate 0.15 --seed $3 --all-nouns-fraction $4 --learning-rate $5
    }
    round() {  # two tunings, one per core, whose weights are averaged: FROM TO SEED SEED FRACTION RATE
        for seed in $3 $4; do nouns $1 corpus/seed$seed $seed $5 $6 & done
        wait; python -m recipes.tiny_zh mean --tuned corpus/seed$3 corpus/seed$4 --out $2
    }
    round corpus/tuned6 corpus/tuned7 1 2 0.5 6e-4
    round corpus/tuned7 corpus/tuned8 3 4 0.6 6e-4
    round corpus/tuned8 corpus/tuned9 5 6 0.1 5e-4
    nouns corpus/tuned9 corpus/tuned10 7 1 6e-4
    nouns corpus/tuned10 corpus/tuned11 8 0.1 4e-4
    python -m recipes.tiny_zh mean --tuned corpus/tuned10 corpus/tuned11 --out corpus/tuned12
    subjects() {  # one tuning with titles of all subjects: FROM TO SEED RATE
        python -m recipes.tiny_zh tune --pretrained $1 --out $2 --epochs 1 --abstract-passes 1 --statements-only \
            --token-substitution-rate 0.3 --decoder-noise-rate 0.15 --seed $3 --learning-rate $4 \
            --all-subjects 0.15 --all-nouns-fraction 0.02 --precision float32
    }
    subjects corpus/tuned12 corpus/tuned13 11 5e-4
    subjects corpus/tuned13 corpus/tuned14 12 4e-4
    python -m recipes.tiny_zh mean --tuned corpus/tuned13 corpus/tuned14 --out corpus/tuned15
    python -m recipes.chinese_text --out text
    textzoo train mlm text/train.jsonl --checkpoint corpus/tuned15 --gap-sentences --out corpus/wide --steps 6000 \
        --batch-size 16 --max-length 128 --learning-rate 4e-4 --dropout 0 --precision mixed_bfloat16
    wide() {  # one tuning after it: FROM TO SEED RATE, and further flags
        python -m recipes.tiny_zh tune --pretrained $1 --out $2 --epochs 1 --abstract-passes 1 --statements-only \
            --token-substitution-rate 0.3 --decoder-noise-rate 0.15 --seed $3 --learning-rate $4 \
            --all-subjects 0.4 --all-nouns-fraction 0.08 --without-page-names ${@:5}
    }
    wide corpus/wide corpus/tuned16 21 5e-4 --span-bias corpus/tuned15
    wide corpus/tuned16 corpus/tuned17 22 4e-4
    python -m recipes.tiny_zh mean --tuned corpus/tuned16 corpus/tuned17 --out corpus/tuned18
    textzoo train mlm text/train.jsonl --checkpoint corpus/wide --gap-sentences --out corpus/wide2 --steps 5600 \
        --batch-size 16 --max-length 128 --learning-rate 4e-4 --dropout 0 --precision mixed_bfloat16 --seed 30
    textzoo cloze text/statements.jsonl --out text/cloze.jsonl
    statements() {  # two tunings with cloze pairs of statements, averaged: FROM TO SEED SEED RATE, and further flags
        for seed in $3 $4; do
            python -m recipes.tiny_zh tune --pretrained $1 --out corpus/seed$seed --epochs 1 --abstract-passes 1 \
                --statements-only --token-substitution-rate 0.3 --decoder-noise-rate 0.15 --seed $seed \
                --learning-rate $5 --all-subjects 0.15 --without-page-names --cloze text/cloze.jsonl \
                --cloze-pairs 12000 ${@:6} &
        done
        wait; python -m recipes.tiny_zh mean --tuned corpus/seed$3 corpus/seed$4 --out $2
    }
    statements corpus/wide2 corpus/tuned19 31 32 5e-4 --span-bias corpus/tuned18
    statements corpus/tuned19 corpus/tuned20 33 34 4e-4
    python -m recipes.tiny_zh ship --tuned corpus/tuned20 --card card.json
    python -m recipes.tiny_zh show

The pretraining takes 39 minutes of one core, the tunings up to tuned12 five hours of two cores, the next two an hour of
one core. They bring titles of all subjects: on 200 abstracts that were held out ROUGE-L rises from 0.370 to
0.410. The second pretraining, on twelve times the text, takes 69 minutes of one core and the tunings after it 35. They
raise the figure to 0.433. The third takes 60 minutes of one core and the tunings after it 35 of two cores. They raise
it to 0.443, and twice as many pairs are right.

The shipped weights differ from this recipe in six points. The first three tunings had neither `SpanBias` nor the
order features of `CopyHead`, and the fourth lacked the latter; their weights were added as zeros afterwards. The
fourth and fifth tuning stopped after one epoch. Up to tuned9, the pairs on every noun kept a pronoun behind the
subject that replaced it. The cloze rules guessed more before the last four tunings: a third of their pairs would not be
made today, and they have changed a little since. The last four tunings saw the first 22 thousand pairs of
text/cloze.jsonl.

corpus: collects titles and abstracts of CSL's training file, passages and questions of CMRC2018 and DRCD, and passages
of the sample corpus with their questions, one text per line, shuffled. It holds out 1.5 % of the lines. It writes
train.txt, held_out.txt and vocab.txt: characters that occur at least twice and pieces of Latin words, 8000 tokens at
most. For experiments/domain_pretraining.py it also writes plain.txt: abstracts and CMRC2018's passages without titles
and questions.

tune: trains one set of weights on question-answer pairs (of CMRC2018, DRCD and the sample corpus, and cloze pairs of
CMRC2018's passages and CSL's abstracts) and on titles (of CSL and the sample corpus, and names of encyclopaedia
pages), in mixed batches. The first token of a source selects the task; without page names, the kind of text would
reveal it. Passages are runs of sentences of at most 160 characters. An interrupted training resumes.

--all-nouns-fraction adds cloze pairs on every noun, 88 thousand in all, of which only the questions count in the loss.
Their questions are clauses with a question word in place of the noun, so that the model learns to copy a question out
of a passage. After the cloze pairs alone (tuned6), the model predicted 7 % of the tokens that such a question copies
in sequence wrongly, on held-out abstracts and passages, and 27 to 47 % of the tokens after the skipped answer. With
the pairs on every noun (tuned12) these are 3 to 4 %, and 11 to 26 %.

mean: averages the weights of several tunings.

ship: writes the preset in half precision; the facts of its card come from a JSON file.

show: writes the preset's outputs for the invented passages of tiny_zh_passages.txt into recipes/tiny_zh.md and the
card.
"""

import argparse
import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness import DATA, ROOT, current_command
from recipes.chinese_text import NUM_TRAINING_TITLES, articles
from textzoo.data import (
    QAExample,
    TitleExample,
    build_vocabulary,
    cloze_pairs,
    group_sentences,
    read_qa,
    read_titles,
    sample_corpus,
)
from textzoo.data.sample_corpus.sample_passage import SamplePassage
from textzoo.data.text.tokenizer import SPECIAL_TOKENS

PRESET = ROOT / "models" / "presets" / "tiny-zh"
EXAMPLES = "## Examples"
PAIR_FILES = ("qa_cmrc2018/train.json", "qa_drcd/dev.json")
HELD_OUT_FRACTION, VOCAB_SIZE = 0.015, 8000
SAMPLE_CORPUS_SIZE = 1200
TASK_TOKEN, LENGTHS = "[unused1]", {"max_source_length": 256, "max_title_length": 32}
MAX_ARTICLE_CHARACTERS = 128
NUM_HELD_OUT_PASSAGES, NUM_SHOWN_PAIRS = 30, 3


def texts(data: Path) -> list[str]:
    """Collects every text once, in a fixed order.

    A title precedes its abstract, and questions follow the sentences that they ask about, so that one helps to predict
    the masked words of the other.
    """
    collected = [f"{e.title}。{e.text}" for e in read_titles(data / "titles_csl" / "train.tsv")]
    for file in PAIR_FILES:
        questions: dict[str, list[str]] = {}
        for example in read_qa(data / file, on_error="skip"):
            for window in group_sentences(example.passage):
                questions.setdefault(window, [])
            questions.setdefault(in_window(example).passage, []).append(example.question)
        collected += [window + "".join(group) for window, group in questions.items()]
    collected += [
        passage.text + "".join(question for question, _, _ in passage.pairs)
        for passage in sample_corpus(SAMPLE_CORPUS_SIZE, 1).train
    ]
    lines = list(dict.fromkeys(" ".join(text.split()) for text in collected))
    random.Random(0).shuffle(lines)
    return lines


def vocabulary(lines: list[str]) -> list[str]:
    """Builds a vocabulary: special tokens, characters that occur twice, first Latin pieces of WordPiece training."""
    counts = Counter(character for line in lines for character in line.lower())
    rare = {character for character, count in counts.items() if count < 2}
    kept = [
        token
        for token in build_vocabulary(lines, VOCAB_SIZE)
        if token in SPECIAL_TOKENS or token.removeprefix("##") not in rare
    ]
    return kept[:VOCAB_SIZE]


def write_corpus(data: Path, out: Path) -> None:
    """Writes the files of the part `corpus`."""
    out.mkdir(parents=True, exist_ok=True)
    lines = texts(data)
    count = round(HELD_OUT_FRACTION * len(lines))
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
    """Returns the example on the run of sentences that holds its answer, or unchanged if no run does."""
    start = 0
    for window in group_sentences(example.passage):
        end = start + len(window)
        if example.start is not None and start <= example.start and example.end <= end:
            return QAExample(window, example.question, example.answer, example.start - start)
        start = end
    return example


def all_pairs(
    data: Path, sample: list[SamplePassage], abstracts: list[TitleExample], human_questions: bool
) -> tuple[list[QAExample], list[QAExample]]:
    """Returns training pairs and held-out pairs on a few passages of each source.

    Without `human_questions`, only cloze pairs and pairs of the sample corpus are used.
    """
    cmrc, drcd = (list(read_qa(data / file, on_error="skip")) for file in PAIR_FILES)
    passages = dict.fromkeys(window for example in cmrc for window in group_sentences(example.passage))
    groups = [
        [in_window(example) for example in cmrc if human_questions]
        + [pair for passage in passages for pair in cloze_pairs(passage)],
        [in_window(example) for example in drcd if human_questions],
        [pair for abstract in abstracts for pair in cloze_pairs(abstract.text)],
        [example for passage in sample for example in passage.examples()],
    ]
    train, held_out = [], []
    for group in groups:
        random.Random(0).shuffle(group)
        held_out_passages = set(list(dict.fromkeys(example.passage for example in group))[:NUM_HELD_OUT_PASSAGES])
        for example in group:
            (held_out if example.passage in held_out_passages else train).append(example)
        print(f"{len(group)} pairs on {len({example.passage for example in group})} passages")
    return train, held_out


def all_noun_pairs(
    data: Path, sample: list[SamplePassage], abstracts: list[TitleExample], held_out: list[QAExample]
) -> list[QAExample]:
    """Returns cloze pairs on every noun of the passages that are not held out."""
    cmrc = read_qa(data / PAIR_FILES[0], on_error="skip")
    passages = [window for example in cmrc for window in group_sentences(example.passage)]
    passages += [abstract.text for abstract in abstracts] + [passage.text for passage in sample]
    kept = set(passages) - {example.passage for example in held_out}
    pairs = [pair for passage in sorted(kept) for pair in cloze_pairs(passage, all_nouns=True)]
    print(f"{len(pairs)} pairs on every noun of {len(kept)} passages")
    return pairs


def page_names(data: Path) -> Iterator[TitleExample]:
    """Yields the beginnings of encyclopaedia pages with their names."""
    for file in PAIR_FILES:
        for page in json.loads((data / file).read_text(encoding="utf-8"))["data"]:
            name, text = page["title"].split(" (")[0], page["paragraphs"][0]["context"]
            window = next(group_sentences(text))
            if name in window:
                yield TitleExample(window, name)


def pairs_of_more_people(data: Path) -> Iterator[QAExample]:
    """Yields pairs of XQuAD, and of DRCD in simplified characters, on runs of sentences."""
    from opencc import OpenCC

    simplified = OpenCC("t2s").convert
    for example in read_qa(data / "qa_xquad" / "zh.json", on_error="skip"):
        yield in_window(example)
    for example in map(in_window, read_qa(data / "qa_drcd" / "dev.json", on_error="skip")):
        passage, question, answer = map(simplified, (example.passage, example.question, example.answer))
        start = example.start
        if start is not None and passage[start : start + len(answer)] == answer:
            yield QAExample(passage, question, answer, start)


def pairs_of_statements(file: Path, count: int, seed: int, held_out: list[QAExample]) -> list[QAExample]:
    """Returns some pairs of a file of `textzoo cloze`, at most two of a passage."""
    excluded, by_passage = {example.passage for example in held_out}, dict[str, list[QAExample]]()
    for pair in read_qa(file):
        if pair.passage not in excluded:
            by_passage.setdefault(pair.passage, []).append(pair)
    rng = random.Random(seed)
    pairs = [pair for group in by_passage.values() for pair in rng.sample(group, min(2, len(group)))]
    print(f"{len(pairs)} pairs of statements on {len(by_passage)} passages")
    return rng.sample(pairs, min(count, len(pairs)))


def titles_of_all_subjects(data: Path) -> Iterator[TitleExample]:
    """Yields abstracts of all subjects with their titles, and the beginnings of articles with theirs."""
    yield from itertools.islice(read_titles(data / "titles_csl" / "test.tsv"), NUM_TRAINING_TITLES)
    for article in articles(data):
        title, _, text = article.partition("\n")
        if text:
            yield TitleExample(text[:MAX_ARTICLE_CHARACTERS], title)


def tune(options) -> None:
    """Runs the part `tune`."""
    import numpy as np
    import tensorflow as tf

    from textzoo.models import QAGenerator, TitleGenerator, TitlePreprocessor
    from textzoo.scripts.train_qa import TrainQA, qa_model
    from textzoo.training import RunDirectory, Trainer

    files = [str(options.data / file) for file in (*PAIR_FILES, "titles_csl/train.tsv")]
    settings = TrainQA(
        inputs=files,
        out=str(options.out),
        checkpoint=str(options.pretrained),
        epochs=options.epochs,
        learning_rate=options.learning_rate,
        label_smoothing=0.1,
        decoder_noise_rate=options.decoder_noise_rate,
        seed=options.seed,
        max_question_length=40,
        max_answer_length=20,
        dropout=options.dropout,
        precision=options.precision,
        resume=True,
    )
    run = RunDirectory(settings.out, resume=settings.resume)
    sample = sample_corpus(SAMPLE_CORPUS_SIZE, 1).train
    abstracts, held_out_abstracts = (
        list(read_titles(options.data / "titles_csl" / f"{part}.tsv")) for part in ("train", "dev")
    )
    train, held_out = all_pairs(options.data, sample, abstracts, not options.statements_only)
    titles = abstracts * options.abstract_passes
    if options.all_subjects:
        train = random.Random(settings.seed).sample(train, round(options.all_subjects * len(train)))
        if not options.statements_only:
            train += pairs_of_more_people(options.data)
        titles += titles_of_all_subjects(options.data)
        held_out_abstracts = list(read_titles(options.data / "titles_csl" / "test.tsv"))[NUM_TRAINING_TITLES:]
    if options.cloze:
        train += pairs_of_statements(options.cloze, options.cloze_pairs, settings.seed, held_out)
    model = qa_model(settings, train)
    if options.span_bias is not None:
        start = QAGenerator.from_preset(options.span_bias)
        model.unilm.span_bias.set_weights(start.unilm.span_bias.get_weights())
    preprocessor = TitlePreprocessor(model.preprocessor.tokenizer, **LENGTHS, task_token=TASK_TOKEN)
    titler = TitleGenerator(model.encoder, preprocessor)  # prepares titles for the shared encoder

    def without_spans(inputs, labels, weights):
        streams = tf.shape(labels)[:2]
        return inputs | {"target_spans": tf.zeros(tf.concat([streams, [2]], 0), "int32")}, labels, weights

    def questions_only(inputs, labels, weights):
        ends = tf.cast(labels == model.preprocessor.tokenizer.sep_id, "int32")
        return inputs, labels, tf.where(tf.cumsum(ends, axis=-1, exclusive=True) > 0, weights, 0.0)

    batching: Any = {"batch_size": settings.batch_size, "shuffle": True, "seed": settings.seed}
    batching |= {"num_epochs": settings.epochs, "token_substitution_rate": options.token_substitution_rate}
    titles += [TitleExample(passage.text, passage.title) for passage in sample]
    if not options.without_page_names:
        titles += page_names(options.data)
    print(f"{len(titles)} texts with titles, {options.abstract_passes} passes over {len(abstracts)} of them")
    parts = [
        model.dataset(train, **batching),
        titler.dataset(titles, **batching).map(without_spans),
    ]
    if options.all_nouns_fraction:
        noun_pairs = all_noun_pairs(options.data, sample, abstracts, held_out)
        count = round(options.all_nouns_fraction * len(noun_pairs))
        noun_pairs = random.Random(settings.seed).sample(noun_pairs, count)
        parts.append(model.dataset(noun_pairs, **batching).map(questions_only))
    counts = [int(part.cardinality()) // settings.epochs for part in parts]
    orders = [
        np.random.default_rng([settings.seed, epoch]).permutation(np.repeat(range(len(parts)), counts))
        for epoch in range(settings.epochs)
    ]
    choices = tf.data.Dataset.from_tensor_slices(np.concatenate(orders).astype("int64"))
    mixed = tf.data.Dataset.choose_from_datasets(parts, choices)
    mixed = mixed.apply(tf.data.experimental.assert_cardinality(sum(counts) * settings.epochs))
    validation = model.dataset(held_out, batch_size=settings.batch_size).concatenate(
        titler.dataset(held_out_abstracts, batch_size=settings.batch_size).map(without_spans)
    )
    print(f"batches per epoch of pairs, titles and pairs on every noun: {counts}")
    print(Trainer(model, settings, run=run).fit_batches(mixed, validation, files=settings.files))


def mean(options) -> None:
    """Runs the part `mean`."""
    from textzoo.models import QAGenerator

    first, *others = (QAGenerator.from_preset(folder) for folder in options.tuned)
    weights = zip(*(model.get_weights() for model in (first, *others)), strict=True)
    first.set_weights([sum(group) / (1 + len(others)) for group in weights])
    first.save_to_preset(options.out)


def ship(options) -> None:
    """Runs the part `ship`."""
    from textzoo.models import QAGenerator, TitleGenerator, TitlePreprocessor

    pairs = QAGenerator.from_preset(options.tuned)
    preprocessor = TitlePreprocessor(pairs.preprocessor.tokenizer, **LENGTHS, task_token=TASK_TOKEN)
    titles = TitleGenerator(pairs.encoder, preprocessor, copy_head=True)
    titles.unilm.copy_head.set_weights(pairs.unilm.copy_head.get_weights())
    card = json.loads(options.card.read_text(encoding="utf-8")) if options.card else {}
    card = {"title": "tiny-zh", "preset": "tiny-zh"} | card
    pairs.save_to_preset(options.out, card=card, dtype="float16", other_tasks=[titles])
    size = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{options.out}: {size / 2**20:.2f} MiB")


def show() -> None:
    """Runs the part `show`."""
    from textzoo.inference import QAPipeline
    from textzoo.models import TitleGenerator

    here = Path(__file__).resolve()
    passages = here.with_name("tiny_zh_passages.txt").read_text(encoding="utf-8").splitlines()
    titles = TitleGenerator.from_preset("tiny-zh").generate(passages)
    pairs = QAPipeline.from_preset("tiny-zh").generate(passages, num_pairs=NUM_SHOWN_PAIRS, seed=0)
    lines = [
        f"`{current_command()}`, titles and at most {NUM_SHOWN_PAIRS} pairs per passage with default options and seed "
        "0, unedited, with the probability that a reader finds them right. The passages were invented for this table.",
        "",
        "| passage | title | question → answer |",
        "|---|---|---|",
    ]
    for passage, title, generated in zip(passages, titles, pairs, strict=True):
        kept = [pair for pair in generated if pair.rejection_reason is None]
        cell = "<br>".join(f"{pair.question} → {pair.answer} ({pair.probability:.2f})" for pair in kept)
        lines.append(f"| {passage} | {title.text} | {cell} |")
    text = "\n".join(lines) + "\n"
    here.with_suffix(".md").write_text(text, encoding="utf-8")
    card = PRESET / "README.md"
    facts = card.read_text(encoding="utf-8").split(EXAMPLES)[0].rstrip()
    card.write_text(f"{facts}\n\n{EXAMPLES}\n\n{text}", encoding="utf-8")
    print(text)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    parts = parser.add_subparsers(dest="part", required=True)
    corpus = parts.add_parser("corpus")
    corpus.add_argument("--out", type=Path, required=True)
    tuning = parts.add_parser("tune")
    tuning.add_argument(
        "--pretrained", type=Path, required=True, help="output folder of `textzoo train mlm` or of a tuning"
    )
    tuning.add_argument("--out", type=Path, required=True)
    tuning.add_argument("--epochs", type=int, default=3)
    tuning.add_argument("--abstract-passes", type=int, default=2, help="passes over CSL's titles per epoch of pairs")
    tuning.add_argument("--statements-only", action="store_true", help="skip the questions that people wrote")
    tuning.add_argument("--all-nouns-fraction", type=float, default=0.0, help="fraction of the pairs on every noun")
    tuning.add_argument(
        "--all-subjects",
        type=float,
        default=0.0,
        help="fraction of the pairs, beside texts of all subjects",
    )
    tuning.add_argument("--cloze", type=Path, help="file of `textzoo cloze`, whose pairs are added")
    tuning.add_argument("--cloze-pairs", type=int, default=24_000, help="number of these pairs")
    tuning.add_argument("--without-page-names", action="store_true", help="skip names of pages as titles")
    tuning.add_argument("--span-bias", type=Path, help="preset whose `SpanBias` is the start, if `pretrained` has none")
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
    shipping.add_argument("--card", type=Path, help="JSON file of more facts of the card, see `model_card`")
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
