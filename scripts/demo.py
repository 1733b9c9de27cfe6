"""textzoo demo: train small models on the sample corpus, generate question-answer pairs and titles, in minutes.

textzoo demo
textzoo demo --steps 100 --out quick-look
"""

import statistics
import sys
import time
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import NonNegativeInt, PositiveFloat, PositiveInt, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.model_factory import initializer_range
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

SHOWN = 12
FEW_TRACES = {"max_question_length": 40, "batch_size": 64, "jit_compile": False}
TITLES = {"decoder": "bidirectional", "copy_head": True}
TITLE_TOKENS, TITLE_RATE = 24, 0.5
NEXT = (
    "These models know only the patterns of the sample corpus. For texts of your own fine-tune a BERT checkpoint:\n"
    "  textzoo train qa YOUR_PAIRS.json --checkpoint BERT_FOLDER --out my-model\n"
    "  textzoo generate qa YOUR_TEXTS.txt --model my-model"
)


@dataclass
class Demo:
    """Train small models on the sample corpus and show what they generate for passages they have never seen.

    The model of titles writes in both directions, and begins with the weights of that of pairs.

    Args:
        out: Folder of the trained models and of the page, new or empty.
        passages: Passages to train on.
        steps: Batches to train on pairs.
        title_steps: Batches to train on titles.
        layers: Encoder layers.
        hidden_size: Width of the hidden states.
        batch_size: Pairs or titles a batch.
        learning_rate: The highest rate of AdamW.
        seed: Of the corpus, the weights and the draws.
    """

    out: str = "textzoo-demo"
    passages: PositiveInt = 4000
    steps: PositiveInt = 1100
    title_steps: PositiveInt = 120
    layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    batch_size: PositiveInt = 32
    learning_rate: PositiveFloat = 4e-3
    seed: NonNegativeInt = 0


@cli_command("textzoo demo")
def main(argv: list[str]) -> None:
    settings = parse_arguments(Demo, argv, "textzoo demo")
    start_tensorflow()
    import keras

    from textzoo.data import TitleExample, Tokenizer, build_vocabulary, sample_corpus
    from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor
    from textzoo.reports import QAPassage, qa_page, search_tree_sections
    from textzoo.training import RunDirectory

    began = time.monotonic()
    run = RunDirectory(settings.out)
    corpus = sample_corpus(settings.passages, settings.seed)
    sets = {"values": corpus.held_out, "patterns": corpus.new_patterns, "domains": corpus.new_domains}
    unseen = [passage for passages in sets.values() for passage in passages]
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
    run.begin(vars(settings), [])

    asker = QAGenerator(encoder, QAPreprocessor(tokenizer), copy_head=True)
    seconds = _train(asker, examples, settings.steps, settings.learning_rate, settings)
    pairs = _generate(asker, unseen, settings.seed)
    nearest = {name: _nearest(passages, corpus.train) for name, passages in sets.items()}
    figures = _by_set(_measure_pairs, sets, pairs, nearest)
    asker.save_to_preset(run.path, {"title": "textzoo demo", "text": NEXT, "metrics": _named(figures)})

    titler = TitleGenerator(encoder, TitlePreprocessor(tokenizer, max_title_length=TITLE_TOKENS), **TITLES)
    titler.unilm.copy_head.set_weights(asker.unilm.copy_head.get_weights())
    examples = [TitleExample(passage.text, passage.title) for passage in corpus.train]
    seconds += _train(titler, examples, settings.title_steps, TITLE_RATE * settings.learning_rate, settings)
    titles = titler.generate([passage.text for passage in unseen], jit_compile=False)
    title_metrics = _by_set(_measure_titles, sets, titles, nearest)
    titler.save_to_preset(
        run.path / "titles", {"title": "textzoo demo, titles", "text": NEXT, "metrics": _named(title_metrics)}
    )

    figures = {name: row | title_metrics[name] for name, row in figures.items()}
    run.end(_named(figures))
    head = ("unseen", *figures["values"])
    rows = [(name, *(f"{value:.0%}" for value in row.values())) for name, row in figures.items()]
    legend = f"unseen: {', '.join(f'{len(sets[name])} passages of new {name}' for name in sets)}.\n{LEGEND}"
    shown = list(zip(unseen, pairs, titles, strict=True))[:SHOWN]
    page = run.path / "demo.html"
    text = shown[0][0].text
    page.write_text(
        qa_page(
            [QAPassage(passage.text, pairs, title.text) for passage, pairs, title in shown],
            "textzoo demo",
            f"{legend}\n{NEXT}",
            [head, *rows],
            search_tree_sections(text, *titler.trees(text)),
        ),
        encoding="utf-8",
    )
    _print_tables(head, rows, legend, shown[:4])
    print(f"trained in {seconds:.0f} s, generated and measured in {time.monotonic() - began - seconds:.0f} s")
    print(f"page: {page}\nmodels: {run.path}, {run.path / 'titles'}\n{NEXT}")


LEGEND = (
    "answers: generated answers that are a reference's, as many asked for as there are references.\n"
    "questions: of those, questions with ROUGE-L of 0.8 or more to a reference for the same answer.\n"
    "titles: their ROUGE-L.\n"
    "copied: what the pairs and the title of the most similar training passage would score."
)


def _train(model, examples, steps, learning_rate, settings) -> float:
    """Trains for `steps` batches; the seconds that it took."""
    from textzoo.models import adamw
    from textzoo.training import ProgressBar, WarmupLinearDecay

    began = time.monotonic()
    model.compile(adamw(WarmupLinearDecay(learning_rate, steps, steps // 10)))
    in_epoch = int(model.dataset(examples, settings.batch_size, shuffle=True, seed=settings.seed).cardinality())
    data = model.dataset(examples, settings.batch_size, True, settings.seed, -(-steps // in_epoch))
    bar = ProgressBar(steps)
    try:
        model.fit(data.take(steps), callbacks=[bar], shuffle=False, verbose=0)
    finally:
        bar.close()
    return time.monotonic() - began


def _generate(model, passages, seed) -> list:
    """As many pairs for each passage as it has references."""
    results = [[] for _ in passages]
    for count in sorted({len(passage.pairs) for passage in passages}):
        rows = [row for row, passage in enumerate(passages) if len(passage.pairs) == count]
        pairs = model.generate([passages[row].text for row in rows], num_pairs=count, seed=seed, **FEW_TRACES)
        for row, found in zip(rows, pairs, strict=True):
            results[row] = found
    return results


def _by_set(measure, sets, results, nearest) -> dict[str, dict[str, float]]:
    """The figures of each set, of which `results` has a row for each passage."""
    found = iter(results)
    return {name: measure(passages, [next(found) for _ in passages], nearest[name]) for name, passages in sets.items()}


def _named(figures) -> dict[str, float]:
    return {f"unseen {name}: {key}": value for name, row in figures.items() for key, value in row.items()}


def _nearest(passages, train) -> list:
    """The most similar training passage of each."""
    from textzoo.metrics import nearest_passage

    return [train[i] for i in nearest_passage([p.text for p in passages], [p.text for p in train])]


def _measure_pairs(passages, generated, nearest) -> dict[str, float]:
    from textzoo.metrics import qa_agreement, rouge_l

    references = [[(question, answer) for question, answer, _ in passage.pairs] for passage in passages]
    agreement = qa_agreement([[(p.question, p.answer) for p in pairs] for pairs in generated], references)
    known = [passage.pairs for passage in nearest]
    copied = qa_agreement([[(question, answer) for question, answer, _ in pairs] for pairs in known], references)
    wanted = [(reference, near) for pairs, near in zip(references, known, strict=True) for reference in pairs]
    close = sum(rouge_l(question, near[_most_alike(answer, near)][0]) >= 0.8 for (question, answer), near in wanted)
    return {
        "answers": agreement.answers,
        "questions": agreement.questions,
        "copied answers": copied.answers,
        "copied questions": close / len(wanted),
    }


def _measure_titles(passages, titles, nearest) -> dict[str, float]:
    from textzoo.metrics import rouge_l

    references = [passage.title for passage in passages]
    copied = [passage.title for passage in nearest]
    return {
        "titles": statistics.mean(map(rouge_l, [title.text for title in titles], references)),
        "copied titles": statistics.mean(map(rouge_l, copied, references)),
    }


def _most_alike(answer: str, pairs) -> int:
    """The pair whose answer looks most like `answer`."""
    from textzoo.metrics import rouge_l

    return max(range(len(pairs)), key=lambda i: (rouge_l(answer, pairs[i][1]), -abs(len(answer) - len(pairs[i][1]))))


def _print_tables(head, rows, legend, shown) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(*head, title="held-out passages whose values, patterns or domains never occurred in training")
    for row in rows:
        table.add_row(*row)
    console.print(table, legend, "", sep="\n")
    for passage, pairs, title in shown:
        table = Table("question", "answer", "score", title=f"{title.text}: {passage.text}", title_justify="left")
        for pair in pairs:
            table.add_row(pair.question, pair.answer, f"{pair.score:.2f}")
        console.print(table)


if __name__ == "__main__":
    sys.exit(main())
