"""How far random weights spread."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from textzoo.scripts.cli.training_config import TrainingConfig

BERT_RANGE, BERT_WIDTH = 0.02, 768


def initializer_range(hidden_size: int) -> float:
    """The standard deviation of random weights for a width: BERT's 0.02 at 768 columns, in proportion to 1/√width.

    Narrow models from random weights learn several times slower with 0.02: on the sample corpus (4 layers x 128, 600
    batches) the loss fell to 1.08 nats a token with it and to 0.93 with 0.05, all else equal.

    Example:

    >>> round(initializer_range(192), 3)
    0.04
    """
    return BERT_RANGE * (BERT_WIDTH / hidden_size) ** 0.5


LONGEST = 512


def create_model(
    kind: Any,
    settings: TrainingConfig,
    texts: Iterable[str],
    lengths: Mapping[str, int],
    room: int = 0,
    encoder_options: Mapping[str, Any] | None = None,
    preprocessor_options: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """A task's model on the checkpoint's encoder, or on random weights.

    Args:
        kind: A model of the zoo, `kind(encoder, preprocessor, dtype, **options)`, with `preprocessor_class` and
            `from_preset`.
        settings: Those of the training.
        texts: All that the vocabulary has to spell.
        lengths: Limits in tokens, by the names they have in the preprocessor; positions must hold them together.
        room: Positions that are needed besides.
        encoder_options: Arguments of `Encoder` in place of the checkpoint's.
        preprocessor_options: Arguments of a new preprocessor besides, which `from_preset` takes too, such as `labels`.
        **options: Arguments of `kind`.

    Raises:
        ValueError: A vocabulary or a checkpoint is refused, or its positions hold fewer tokens.
    """
    from textzoo.data import Tokenizer, build_vocabulary
    from textzoo.models import Encoder

    encoder_options = dict(getattr(kind, "encoder_options", {})) | dict(encoder_options or {})
    options["dtype"] = settings.precision
    if settings.dropout is not None:
        encoder_options |= {"dropout": settings.dropout, "attention_dropout": settings.dropout}
    texts, made = list(texts), dict(preprocessor_options or {})
    tokenizer = None
    if settings.vocab is not None:
        tokenizer = Tokenizer.from_vocab(settings.vocab)
    elif settings.checkpoint is None and settings.resume and (Path(settings.out) / "vocab.txt").is_file():
        tokenizer = Tokenizer.from_vocab(Path(settings.out) / "vocab.txt")
    elif settings.checkpoint is None:
        tokenizer = Tokenizer(build_vocabulary(texts, settings.vocab_size))
    elif settings.prune_vocabulary:
        tokenizer = Encoder.from_preset(settings.checkpoint).tokenizer
    if settings.prune_vocabulary and tokenizer is not None:
        tokenizer = tokenizer.prune(texts)
    needed = sum(lengths.values()) + room
    preprocessor = None if tokenizer is None else kind.preprocessor_class(tokenizer, **lengths, **made)
    if settings.checkpoint is None and tokenizer is not None:
        width = settings.hidden_size
        shape = (width, settings.num_layers, settings.num_heads, 4 * width, max(LONGEST, needed))
        encoder_options["initializer_range"] = initializer_range(width)
        encoder = Encoder(tokenizer.vocab_size, *shape, dtype=settings.precision, **encoder_options)
        return kind(encoder, preprocessor, **options)
    options |= {"preprocessor": preprocessor, "encoder_options": encoder_options}
    model = kind.from_preset(settings.checkpoint, **made, **options)
    for name, length in lengths.items():
        setattr(model.preprocessor, name, length)
    longest = model.encoder.position_embedding.longest
    if needed > longest:
        raise ValueError(
            f"{settings.checkpoint}: expected {_listed(list(lengths))} to add up to {longest - room} at most, what its "
            f"positions hold. Received: {needed - room}."
        )
    return model


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
