"""Training on question-answer pairs: what `textzoo train qa` does."""

import dataclasses
import importlib.util
import math
import sys
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.number_types import (
    ClosedUnitInterval,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)
from textzoo.scripts.quiet_import import quiet_import


@dataclass
class TrainQA:
    """Fine-tune a checkpoint, or train random weights, on question-answer pairs.

    Args:
        train: Files of pairs: SQuAD json (CMRC, DRCD), WebQA json, FairytaleQA rows, or lines of
            {"passage", "question", "answer"}.
        out: Folder of the trained model and its logs, new or empty.
        validation: File of pairs that chooses the best epoch; without one the training loss does.
        checkpoint: Folder (Google's, Hugging Face's, bert4keras's or our own), or a preset's name; without one random
            weights.
        vocab: A vocab.txt in place of the checkpoint's; without either a vocabulary is built from the training pairs.
        vocab_size: Tokens of a vocabulary that is built; only characters where left out.
        prune_vocabulary: Keep only the tokens that occur in the training pairs.
        layers: Encoder layers of random weights.
        hidden_size: Width of random weights.
        heads: Attention heads of random weights.
        copy_head: Tokens of the passage can be copied, which small models and small data need.
        hierarchical_positions: Serve passages past the trained length by Su's decomposition of positions.
        max_source_length: Tokens of a passage; longer ones are cut at sentence ends.
        max_answer_length: Tokens of an answer; longer ones are cut.
        max_question_length: Tokens of a question; longer ones are cut.
        dropout: Rate on embeddings and branches; the checkpoint's own, or 0.1, where left out.
        epochs: Passes over the pairs.
        steps: Batches in all, in place of epochs.
        batch_size: Pairs a batch.
        accumulate: Batches whose gradients make up one update.
        learning_rate: The highest rate of AdamW.
        warmup: The share of the training in which the rate rises to it; then it falls to 0.
        weight_decay: Decoupled weight decay, not of biases and norms.
        clip_norm: The most that the norm of all gradients may be.
        label_smoothing: The probability that is spread over all tokens.
        flood: The level that the training loss is kept around by flooding; none where left out.
        precision: Policy of the computation.
        tensorboard: Write a TensorBoard log too.
        seed: Of the weights, of dropout and of the batches' order.
        encoding: Encoding of the files, UTF-8 where left out.
        on_error: What to do at a bad record.
    """

    train: list[str] = field(metadata={"bare": True})
    out: str
    validation: str | None = None
    checkpoint: str | None = None
    vocab: str | None = None
    vocab_size: PositiveInt | None = None
    prune_vocabulary: bool = False
    layers: PositiveInt = 4
    hidden_size: PositiveInt = 128
    heads: PositiveInt = 4
    copy_head: bool = True
    hierarchical_positions: bool = False
    max_source_length: PositiveInt = 256
    max_answer_length: PositiveInt = 16
    max_question_length: PositiveInt = 64
    dropout: ClosedUnitInterval | None = None
    epochs: PositiveInt = 3
    steps: PositiveInt | None = None
    batch_size: PositiveInt = 32
    accumulate: PositiveInt = 1
    learning_rate: PositiveFloat = 1e-4
    warmup: ClosedUnitInterval = 0.1
    weight_decay: NonNegativeFloat = 0.01
    clip_norm: PositiveFloat = 1.0
    label_smoothing: ClosedUnitInterval = 0.0
    flood: PositiveFloat | None = None
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    tensorboard: bool = False
    seed: NonNegativeInt = 0
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        if self.hidden_size % self.heads:
            raise ValueError(f"Expected heads that divide hidden_size {self.hidden_size}. Received: {self.heads}.")
        for name in ("warmup", "label_smoothing", "dropout"):
            if (getattr(self, name) or 0) >= 1:
                raise ValueError(f"Expected {name} below 1. Received: {getattr(self, name)}.")
        if self.tensorboard and importlib.util.find_spec("tensorboard") is None:
            raise ValueError('Expected TensorBoard to be there: pip install "textzoo[tensorboard]". Received: none.')


def train_qa(settings: TrainQA) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    quiet_import()
    import keras

    from textzoo.data import read_qa
    from textzoo.losses import Flooding, SequenceCrossentropy
    from textzoo.training import BestWeights, ProgressBar, RunFolder, StopAfter, adamw

    run = RunFolder(settings.out)
    examples = []
    for file in settings.train:
        examples += _read(read_qa, file, settings)
    validation = None if settings.validation is None else _read(read_qa, settings.validation, settings)
    keras.utils.set_random_seed(settings.seed)
    model = _model(settings, examples)
    in_epoch = int(_dataset(model, examples, settings, shuffle=True).cardinality())
    total = settings.steps or settings.epochs * in_epoch
    epochs = math.ceil(total / in_epoch)
    batches = _dataset(model, examples, settings, shuffle=True, num_epochs=epochs)
    held_out = None if validation is None else _dataset(model, validation, settings, shuffle=False)
    optimizer = adamw(
        settings.learning_rate,
        total,
        settings.warmup,
        settings.weight_decay,
        settings.clip_norm,
        settings.accumulate,
    )
    loss = SequenceCrossentropy(settings.label_smoothing)
    model.compile(optimizer, loss if settings.flood is None else Flooding(loss, settings.flood))
    files = [*settings.train, *([settings.validation] if settings.validation else [])]
    run.begin(dataclasses.asdict(settings), files)
    facts = run.facts()
    card = {"command": " ".join(facts["command"]), "data": facts["data"], "versions": facts["versions"]}
    best = BestWeights(lambda: model.save_to_preset(run.path, card=card), "val_loss" if held_out else "loss")
    bar = ProgressBar(total)
    callbacks = [best, keras.callbacks.CSVLogger(str(run.log)), bar, StopAfter(total)]
    if settings.tensorboard:
        callbacks.append(keras.callbacks.TensorBoard(str(run.tensorboard)))
    try:
        model.fit(
            batches,
            validation_data=held_out,
            epochs=epochs,
            steps_per_epoch=in_epoch,
            callbacks=callbacks,
            shuffle=False,
            verbose=0,
        )
    finally:
        bar.close()
    if best.epoch is None:
        raise ValueError(f"{run.path}: expected a loss that is a number. Received: none in any epoch; lower the rate.")
    metrics = {"best_epoch": best.epoch + 1, best.monitor: best.best}
    if held_out is not None:
        metrics |= {
            f"val_{name}": value for name, value in model.evaluate(held_out, verbose=0, return_dict=True).items()
        }
    run.end(metrics)
    model.save_to_preset(run.path, card=card | {"metrics": metrics})
    print(f"{run.path}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))


def _read(read_qa, file: str, settings: TrainQA) -> list:
    """The pairs of a file, with a word on what was read."""
    examples = read_qa(file, settings.encoding, settings.on_error)
    print(f"{file}: {examples.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{file}: expected pairs to train on. Received: none that can be used.")
    return list(examples)


def _model(settings: TrainQA, examples: list):
    """A generator on the checkpoint's encoder, or on random weights."""
    from textzoo.data import Tokenizer
    from textzoo.data.build_vocabulary import build_vocabulary
    from textzoo.models import Encoder, QAGenerator, QAPreprocessor

    lengths = settings.max_source_length, settings.max_answer_length, settings.max_question_length
    options = {"dtype": settings.precision, "hierarchical_positions": settings.hierarchical_positions}
    if settings.dropout is not None:
        options |= {"dropout": settings.dropout, "attention_dropout": settings.dropout}
    texts = [text for example in examples for text in (example.passage, example.question, example.answer)]
    tokenizer = None
    if settings.vocab is not None:
        tokenizer = Tokenizer.from_vocab(settings.vocab)
    elif settings.checkpoint is None:
        tokenizer = Tokenizer(build_vocabulary(texts, settings.vocab_size))
    elif settings.prune_vocabulary:
        tokenizer = Encoder.from_preset(settings.checkpoint).tokenizer
    if settings.prune_vocabulary and tokenizer is not None:
        tokenizer = tokenizer.prune(texts)
    preprocessor = None if tokenizer is None else QAPreprocessor(tokenizer, *lengths)
    task = {"copy_head": settings.copy_head, "dtype": settings.precision}
    if settings.checkpoint is None and tokenizer is not None:
        longest = sum(lengths) + 2
        shape = (settings.hidden_size, settings.layers, settings.heads, 4 * settings.hidden_size, max(512, longest))
        return QAGenerator(Encoder(tokenizer.vocab_size, *shape, **options), preprocessor, **task)
    model = QAGenerator.from_preset(settings.checkpoint, preprocessor=preprocessor, encoder_options=options, **task)
    for name in ("max_source_length", "max_answer_length", "max_question_length"):
        setattr(model.preprocessor, name, getattr(settings, name))
    longest = model.encoder.position_embedding.longest
    if sum(lengths) + 2 > longest:
        raise ValueError(
            f"{settings.checkpoint}: expected max_source_length, max_answer_length and max_question_length to add up "
            f"to {longest - 2} at most, what its positions hold. Received: {sum(lengths)}."
        )
    return model


def _dataset(model, examples: list, settings: TrainQA, shuffle: bool, num_epochs: int = 1):
    """Batches; what the model cannot read is reported, or skipped."""
    try:
        return model.dataset(examples, settings.batch_size, shuffle, settings.seed, num_epochs)
    except ValueError:
        if settings.on_error == "raise":
            raise
    kept = []
    for example in examples:
        try:
            model.preprocessor.records([example])
            kept.append(example)
        except ValueError as error:
            print(f"skipped pair {example.id or example.question!r}: {error}", file=sys.stderr)
    if not kept:
        raise ValueError("Expected pairs that the model can read. Received: none.")
    return model.dataset(kept, settings.batch_size, shuffle, settings.seed, num_epochs)
