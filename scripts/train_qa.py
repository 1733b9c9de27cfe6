"""Training on question-answer pairs: `textzoo train qa`.

textzoo train qa pairs.jsonl --checkpoint tiny-zh --out runs/qa
textzoo train qa pairs.jsonl --out runs/first --num-layers 2 --hidden-size 64 --num-heads 2 --epochs 2
"""

from dataclasses import dataclass
from typing import Any

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeFloat, PositiveInt
from textzoo.scripts.cli.train_model import create_seeded_model, start_training, train_model
from textzoo.scripts.cli.training_arguments import TrainingArguments
from textzoo.scripts.cli.training_examples import read_examples, read_training_examples, usable_examples
from textzoo.training import GeneratorTrainingConfig
from textzoo.training.training_config import check_below_one


@dataclass(frozen=True, kw_only=True)
class TrainQA(TrainingArguments, GeneratorTrainingConfig):
    """Fine-tune a checkpoint, or train a model with random weights, on question-answer pairs.

    Args:
        inputs: Files of pairs: SQuAD JSON (CMRC, DRCD), WebQA JSON, FairytaleQA rows, or lines of
            {"passage", "question", "answer"}.
        copy_head: Add a copy head, which copies tokens of the passage. Small models and small data need it.
        hierarchical_positions: Extend the position embeddings beyond the trained length by Su's hierarchical
            decomposition.
        max_source_length: Maximum number of tokens of a passage; longer ones are split at the ends of sentences.
        max_answer_length: Maximum number of tokens of an answer; longer ones are truncated.
        max_question_length: Maximum number of tokens of a question; longer ones are truncated.
        answer_weight: Weight of an answer's token in the loss; that of a question's token is 1.
        decoder_noise_rate: In half of the targets, rate at which the decoder's input tokens are replaced by other
            tokens of the target. The model so learns to continue after a mistake.
    """

    copy_head: bool = True
    hierarchical_positions: bool = False
    max_source_length: PositiveInt = 256
    max_answer_length: PositiveInt = 16
    max_question_length: PositiveInt = 64
    answer_weight: NonNegativeFloat = 1.0
    decoder_noise_rate: ClosedUnitInterval = 0.0

    def __post_init__(self):
        super().__post_init__()
        check_below_one(self, ("decoder_noise_rate",))


def train_qa(args: TrainQA) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_training(args)
    from textzoo.data import read_qa
    from textzoo.training import RunDirectory

    run = RunDirectory(args.out, resume=args.resume)
    examples, validation = read_training_examples(lambda file: read_examples(read_qa, file, config=args), args)
    model = qa_model(args, examples)
    examples, validation = (usable_examples(model, group, args=args) for group in (examples, validation))
    train_model(
        model, args, run=run, examples=examples, validation=validation, next_step="generate qa YOUR_TEXTS.txt --model"
    )


def qa_model(args: TrainQA, examples: list) -> Any:
    """Creates the `QAGenerator` from which a training on these examples starts, and seeds Keras."""
    from textzoo.models import QAGenerator

    return create_seeded_model(
        QAGenerator,
        args,
        texts=[text for example in examples for text in (example.passage, example.question, example.answer)],
        max_lengths={
            name: getattr(args, name) for name in ("max_source_length", "max_answer_length", "max_question_length")
        },
        extra_positions=2,
        preprocessor_options={"answer_weight": args.answer_weight},
        encoder_options={"hierarchical_positions": args.hierarchical_positions},
        copy_head=args.copy_head,
        decoder_noise_rate=args.decoder_noise_rate,
    )
