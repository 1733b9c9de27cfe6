"""Figures of a model on articles with titles: what `textzoo evaluate title` does."""

import dataclasses
import sys
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.check_new_file import check_new_file
from textzoo.scripts.quiet_import import quiet_import
from textzoo.scripts.report_figures import report_figures
from textzoo.scripts.title_search import TitleSearch


@dataclass(kw_only=True)
class EvaluateTitle(TitleSearch):
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
        check_new_file(self.out)


def evaluate_title(settings: EvaluateTitle) -> None:
    """Prints the figures, and writes them as json where that is asked for."""
    quiet_import()
    from textzoo.data import read_titles
    from textzoo.evaluation import title_figures
    from textzoo.models import TitleGenerator
    from textzoo.scripts.training_data import readable

    examples = list(read := read_titles(settings.file, settings.encoding, settings.on_error))
    print(f"{settings.file}: {read.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{settings.file}: expected titles to compare with. Received: none that can be used.")
    model = TitleGenerator.from_preset(settings.model, dtype=settings.precision)
    if settings.on_error == "skip":
        examples = readable(examples, lambda example: model.preprocessor.source(example.text))
    texts = [example.text for example in examples]
    titles = model.generate(texts, **settings.search())
    figures = title_figures([title.text for title in titles], [example.title for example in examples], texts)
    report_figures(dataclasses.asdict(figures), 12, settings.out)
