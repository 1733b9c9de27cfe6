"""Evaluation of generated titles: `textzoo evaluate title`."""

import dataclasses
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import DataPath, ModelPath, OutputFile, Precision, Text
from textzoo.scripts.cli.engine import EngineName, open_model
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.title_search_options import TitleSearchOptions
from textzoo.scripts.cli.training_examples import drop_unreadable, read_examples


@dataclass(frozen=True, kw_only=True)
class EvaluateTitle(TitleSearchOptions):
    """Evaluate titles by ROUGE-1, ROUGE-2, ROUGE-L, BLEU-4, chrF and length, beside the lead baseline.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: Titles and their articles, in any form that `textzoo train title` reads.
        out: JSON file for the metrics; must not exist.
        precision: Keras dtype policy. Computation is in half precision except with float32; results differ slightly.
            bfloat16 also halves the memory of the weights; it cannot train.
        engine: light runs the model by ONNX Runtime and starts within a second; keras runs every model and is faster
            for thousands of texts; auto chooses.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record ends the command or is skipped.
    """

    model: ModelPath
    input: DataPath = field(metadata={"positional": True})
    out: OutputFile | None = None
    precision: Precision = "float32"
    engine: EngineName = "auto"
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"


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
