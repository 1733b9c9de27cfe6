"""textzoo demo: fine-tune a preset for a minute and show what it generates before and after.

textzoo demo
textzoo demo passages.txt --out first-look
"""

import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textzoo.scripts.cli.arguments import (
    DataPath,
    NonNegativeInt,
    OutputFolder,
    PositiveFloat,
    PositiveInt,
    parse_arguments,
)
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

PRESET = "tiny-zh"
TEXTS = (
    "青石镇图书馆建于1931年，由商人周伯年捐款修建。馆内藏有地方志三千余册，2016年起免费向公众开放。",
    "蓝鲸是现存体形最大的动物，成年个体长约25米，体重可达150吨。它以磷虾为食，夏季在极地附近的海域觅食，冬季游回温暖的海域繁殖。",
)
MAX_OWN_TEXTS = 20
UNSEEN_OF_A_SET, UNSEEN_ON_PAGE, UNSEEN_PRINTED = 12, 6, 2
MAX_QUESTION_LENGTH = 40
SAME_QUESTION = 0.8
LEGEND = (
    "answers: fraction of generated answers that equal a reference; as many are generated as there are references.\n"
    f"questions: fraction of those whose question has ROUGE-L >= {SAME_QUESTION} with a reference of that answer.\n"
    "titles: ROUGE-L with the reference.\n"
    f"{PRESET} has trained on such texts before, so that a minute more changes little."
)
NEXT_STEPS = (
    "The fine-tuned models know the patterns of the sample corpus. For your own texts, fine-tune on your own pairs:\n"
    f"  textzoo train qa YOUR_PAIRS.json --checkpoint {PRESET} --out my-model\n"
    "  textzoo generate qa YOUR_TEXTS.txt --model my-model"
)


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Fine-tune a preset on the sample corpus for a minute; show what it generates before and after.

    The preset also writes pairs and titles for a few other passages, or for those of a file.

    Args:
        texts: File of your own passages, one per line, as plain text or {"id", "text"}; the first 20 are used.
        out: Folder for the fine-tuned models and the page; new or empty.
        passages: Number of training passages.
        steps: Training batches of the question-answer model.
        title_steps: Training batches of the title model.
        batch_size: Pairs or titles per batch.
        learning_rate: Peak learning rate of AdamW.
        resume: Continue an interrupted demo in the output folder with the same arguments; if there is none, start one.
        seed: Seed of the corpus, of the order of batches and of the sampled answers.
    """

    texts: DataPath | None = field(default=None, metadata={"positional": True})
    out: OutputFolder = "textzoo-demo"
    passages: PositiveInt = 2000
    steps: PositiveInt = 60
    title_steps: PositiveInt = 20
    batch_size: PositiveInt = 16
    learning_rate: PositiveFloat = 1e-3
    resume: bool = False
    seed: NonNegativeInt = 0

    def __post_init__(self):
        from textzoo.data.writer_lock import is_free_folder

        if not self.resume and not is_free_folder(self.out):
            raise ValueError(f"{self.out} is in use; choose a new or empty folder with --out, or pass --resume")


@cli_command("textzoo demo")
def main(argv: list[str]) -> None:
    args = parse_arguments(Demo, argv, prog="textzoo demo")
    start_tensorflow()
    from textzoo.data import TitleExample, sample_corpus
    from textzoo.inference import LightQAGenerator, LightTitleGenerator, QAPipeline
    from textzoo.models import QAGenerator, TitleGenerator
    from textzoo.reports import QAPassage, qa_page

    start_time = time.monotonic()
    own_texts = dict(_own_texts(args.texts))
    corpus = sample_corpus(args.passages, args.seed)
    test_sets = {"values": corpus.held_out, "patterns": corpus.new_patterns, "domains": corpus.new_domains}
    test_sets = {name: passages[:UNSEEN_OF_A_SET] for name, passages in test_sets.items()}
    unseen = [passage for passages in test_sets.values() for passage in passages]
    folders = {task: Path(args.out) / task for task in ("qa", "titles")}

    examples = [example for passage in corpus.train for example in passage.examples()]
    _say(f"sample corpus: {len(corpus.train)} passages, {len(examples)} pairs, such as: {corpus.train[0].text}")
    pipeline = QAPipeline.from_preset(PRESET)
    _say(f"question-answer pairs: {PRESET} as it is")
    own_pairs = _kept_pairs(pipeline, list(own_texts.values()), seed=args.seed)
    pairs = {"before": _generate_pairs(pipeline.generator, unseen, seed=args.seed)}
    _say("question-answer pairs: fine-tuning")
    _fine_tune(QAGenerator, examples, out=folders["qa"], steps=args.steps, args=args)
    _say("question-answer pairs: after fine-tuning")
    model = LightQAGenerator.from_preset(folders["qa"])
    pairs["after"] = _generate_pairs(model, unseen, seed=args.seed)
    unseen_texts = [passage.text for passage in unseen]
    shown_pairs = _kept_pairs(QAPipeline(model), unseen_texts[:UNSEEN_ON_PAGE], seed=args.seed)

    model = LightTitleGenerator.from_preset(PRESET)
    _say(f"titles: {PRESET} as it is")
    own_titles = model.generate(list(own_texts.values()))
    titles = {"before": model.generate(unseen_texts)}
    _say("titles: fine-tuning")
    examples = [TitleExample(passage.text, passage.title) for passage in corpus.train]
    _fine_tune(TitleGenerator, examples, out=folders["titles"], steps=args.title_steps, args=args)
    _say("titles: after fine-tuning")
    titles["after"] = LightTitleGenerator.from_preset(folders["titles"]).generate(unseen_texts)

    rows = [row for time_ in ("before", "after") for row in _rows(time_, test_sets, pairs[time_], titles[time_])]
    sizes = ", ".join(f"{len(passages)} passages of new {name}" for name, passages in test_sets.items())
    legend = f"unseen: {sizes}.\n{LEGEND}"
    header = ("fine-tuning", "unseen", "answers", "questions", "titles")
    own = [
        QAPassage(text, found, f"{title.text} ({PRESET}, text {name})")
        for (name, text), found, title in zip(own_texts.items(), own_pairs, own_titles, strict=True)
    ]
    shown = [
        QAPassage(passage.text, found, f"{title.text} (fine-tuned, sample corpus)")
        for passage, found, title in zip(unseen, shown_pairs, titles["after"], strict=False)  # as many as are shown
    ]
    page = Path(args.out) / "demo.html"
    html = qa_page([*own, *shown], "textzoo demo", note=f"{legend}\n{NEXT_STEPS}", summary=[header, *rows])
    write_text_file(str(page), html)
    _print_tables(header, rows, legend=legend, shown=[*own[:UNSEEN_PRINTED], *shown[:UNSEEN_PRINTED]])
    print(f"{time.monotonic() - start_time:.0f} s. Page: {page}. Models: {folders['qa']}, {folders['titles']}")
    print(NEXT_STEPS)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _own_texts(file: str | None) -> Sequence[tuple[str | int, str]]:
    from textzoo.data import read_texts

    if file is None:
        return list(enumerate(TEXTS, 1))
    texts = list(read_texts(file))
    if len(texts) > MAX_OWN_TEXTS:
        _say(f"{file}: shows the first {MAX_OWN_TEXTS} of {len(texts)} texts; textzoo generate qa takes all")
    return texts[:MAX_OWN_TEXTS]


def _fine_tune(task: Any, examples: Sequence, *, out: Path, steps: int, args: Demo) -> None:
    """Fine-tunes the preset, unless an interrupted demo has done so."""
    from textzoo.training import GeneratorTrainingConfig, Trainer

    if args.resume and (out / "metrics.json").exists():
        return
    config = GeneratorTrainingConfig(
        out=str(out),
        steps=steps,
        batch_size=args.batch_size,
        learning_rate=args.learning_rate,
        resume=args.resume,
        seed=args.seed,
    )
    Trainer(task.from_preset(PRESET), config).fit(examples)


def _kept_pairs(pipeline, texts: Sequence[str], *, seed: int) -> list[list]:
    """Returns the pairs of each text that `textzoo generate qa` would write."""
    found = pipeline.generate(texts, seed=seed, max_question_length=MAX_QUESTION_LENGTH)
    return [[pair for pair in pairs if pair.rejection_reason is None] for pairs in found]


def _generate_pairs(model, passages, *, seed) -> list:
    """Generates as many pairs for each passage as it has references."""
    results = [[] for _ in passages]
    for num_pairs in sorted({len(passage.pairs) for passage in passages}):
        rows = [row for row, passage in enumerate(passages) if len(passage.pairs) == num_pairs]
        texts = [passages[row].text for row in rows]
        generated = model.generate(texts, num_pairs=num_pairs, seed=seed, max_question_length=MAX_QUESTION_LENGTH)
        for row, pairs in zip(rows, generated, strict=True):
            results[row] = pairs
    return results


def _rows(moment: str, test_sets, pairs, titles) -> list[tuple[str, ...]]:
    """Returns a row of metrics for each test set; pairs and titles are those of one set after the other."""
    from textzoo.metrics import qa_agreement, rouge_l

    rows, first = [], 0
    for name, passages in test_sets.items():
        part = slice(first, first := first + len(passages))
        references = [[(question, answer) for question, answer, _ in passage.pairs] for passage in passages]
        generated = [[(pair.question, pair.answer) for pair in found] for found in pairs[part]]
        agreement = qa_agreement(generated, references, min_rouge_l=SAME_QUESTION)
        title_rouge = statistics.mean(
            rouge_l(title.text, passage.title) for title, passage in zip(titles[part], passages, strict=True)
        )
        values = (agreement.answers, agreement.questions, title_rouge)
        rows.append((moment, name, *(f"{value:.0%}" for value in values)))
    return rows


def _print_tables(header, rows, *, legend, shown) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(*header, title="passages whose values, patterns or domains never occurred in the fine-tuning")
    for row in rows:
        table.add_row(*row)
    console.print(table, legend, "", sep="\n")
    for passage in shown:
        table = Table("question", "answer", "score", title=f"{passage.name}\n{passage.text}", title_justify="left")
        for pair in passage.pairs:
            table.add_row(pair.question, pair.answer, f"{pair.score:.2f}")
        if not passage.pairs:
            table.add_row("no pair passed the filter", "", "")
        console.print(table)


if __name__ == "__main__":
    sys.exit(main())
