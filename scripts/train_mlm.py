"""Pretraining of an encoder on plain text: `textzoo train mlm`.

textzoo train mlm corpus.txt --checkpoint tiny-zh --out runs/mlm
textzoo train mlm corpus.txt --out runs/from-scratch --num-layers 2 --hidden-size 64 --num-heads 2
"""

import os
import sys
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import ClosedUnitInterval, DataPath, PositiveInt
from textzoo.scripts.cli.train_model import create_seeded_model, start_training, train_model
from textzoo.scripts.cli.training_arguments import TrainingArguments
from textzoo.scripts.cli.training_examples import read_corpus_texts, read_training_examples

MAX_TARGET_LENGTH = 32  # tokens of a removed sentence


@dataclass(frozen=True, kw_only=True)
class TrainMLM(TrainingArguments):
    """Pretrain an encoder on plain text by masked language modeling, with random weights or from a checkpoint.

    Args:
        inputs: Text files of one text per line, .jsonl files with lines of {"text"}, or folders of such files.
        max_length: Number of tokens of a sequence. Texts are split at the ends of sentences and packed.
        masked_fraction: Fraction of the tokens to predict.
        gap_sentences: Also remove a sentence of each sequence and learn to write it with a copy head, as a start for
            generators of titles and question-answer pairs.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
    """

    max_length: PositiveInt = 256
    masked_fraction: ClosedUnitInterval = 0.15
    gap_sentences: bool = False
    user_dict: DataPath | None = None

    @property
    def files(self) -> list[str]:
        """Data files, and the file of words by which masks are cut."""
        return [*super().files, *([] if self.user_dict is None else [self.user_dict])]


def train_mlm(args: TrainMLM) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_training(args)
    from textzoo.data import PackedTexts
    from textzoo.data.text.word_segmentation import use_user_dictionary
    from textzoo.models import GapSentenceLM, MaskedLM
    from textzoo.training import RunDirectory

    use_user_dictionary(args.user_dict)
    run = RunDirectory(args.out, resume=args.resume)
    texts, validation = read_training_examples(lambda path: _read_texts(path, args), args)
    max_lengths = {"max_length": args.max_length}
    if args.gap_sentences:
        max_lengths["max_target_length"] = MAX_TARGET_LENGTH
    model = create_seeded_model(
        GapSentenceLM if args.gap_sentences else MaskedLM,
        args,
        texts=texts,
        max_lengths=max_lengths,
        preprocessor_options={"masked_fraction": args.masked_fraction},
    )
    tokenizer = model.preprocessor.tokenizer
    processes = os.cpu_count() or 1
    packed = PackedTexts(texts, tokenizer, max_length=args.max_length, processes=processes, cached=True)
    train_model(
        model,
        args,
        run=run,
        examples=packed,
        validation=validation,
        next_step="train qa YOUR_PAIRS.json --out qa --checkpoint",
    )


def _read_texts(path: str, args: TrainMLM) -> list[str]:
    texts = read_corpus_texts(path, args)
    print(f"{path}: {len(texts)} texts, {sum(map(len, texts))} characters", file=sys.stderr)
    return texts
