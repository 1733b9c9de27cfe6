"""Training on questions and the spans that answer them: `textzoo train extractive-qa`.

textzoo train extractive-qa pairs.jsonl --checkpoint tiny-zh --out runs/extractive-qa
"""

from dataclasses import dataclass

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.train_model import create_seeded_model, start_training, train_model
from textzoo.scripts.cli.training_arguments import TrainingArguments
from textzoo.scripts.cli.training_examples import (
    read_extractive_qa_examples,
    read_training_examples,
    usable_examples,
)


@dataclass(frozen=True, kw_only=True)
class TrainExtractiveQA(TrainingArguments):
    """Fine-tune a checkpoint, or train a model with random weights, to answer questions by spans of passages.

    Args:
        inputs: Files of pairs, as for `textzoo train qa`. Questions without an answer (SQuAD version 2) are learned
            too; answers that are no span of their passage are dropped.
        max_question_length: Maximum number of tokens of a question; longer ones are truncated.
        max_passage_length: Maximum number of tokens of a window. Longer passages are read in windows that overlap by
            half.
    """

    max_question_length: PositiveInt = 64
    max_passage_length: PositiveInt = 256


def train_extractive_qa(args: TrainExtractiveQA) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_training(args)
    from textzoo.models import ExtractiveQA
    from textzoo.training import RunDirectory

    run = RunDirectory(args.out, resume=args.resume)
    examples, validation = read_training_examples(lambda file: read_extractive_qa_examples(file, args), args)
    model = create_seeded_model(
        ExtractiveQA,
        args,
        texts=[text for example in examples for text in (example.passage, example.question)],
        max_lengths={name: getattr(args, name) for name in ("max_question_length", "max_passage_length")},
        extra_positions=3,
    )
    examples, validation = (usable_examples(model, group, args=args) for group in (examples, validation))
    train_model(
        model,
        args,
        run=run,
        examples=examples,
        validation=validation,
        next_step="evaluate extractive-qa YOUR_PAIRS.json --model",
    )
