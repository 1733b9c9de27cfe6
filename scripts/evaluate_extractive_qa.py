"""Evaluation of extractive question answering: `textzoo evaluate extractive-qa`.

textzoo evaluate extractive-qa pairs.jsonl --model runs/extractive-qa
"""

import dataclasses
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import OutputFile, PositiveInt
from textzoo.scripts.cli.engine import EngineOptions, open_model
from textzoo.scripts.cli.input_options import ReferenceOptions
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.training_examples import drop_unreadable, read_extractive_qa_examples


@dataclass(frozen=True, kw_only=True)
class EvaluateExtractiveQA(EngineOptions, ReferenceOptions):
    """Evaluate answers to questions by exact match and F1, over words in English and characters in Chinese.

    Args:
        input: Questions and their answers, in any format that `textzoo train extractive-qa` reads.
        out: JSON file for the metrics; must not exist.
        no_answer_threshold: Predict "no answer" if its score exceeds the best answer's by more than this. By default 0
            if the input has questions without an answer; otherwise an answer is always predicted.
        max_answer_length: Maximum number of tokens of an answer.
        batch_size: Windows of passages per batch.
    """

    out: OutputFile | None = None
    no_answer_threshold: float | None = None
    max_answer_length: PositiveInt = 30
    batch_size: PositiveInt = 16


def evaluate_extractive_qa(args: EvaluateExtractiveQA) -> None:
    """Prints the metrics and optionally writes them as JSON."""
    from textzoo.metrics import extractive_qa_metrics

    examples = read_extractive_qa_examples(args.input, args)
    model = open_model("ExtractiveQA", args.model, engine=args.engine, num_inputs=len(examples))
    if args.on_error == "skip":
        examples = drop_unreadable(
            examples, lambda example: model.preprocessor.windows([example.passage], [example.question])
        )
    answers = model.answer(
        [example.passage for example in examples],
        [example.question for example in examples],
        batch_size=args.batch_size,
        max_answer_length=args.max_answer_length,
    )
    threshold = args.no_answer_threshold
    if threshold is None:
        threshold = 0.0 if any(example.start is None for example in examples) else float("inf")
    predictions = ["" if answer.no_answer_score - answer.score > threshold else answer.text for answer in answers]
    metrics = extractive_qa_metrics(predictions, [example.answers for example in examples])
    print_metrics(dataclasses.asdict(metrics), args.out, name_width=22)
