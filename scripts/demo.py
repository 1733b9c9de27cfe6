"""textzoo demo: train small models on the sample corpus and show generated question-answer pairs and titles.

textzoo demo
textzoo demo --steps 100 --out quick-look
"""

import statistics
import sys
import time
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import NonNegativeInt, PositiveFloat, PositiveInt, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

PASSAGES_ON_PAGE, PASSAGES_PRINTED = 12, 4
GENERATION_OPTIONS = {"max_question_length": 40, "batch_size": 64, "jit_compile": False}  # few shapes, few traces
TITLE_OPTIONS = {"decoder": "bidirectional", "copy_head": True}
MAX_TITLE_LENGTH, TITLE_LEARNING_RATE_FACTOR = 24, 0.5
SAME_QUESTION = 0.8
NEXT_STEPS = (
    "These models know only the patterns of the sample corpus. For your own texts, fine-tune a BERT checkpoint:\n"
    "  textzoo train qa YOUR_PAIRS.json --checkpoint BERT_FOLDER --out my-model\n"
    "  textzoo generate qa YOUR_TEXTS.txt --model my-model"
)
LEGEND = (
    "answers: fraction of generated answers that match a reference; as many are generated as there are references.\n"
    f"questions: fraction of those whose question has ROUGE-L >= {SAME_QUESTION} with a reference of that answer.\n"
    "titles: ROUGE-L with the reference.\n"
    "copied: the same metrics for the pairs and the title of the most similar training passage."
)


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Train small models on the sample corpus and show what they generate for unseen passages.

    The title model generates in both directions and starts from the weights of the question-answer model.

    Args:
        out: Folder for the trained models and the page; new or empty.
        passages: Number of training passages.
        steps: Training batches of the question-answer model.
        title_steps: Training batches of the title model.
        num_layers: Number of encoder layers.
        hidden_size: Width of the encoder.
        batch_size: Pairs or titles per batch.
        learning_rate: Peak learning rate of AdamW.
        seed: Seed of the corpus, the weights and the sampled answers.
    """

    out: str = "textzoo-demo"
    passages: PositiveInt = 4000
    steps: PositiveInt = 1100
    title_steps: PositiveInt = 120
    num_layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    batch_size: PositiveInt = 32
    learning_rate: PositiveFloat = 4e-3
    seed: NonNegativeInt = 0


@cli_command("textzoo demo")
def main(argv: list[str]) -> None:
    args = parse_arguments(Demo, argv, prog="textzoo demo")
    start_tensorflow()
    import keras

    from textzoo.data import TitleExample, Tokenizer, build_vocabulary, sample_corpus
    from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor
    from textzoo.reports import QAPassage, qa_page, search_tree_sections
    from textzoo.training import RunDirectory, initializer_range

    start_time = time.monotonic()
    run = RunDirectory(args.out)
    corpus = sample_corpus(args.passages, args.seed)
    test_sets = {"values": corpus.held_out, "patterns": corpus.new_patterns, "domains": corpus.new_domains}
    unseen = [passage for passages in test_sets.values() for passage in passages]
    examples = [example for passage in corpus.train for example in passage.examples()]
    print(f"{len(corpus.train)} passages with {len(examples)} pairs to train on, such as: {corpus.train[0].text}")
    tokenizer = Tokenizer(build_vocabulary(text for e in examples for text in (e.passage, e.question)))
    keras.utils.set_random_seed(args.seed)
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=args.hidden_size,
        num_layers=args.num_layers,
        num_heads=4,
        intermediate_size=4 * args.hidden_size,
        dropout=0.0,
        attention_dropout=0.0,
        initializer_range=initializer_range(args.hidden_size),
    )
    run.begin(vars(args), [])

    qa_model = QAGenerator(encoder, QAPreprocessor(tokenizer), copy_head=True)
    seconds = _train(qa_model, examples, steps=args.steps, learning_rate=args.learning_rate, args=args)
    pairs = _generate(qa_model, unseen, seed=args.seed)
    nearest = {name: _nearest(passages, corpus.train) for name, passages in test_sets.items()}
    metrics = _measure_sets(_qa_metrics, test_sets, results=pairs, nearest=nearest)
    card = {"title": "textzoo demo", "text": NEXT_STEPS, "metrics": _flatten(metrics)}
    qa_model.save_to_preset(run.path, card=card)

    title_model = TitleGenerator(
        encoder, TitlePreprocessor(tokenizer, max_title_length=MAX_TITLE_LENGTH), **TITLE_OPTIONS
    )
    title_model.unilm.copy_head.set_weights(qa_model.unilm.copy_head.get_weights())
    examples = [TitleExample(passage.text, passage.title) for passage in corpus.train]
    title_learning_rate = TITLE_LEARNING_RATE_FACTOR * args.learning_rate
    seconds += _train(title_model, examples, steps=args.title_steps, learning_rate=title_learning_rate, args=args)
    titles = title_model.generate([passage.text for passage in unseen], jit_compile=False)
    title_metrics = _measure_sets(_title_metrics, test_sets, results=titles, nearest=nearest)
    card = {"title": "textzoo demo, titles", "text": NEXT_STEPS, "metrics": _flatten(title_metrics)}
    title_model.save_to_preset(run.path / "titles", card=card)

    metrics = {name: row | title_metrics[name] for name, row in metrics.items()}
    run.end(_flatten(metrics))
    header = ("unseen", *metrics["values"])
    rows = [(name, *(f"{value:.0%}" for value in row.values())) for name, row in metrics.items()]
    sizes = ", ".join(f"{len(passages)} passages of new {name}" for name, passages in test_sets.items())
    legend = f"unseen: {sizes}.\n{LEGEND}"
    shown = list(zip(unseen, pairs, titles, strict=True))[:PASSAGES_ON_PAGE]
    page = run.path / "demo.html"
    first_text = shown[0][0].text
    first_titles, first_trees = title_model.explain(first_text)
    html = qa_page(
        [QAPassage(passage.text, pairs, title.text) for passage, pairs, title in shown],
        "textzoo demo",
        note=f"{legend}\n{NEXT_STEPS}",
        summary=[header, *rows],
        extra_sections=search_tree_sections(first_text, first_titles, trees=first_trees),
    )
    write_text_file(str(page), html)
    _print_tables(header, rows, legend=legend, shown=shown[:PASSAGES_PRINTED])
    print(f"trained in {seconds:.0f} s, generated and measured in {time.monotonic() - start_time - seconds:.0f} s")
    print(f"page: {page}\nmodels: {run.path}, {run.path / 'titles'}\n{NEXT_STEPS}")


def _train(model, examples, *, steps, learning_rate, args) -> float:
    """Trains for a number of batches and returns the time in seconds."""
    from textzoo.models import adamw
    from textzoo.training import ProgressBar, WarmupLinearDecay

    start_time = time.monotonic()
    model.compile(adamw(WarmupLinearDecay(learning_rate, steps, warmup_steps=steps // 10)))
    steps_per_epoch = int(
        model.dataset(examples, batch_size=args.batch_size, shuffle=True, seed=args.seed).cardinality()
    )
    batches = model.dataset(
        examples, batch_size=args.batch_size, shuffle=True, seed=args.seed, num_epochs=-(-steps // steps_per_epoch)
    )
    bar = ProgressBar(steps)
    try:
        model.fit(batches.take(steps), callbacks=[bar], shuffle=False, verbose=0)
    finally:
        bar.close()
    return time.monotonic() - start_time


def _generate(model, passages, *, seed) -> list:
    """Generates as many pairs for each passage as it has references."""
    results = [[] for _ in passages]
    for num_pairs in sorted({len(passage.pairs) for passage in passages}):
        rows = [row for row, passage in enumerate(passages) if len(passage.pairs) == num_pairs]
        texts = [passages[row].text for row in rows]
        generated = model.generate(texts, num_pairs=num_pairs, seed=seed, **GENERATION_OPTIONS)
        for row, pairs in zip(rows, generated, strict=True):
            results[row] = pairs
    return results


def _measure_sets(measure, test_sets, *, results, nearest) -> dict[str, dict[str, float]]:
    """Returns the metrics of each test set; `results` holds one result per passage, set after set."""
    remaining = iter(results)
    return {
        name: measure(passages, [next(remaining) for _ in passages], nearest=nearest[name])
        for name, passages in test_sets.items()
    }


def _flatten(metrics) -> dict[str, float]:
    return {f"unseen {name}: {key}": value for name, row in metrics.items() for key, value in row.items()}


def _nearest(passages, train) -> list:
    """Returns the most similar training passage of each passage."""
    from textzoo.metrics import nearest_passage

    return [train[i] for i in nearest_passage([p.text for p in passages], [p.text for p in train])]


def _qa_metrics(passages, generated, *, nearest) -> dict[str, float]:
    from textzoo.metrics import qa_agreement, rouge_l

    references = [[(question, answer) for question, answer, _ in passage.pairs] for passage in passages]
    agreement = qa_agreement([[(p.question, p.answer) for p in pairs] for pairs in generated], references)
    nearest_pairs = [passage.pairs for passage in nearest]
    copied = qa_agreement(
        [[(question, answer) for question, answer, _ in pairs] for pairs in nearest_pairs], references
    )
    targets = [
        (reference, candidates)
        for pairs, candidates in zip(references, nearest_pairs, strict=True)
        for reference in pairs
    ]
    copied_questions = sum(
        rouge_l(question, candidates[_most_similar_answer(answer, candidates)][0]) >= SAME_QUESTION
        for (question, answer), candidates in targets
    )
    return {
        "answers": agreement.answers,
        "questions": agreement.questions,
        "copied answers": copied.answers,
        "copied questions": copied_questions / len(targets),
    }


def _title_metrics(passages, titles, *, nearest) -> dict[str, float]:
    from textzoo.metrics import rouge_l

    references = [passage.title for passage in passages]
    copied = [passage.title for passage in nearest]
    return {
        "titles": statistics.mean(map(rouge_l, [title.text for title in titles], references)),
        "copied titles": statistics.mean(map(rouge_l, copied, references)),
    }


def _most_similar_answer(answer: str, pairs) -> int:
    """Returns the index of the pair whose answer is most similar to `answer`."""
    from textzoo.metrics import rouge_l

    return max(range(len(pairs)), key=lambda i: (rouge_l(answer, pairs[i][1]), -abs(len(answer) - len(pairs[i][1]))))


def _print_tables(header, rows, *, legend, shown) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title="held-out passages whose values, patterns or domains never occurred in training")
    for name in header:
        table.add_column(name)
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
