"""Figures of a model that answers questions: what `textzoo evaluate reader` does."""

import dataclasses
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.check_new_file import check_new_file
from textzoo.scripts.number_types import PositiveInt
from textzoo.scripts.quiet_import import quiet_import
from textzoo.scripts.read_reader_examples import read_reader_examples
from textzoo.scripts.report_figures import report_figures


@dataclass
class EvaluateReader:
    """Measure a reader on questions: exact match and F1, of words in English and of characters in Chinese.

    Args:
        model: Folder of a trained reader.
        file: Questions and their answers, in any format that `textzoo train reader` reads.
        out: File of json to write too, which must not be there yet.
        no_answer_threshold: No answer is given where the score of "there is none" exceeds the answer's by more than
            this; left out, 0 where the file has questions without an answer, and an answer is always given where not.
        max_answer_length: Tokens of an answer.
        batch_size: Windows of passages at a time.
        encoding: Encoding of the file, UTF-8 where left out.
        on_error: What to do at a bad record.
    """

    model: str
    file: str = field(metadata={"bare": True})
    out: str | None = None
    no_answer_threshold: float | None = None
    max_answer_length: PositiveInt = 30
    batch_size: PositiveInt = 16
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        check_new_file(self.out)


def evaluate_reader(settings: EvaluateReader) -> None:
    """Prints the figures, and writes them as json where that is asked for."""
    quiet_import()
    from textzoo.evaluation import reader_figures
    from textzoo.models import Reader
    from textzoo.scripts.training_data import readable

    examples = read_reader_examples(settings.file, settings)
    model = Reader.from_preset(settings.model)
    if settings.on_error == "skip":
        examples = readable(examples, lambda example: model.preprocessor.windows([example.passage], [example.question]))
    found = model.read(
        [example.passage for example in examples],
        [example.question for example in examples],
        settings.batch_size,
        settings.max_answer_length,
    )
    threshold = settings.no_answer_threshold
    if threshold is None:
        threshold = 0.0 if any(example.start is None for example in examples) else float("inf")
    predictions = ["" if one.no_answer_score - one.score > threshold else one.text for one in found]
    figures = reader_figures(predictions, [example.answers for example in examples])
    report_figures(dataclasses.asdict(figures), 22, settings.out)
