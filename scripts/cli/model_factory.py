"""Models to train: from a checkpoint, or with random weights and a vocabulary of the training texts."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from textzoo.scripts.cli.training_config import TrainingConfig

BERT_INITIALIZER_RANGE, BERT_HIDDEN_SIZE = 0.02, 768
DEFAULT_POSITIONS = 512


def initializer_range(hidden_size: int) -> float:
    """Returns the standard deviation of random weights for a hidden size: 0.02 √(768 / hidden_size).

    This is BERT's 0.02 at its hidden size 768, scaled with 1/√hidden_size. With a constant 0.02, narrow models learn
    several times slower: on the sample corpus (4 layers of 128, 600 batches) the loss fell to 1.08 nats per token with
    0.02 and to 0.93 with 0.05.

    Example:

    >>> round(initializer_range(192), 3)
    0.04
    """
    return BERT_INITIALIZER_RANGE * (BERT_HIDDEN_SIZE / hidden_size) ** 0.5


def create_model(
    model_class: Any,
    config: TrainingConfig,
    texts: Iterable[str],
    max_lengths: Mapping[str, int],
    extra_positions: int = 0,
    encoder_options: Mapping[str, Any] | None = None,
    preprocessor_options: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Creates the model of a task on the checkpoint's encoder or on a new encoder with random weights.

    Args:
        model_class: Model of the zoo, called as `model_class(encoder, preprocessor, dtype, **options)`, with
            `preprocessor_class` and `from_preset`.
        config: Arguments of the training command.
        texts: All texts that the vocabulary must cover.
        max_lengths: Limits in tokens by their names in the preprocessor. Their sum must fit the encoder's positions.
        extra_positions: Number of positions needed beside the sum of the limits.
        encoder_options: Arguments of `Encoder` that override the checkpoint's.
        preprocessor_options: Further arguments of a new preprocessor, such as `labels`. `from_preset` takes them too.
        **options: Further arguments of `model_class`.

    Raises:
        ValueError: The vocabulary or the checkpoint cannot be used, or the checkpoint has too few positions.
    """
    from textzoo.data import Tokenizer, build_vocabulary
    from textzoo.models import Encoder

    encoder_options = dict(getattr(model_class, "encoder_options", {})) | dict(encoder_options or {})
    options["dtype"] = config.precision
    if config.dropout is not None:
        encoder_options |= {"dropout": config.dropout, "attention_dropout": config.dropout}
    texts, preprocessor_options = list(texts), dict(preprocessor_options or {})
    tokenizer = None
    if config.vocab is not None:
        tokenizer = Tokenizer.from_vocab(config.vocab)
    elif config.checkpoint is None and config.resume and (Path(config.out) / "vocab.txt").is_file():
        tokenizer = Tokenizer.from_vocab(Path(config.out) / "vocab.txt")
    elif config.checkpoint is None:
        tokenizer = Tokenizer(build_vocabulary(texts, config.vocab_size))
    elif config.prune_vocabulary:
        tokenizer = Encoder.from_preset(config.checkpoint).tokenizer
    if config.prune_vocabulary and tokenizer is not None:
        tokenizer = tokenizer.prune(texts)
    preprocessor = None
    if tokenizer is not None:
        preprocessor = model_class.preprocessor_class(tokenizer, **max_lengths, **preprocessor_options)
    needed_positions = sum(max_lengths.values()) + extra_positions
    if config.checkpoint is None and tokenizer is not None:
        encoder = Encoder(
            tokenizer.vocab_size,
            config.hidden_size,
            config.num_layers,
            config.num_heads,
            4 * config.hidden_size,
            max(DEFAULT_POSITIONS, needed_positions),
            dtype=config.precision,
            initializer_range=initializer_range(config.hidden_size),
            **encoder_options,
        )
        return model_class(encoder, preprocessor, **options)
    options |= {"preprocessor": preprocessor, "encoder_options": encoder_options}
    model = model_class.from_preset(config.checkpoint, **preprocessor_options, **options)
    for name, max_length in max_lengths.items():
        setattr(model.preprocessor, name, max_length)
    positions = model.encoder.position_embedding.longest
    if needed_positions > positions:
        limit, received = positions - extra_positions, needed_positions - extra_positions
        raise ValueError(
            f"{config.checkpoint}: expected {_enumerate(list(max_lengths))} to sum to at most {limit}, the limit of "
            f"its positions. Received: {received}."
        )
    return model


def _enumerate(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
