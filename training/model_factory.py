"""Models to train: on a checkpoint's encoder, or with random weights and a vocabulary of the training texts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras

from ..data.text.tokenizer import Tokenizer
from ..data.text.vocabulary import build_vocabulary
from ..models.encoder import Encoder
from .model_config import ModelConfig

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
    config: ModelConfig,
    *,
    texts: Iterable[str],
    max_lengths: Mapping[str, int],
    extra_positions: int = 0,
    preprocessor_options: Mapping[str, Any] | None = None,
    labels: Sequence[str] | None = None,
    encoder_options: Mapping[str, Any] | None = None,
    seed: int | None = None,
    **options: Any,
) -> Any:
    """Creates the model of a task on the checkpoint's encoder or on a new encoder with random weights.

    A checkpoint that was saved for the same task gives its heads and its preprocessor too.

    Args:
        model_class: `Task` class, called as `model_class(encoder, preprocessor, dtype=..., **options)`.
        config: Checkpoint, vocabulary and size.
        texts: All texts that the vocabulary must cover.
        max_lengths: Limits in tokens by their names in the preprocessor. Their sum must fit the encoder's positions.
        extra_positions: Number of positions needed beside the sum of the limits.
        preprocessor_options: Further arguments of the preprocessor. Like the limits, they replace the checkpoint's.
        labels: Names of the labels of a classifier. A saved classifier must have all of them and keeps its own.
        encoder_options: Arguments of `Encoder` that replace the checkpoint's.
        seed: Seed of the weights and of dropout, see `keras.utils.set_random_seed`; None: Keras's random state stays.
        **options: Further arguments of `model_class`.

    Returns:
        The model.

    Raises:
        ValueError: The vocabulary or the checkpoint cannot be used, or the checkpoint has too few positions.

    Example:

    >>> from textzoo.models import MaskedLM
    >>> config = ModelConfig(num_layers=1, hidden_size=8, num_heads=2)
    >>> model = create_model(MaskedLM, config, texts=["今天天气很好"], max_lengths={"max_length": 16}, seed=0)
    >>> model.encoder.config["num_layers"], model.preprocessor.max_length
    (1, 16)
    """
    if seed is not None:
        keras.utils.set_random_seed(seed)
    encoder_options = dict(getattr(model_class, "encoder_options", {})) | dict(encoder_options or {})
    if config.dropout is not None:
        encoder_options |= {"dropout": config.dropout, "attention_dropout": config.dropout}
    options["dtype"] = config.precision
    preprocessor_options = {**max_lengths, **(preprocessor_options or {})}
    label_options = {} if labels is None else {"labels": labels}
    needed_positions = sum(max_lengths.values()) + extra_positions
    tokenizer = _tokenizer(config, list(texts))
    preprocessor = None
    if tokenizer is not None:
        preprocessor = model_class.preprocessor_class(tokenizer, **label_options, **preprocessor_options)
    if config.checkpoint is None and tokenizer is not None:
        encoder = Encoder(
            vocab_size=tokenizer.vocab_size,
            hidden_size=config.hidden_size,
            num_layers=config.num_layers,
            num_heads=config.num_heads,
            intermediate_size=4 * config.hidden_size,
            max_length=max(DEFAULT_POSITIONS, needed_positions),
            dtype=config.precision,
            initializer_range=initializer_range(config.hidden_size),
            **encoder_options,
        )
        return model_class(encoder, preprocessor, **options)
    model = model_class.from_preset(
        config.checkpoint,
        preprocessor=preprocessor,
        preprocessor_options=preprocessor_options,
        encoder_options=encoder_options,
        **label_options,
        **options,
    )
    positions = model.encoder.num_positions
    if needed_positions > positions:
        limit, received = positions - extra_positions, needed_positions - extra_positions
        raise ValueError(
            f"{config.checkpoint}: expected {_enumerate(list(max_lengths))} to sum to at most {limit}, the limit of "
            f"its positions. Received: {received}."
        )
    return model


def _tokenizer(config: ModelConfig, texts: list[str]) -> Tokenizer | None:
    """Returns the tokenizer of a new preprocessor; None: the checkpoint's tokenizer is used unchanged."""
    if config.vocab is not None:
        tokenizer = Tokenizer.from_vocab(config.vocab)
    elif config.checkpoint is None:
        tokenizer = Tokenizer(build_vocabulary(texts, config.vocab_size))
    elif config.prune_vocabulary:
        tokenizer = Encoder.from_preset(config.checkpoint).tokenizer
    else:
        return None
    return tokenizer.prune(texts) if config.prune_vocabulary else tokenizer


def _enumerate(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
