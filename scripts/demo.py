"""textzoo demo: train a small model on the sample corpus and generate question-answer pairs with it, in minutes.

textzoo demo
textzoo demo --steps 100 --out quick-look
"""

import sys
import time
from dataclasses import dataclass

from textzoo.scripts.door import door
from textzoo.scripts.initializer_range import initializer_range
from textzoo.scripts.number_types import NonNegativeInt, PositiveFloat, PositiveInt
from textzoo.scripts.quiet_import import quiet_import
from textzoo.scripts.settings import parse_settings

SHOWN = 12
FEW_TRACES = {"max_question_length": 40, "batch_size": 64, "jit_compile": False}
NEXT = (
    "This model knows only the patterns of the sample corpus. For texts of your own fine-tune a BERT checkpoint:\n"
    "  textzoo train qa YOUR_PAIRS.json --checkpoint BERT_FOLDER --out my-model\n"
    "  textzoo generate qa YOUR_TEXTS.txt --model my-model"
)


@dataclass
class Demo:
    """Train a small model on the sample corpus and show what it generates for passages it has never seen.

    Args:
        out: Folder of the trained model and of the page, new or empty.
        passages: Passages to train on.
        steps: Batches to train.
        layers: Encoder layers.
        hidden_size: Width of the hidden states.
        batch_size: Pairs a batch.
        learning_rate: The highest rate of AdamW.
        seed: Of the corpus, the weights and the draws.
    """

    out: str = "textzoo-demo"
    passages: PositiveInt = 4000
    steps: PositiveInt = 1100
    layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    batch_size: PositiveInt = 32
    learning_rate: PositiveFloat = 4e-3
    seed: NonNegativeInt = 0


@door("textzoo demo")
def main(argv: list[str]) -> None:
    settings = parse_settings(Demo, argv, "textzoo demo")
    quiet_import()
    import keras

    from textzoo.data import Tokenizer, build_vocabulary, sample_corpus
    from textzoo.evaluation import QAPassage, qa_page
    from textzoo.models import Encoder, QAGenerator, QAPreprocessor
    from textzoo.training import ProgressBar, RunFolder, adamw

    began = time.monotonic()
    run = RunFolder(settings.out)
    corpus = sample_corpus(settings.passages, settings.seed)
    examples = [example for passage in corpus.train for example in passage.examples()]
    print(f"{len(corpus.train)} passages with {len(examples)} pairs to train on, such as: {corpus.train[0].text}")
    tokenizer = Tokenizer(build_vocabulary(text for e in examples for text in (e.passage, e.question)))
    keras.utils.set_random_seed(settings.seed)
    shape = (settings.hidden_size, settings.layers, 4, 4 * settings.hidden_size)
    encoder = Encoder(
        tokenizer.vocab_size,
        *shape,
        dropout=0.0,
        attention_dropout=0.0,
        initializer_range=initializer_range(settings.hidden_size),
    )
    model = QAGenerator(encoder, QAPreprocessor(tokenizer), copy_head=True)
    model.compile(adamw(settings.learning_rate, settings.steps))
    run.begin(vars(settings), [])
    in_epoch = int(model.dataset(examples, settings.batch_size, shuffle=True, seed=settings.seed).cardinality())
    data = model.dataset(examples, settings.batch_size, True, settings.seed, -(-settings.steps // in_epoch))
    bar = ProgressBar(settings.steps)
    try:
        model.fit(data.take(settings.steps), callbacks=[bar], shuffle=False, verbose=0)
    finally:
        bar.close()
    trained = time.monotonic()

    sets = {
        "values": corpus.held_out,
        "patterns": corpus.new_patterns,
        "domains": corpus.new_domains,
    }
    generated = iter(_generate(model, [passage for passages in sets.values() for passage in passages], settings.seed))
    results = {name: [next(generated) for _ in passages] for name, passages in sets.items()}
    figures = {name: _measure(passages, results[name], corpus.train) for name, passages in sets.items()}
    rows = [(name, str(len(sets[name])), *(f"{value:.0%}" for value in row.values())) for name, row in figures.items()]
    metrics = {f"unseen {name}: {key}": value for name, row in figures.items() for key, value in row.items()}
    shown = list(zip(corpus.held_out, results["values"], strict=True))[:SHOWN]
    model.save_to_preset(run.path, card={"title": "textzoo demo", "text": NEXT, "metrics": metrics})
    run.end(metrics)
    head = ("unseen", "passages", *figures["values"])
    page = run.path / "demo.html"
    page.write_text(
        qa_page(
            [QAPassage(p.text, pairs, p.title) for p, pairs in shown],
            "textzoo demo",
            f"{LEGEND}\n{NEXT}",
            [head, *rows],
        ),
        encoding="utf-8",
    )
    _print_tables(head, rows, shown[:4])
    print(f"trained in {trained - began:.0f} s, generated and measured in {time.monotonic() - trained:.0f} s")
    print(f"page: {page}\nmodel: {run.path}\n{NEXT}")


LEGEND = (
    "answers: generated answers that are a reference's, as many asked for as there are references.\n"
    "questions: of those, questions with ROUGE-L of 0.8 or more to a reference for the same answer.\n"
    "copied: what the pairs of the most similar training passage would score."
)


def _generate(model, passages, seed) -> list:
    """As many pairs for each passage as it has references."""
    results = [[] for _ in passages]
    for count in sorted({len(passage.pairs) for passage in passages}):
        rows = [row for row, passage in enumerate(passages) if len(passage.pairs) == count]
        pairs = model.generate([passages[row].text for row in rows], num_pairs=count, seed=seed, **FEW_TRACES)
        for row, found in zip(rows, pairs, strict=True):
            results[row] = found
    return results


def _measure(passages, generated, train) -> dict[str, float]:
    from textzoo.evaluation import nearest_passage, qa_agreement, rouge_l

    references = [[(question, answer) for question, answer, _ in passage.pairs] for passage in passages]
    agreement = qa_agreement([[(p.question, p.answer) for p in pairs] for pairs in generated], references)
    nearest = [train[i].pairs for i in nearest_passage([p.text for p in passages], [p.text for p in train])]
    copied = qa_agreement([[(question, answer) for question, answer, _ in pairs] for pairs in nearest], references)
    wanted = [(reference, near) for pairs, near in zip(references, nearest, strict=True) for reference in pairs]
    close = sum(rouge_l(question, near[_most_alike(answer, near)][0]) >= 0.8 for (question, answer), near in wanted)
    return {
        "answers": agreement.answers,
        "questions": agreement.questions,
        "copied answers": copied.answers,
        "copied questions": close / len(wanted),
    }


def _most_alike(answer: str, pairs) -> int:
    """The pair whose answer looks most like `answer`."""
    from textzoo.evaluation import rouge_l

    return max(range(len(pairs)), key=lambda i: (rouge_l(answer, pairs[i][1]), -abs(len(answer) - len(pairs[i][1]))))


def _print_tables(head, rows, shown) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(*head, title="held-out passages whose values, patterns or domains never occurred in training")
    for row in rows:
        table.add_row(*row)
    console.print(table, LEGEND, "", sep="\n")
    for passage, pairs in shown:
        table = Table("question", "answer", "score", title=passage.text, title_justify="left")
        for pair in pairs:
            table.add_row(pair.question, pair.answer, f"{pair.score:.2f}")
        console.print(table)


if __name__ == "__main__":
    sys.exit(main())
