"""Figures of a model that answers questions: what `textzoo evaluate extractive-qa` does."""

import dataclasses
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.output_files import require_new_path
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.training_examples import read_extractive_qa_examples


@dataclass
class EvaluateExtractiveQA:
    """Measure a reader on questions: exact match and F1, of words in English and of characters in Chinese.

    Args:
        model: Folder of a trained reader.
        file: Questions and their answers, in any format that `textzoo train extractive-qa` reads.
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
        require_new_path(self.out)


def evaluate_extractive_qa(settings: EvaluateExtractiveQA) -> None:
    """Prints the figures, and writes them as json where that is asked for."""
    start_tensorflow()
    from textzoo.metrics import extractive_qa_metrics
    from textzoo.models import ExtractiveQA
    from textzoo.scripts.cli.training_examples import readable

    examples = read_extractive_qa_examples(settings.file, settings)
    model = ExtractiveQA.from_preset(settings.model)
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
    figures = extractive_qa_metrics(predictions, [example.answers for example in examples])
    print_metrics(dataclasses.asdict(figures), 22, settings.out)
