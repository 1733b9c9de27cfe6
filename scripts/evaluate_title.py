"""Evaluation of generated titles: `textzoo evaluate title`.

textzoo evaluate title titles.tsv --model runs/title
"""

import dataclasses
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import OutputFile
from textzoo.scripts.cli.engine import PrecisionOptions, open_model
from textzoo.scripts.cli.input_options import ReferenceOptions
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.title_search_options import TitleSearchOptions
from textzoo.scripts.cli.training_examples import drop_unreadable, read_examples


@dataclass(frozen=True, kw_only=True)
class EvaluateTitle(TitleSearchOptions, PrecisionOptions, ReferenceOptions):
    """Evaluate titles by ROUGE-1, ROUGE-2, ROUGE-L, BLEU-4, chrF and length, beside the lead baseline.

    Args:
        input: Titles and their articles, in any format that `textzoo train title` reads.
        out: JSON file for the metrics; must not exist.
    """

    out: OutputFile | None = None


def evaluate_title(args: EvaluateTitle) -> None:
    """Prints the metrics and optionally writes them as JSON."""
    from textzoo.data import read_titles
    from textzoo.metrics import title_metrics

    examples = read_examples(read_titles, args.input, config=args)
    model = open_model(
        "TitleGenerator", args.model, engine=args.engine, num_inputs=len(examples), precision=args.precision
    )
    if args.on_error == "skip":
        examples = drop_unreadable(examples, lambda example: model.preprocessor.source(example.text))
    articles = [example.text for example in examples]
    titles = model.generate(articles, **args.generate_arguments())
    metrics = title_metrics([title.text for title in titles], [example.title for example in examples], texts=articles)
    print_metrics(dataclasses.asdict(metrics), args.out, name_width=12)
