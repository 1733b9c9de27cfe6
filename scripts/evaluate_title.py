"""Figures of a model on articles with titles: what `textzoo evaluate title` does."""

import dataclasses
import sys
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.output_files import require_new_path
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.title_search_options import TitleSearchOptions


@dataclass(kw_only=True)
class EvaluateTitle(TitleSearchOptions):
    """Measure a model on titles: ROUGE-1, 2 and L, BLEU-4, chrF, lengths, and the same of the articles' beginnings.

    Args:
        model: Folder of a trained model, or a preset's name.
        file: Titles and their articles, in any form that `textzoo train title` reads.
        out: File of json to write too, which must not be there yet.
        precision: Of weights and computation; bfloat16 halves the memory of the weights, and results differ a little.
        encoding: Encoding of the file, UTF-8 where left out.
        on_error: What to do at a bad record.
    """

    model: str
    file: str = field(metadata={"bare": True})
    out: str | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        require_new_path(self.out)


def evaluate_title(settings: EvaluateTitle) -> None:
    """Prints the figures, and writes them as json where that is asked for."""
    start_tensorflow()
    from textzoo.data import read_titles
    from textzoo.metrics import title_metrics
    from textzoo.models import TitleGenerator
    from textzoo.scripts.cli.training_examples import readable

    examples = list(read := read_titles(settings.file, settings.encoding, settings.on_error))
    print(f"{settings.file}: {read.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{settings.file}: expected titles to compare with. Received: none that can be used.")
    model = TitleGenerator.from_preset(settings.model, dtype=settings.precision)
    if settings.on_error == "skip":
        examples = readable(examples, lambda example: model.preprocessor.source(example.text))
    texts = [example.text for example in examples]
    titles = model.generate(texts, **settings.search())
    figures = title_metrics([title.text for title in titles], [example.title for example in examples], texts)
    print_metrics(dataclasses.asdict(figures), 12, settings.out)
