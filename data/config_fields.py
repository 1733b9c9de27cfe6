"""Schema of saved configurations: the accepted values of every field."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

MAX_SHOWN = 60  # characters of a value in a message


@dataclass(frozen=True)
class Field:
    """Accepted values of a field.

    Args:
        expected: The values in words, such as `"true or false"`.
        accepts: Function that returns whether a value is one of them.

    Example:

    >>> FIELDS["num_heads"].expected, FIELDS["num_heads"].accepts(0)
    ('an integer from 1 to 4096', False)
    """

    expected: str
    accepts: Callable[[Any], bool]

    def or_null(self) -> "Field":
        """Returns the field that accepts None too."""
        return Field(f"{self.expected}, or null", lambda value: value is None or self.accepts(value))


def _integer(minimum: int, maximum: int) -> Field:
    return Field(
        f"an integer from {minimum} to {maximum}",
        lambda value: isinstance(value, Integral) and not isinstance(value, bool) and minimum <= int(value) <= maximum,
    )


def _number(maximum: float) -> Field:
    return Field(f"a number from 0 to {maximum}", lambda value: _is_real(value) and 0 <= value <= maximum)


def _is_real(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def choice(*values: str) -> Field:
    """Returns the field of a string that is one of some values."""
    return Field(f"{', '.join(values[:-1])} or {values[-1]}", lambda value: isinstance(value, str) and value in values)


def _is_words(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_is_real(number) for number in value)


def _is_dtype(value: Any) -> bool:
    if isinstance(value, dict):
        config = value.get("config")
        value = value.get("class_name") == "DTypePolicy" and isinstance(config, dict) and config.get("name")
    return isinstance(value, str) and value.removeprefix("mixed_") in ("float16", "bfloat16", "float32", "float64")


def _is_node(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("class_name"), str)


def is_saved_object(value: Any) -> bool:
    """Returns whether a value is the configuration of an object as Keras saves it."""
    is_node = isinstance(value, dict) and {"module", "class_name", "config", "registered_name"} <= value.keys()
    return is_node and isinstance(value["registered_name"], str)


FINITE = Field("a finite number", _is_real)
POSITIVE = Field("a number above 0", lambda value: _is_real(value) and value > 0)
POSITIONS, RATE = _integer(1, 2**20), Field("a number of at least 0 and below 1", lambda v: _is_real(v) and 0 <= v < 1)
BOOLEAN = Field("true or false", lambda value: isinstance(value, bool))
TEXT = Field("a string", lambda value: isinstance(value, str))
WORDS = Field("a list of strings", _is_words)
OBJECT = Field("an object", lambda value: isinstance(value, dict))

# Fields of encoder, tasks, preprocessors and tokenizer. A name means the same in all of them.
FIELDS: Mapping[str, Field] = {
    "name": Field("a string without /", lambda value: isinstance(value, str) and value != "" and "/" not in value),
    "trainable": BOOLEAN,
    "dtype": Field("float32, mixed_bfloat16 or another float policy", _is_dtype),
    # Encoder
    "vocab_size": _integer(1, 10**7),
    "hidden_size": _integer(1, 2**16),
    "num_layers": _integer(1, 1000),
    "num_heads": _integer(1, 4096),
    "intermediate_size": _integer(1, 2**20),
    "max_length": POSITIONS,
    "num_segments": _integer(0, 1000),
    "activation": Field("an activation", lambda value: isinstance(value, str) or _is_node(value)),
    "dropout": RATE,
    "attention_dropout": RATE,
    "norm_epsilon": _number(1),
    "initializer_range": _number(10),
    "pooler": BOOLEAN,
    "mlm_head": BOOLEAN,
    "hierarchical_positions": BOOLEAN,
    "embedding_size": _integer(1, 2**16).or_null(),
    "shared_layers": BOOLEAN,
    "position_type": choice("absolute", "rotary", "relative"),
    "max_distance": _integer(1, 2**20),
    "num_task_types": _integer(0, 1000),
    # Tasks
    "copy_head": BOOLEAN,
    "source_prior": BOOLEAN,
    "span_bias": BOOLEAN,
    "decoder_noise_rate": RATE,
    "decoder": choice("left_to_right", "bidirectional", "from_both_ends"),
    "fusion": choice("linear", "nonlinear", "gate"),
    "fusion_weight": _number(1000),
    "leakage_guard": choice("mask", "two_pass", "noise", "none"),
    "lookahead": _integer(0, 2**20),
    "num_labels": _integer(1, 10**7),
    # Preprocessors
    "labels": WORDS,
    "thresholds": Field("a list of finite numbers", _is_numbers).or_null(),
    "max_source_length": POSITIONS,
    "max_answer_length": POSITIONS,
    "max_question_length": POSITIONS,
    "max_passage_length": POSITIONS,
    "max_title_length": POSITIONS,
    "max_target_length": POSITIONS,
    "masked_fraction": _number(1),
    "answer_weight": _number(1e6),
    "truncation": choice("lead", "lead_and_tail"),
    "task_token": TEXT,
    "start_tokens": Field("a list of two strings", lambda value: _is_words(value) and len(value) == 2),
    # Tokenizer
    "tokens": Field(
        "vocab.txt, tokenizer.json or a list of strings",
        lambda value: value in ("vocab.txt", "tokenizer.json") if isinstance(value, str) else _is_words(value),
    ),
    "subwords": OBJECT.or_null(),
    "lowercase": BOOLEAN,
    "word_segmentation": BOOLEAN,
    "user_dict": WORDS.or_null(),
    "checkpoint_rows": Field(
        "a list of integers", lambda value: isinstance(value, list) and all(isinstance(row, int) for row in value)
    ).or_null(),
}


def check_field(name: str, value: Any, field: Field, *, source: str = "") -> None:
    """Checks the value of one field.

    Args:
        name: Name of the field, or its path in the file.
        value: The value.
        field: Its `Field`.
        source: File of the configuration, for the message.

    Raises:
        ValueError: The field does not accept the value.

    Example:

    >>> check_field("num_heads", "4", FIELDS["num_heads"], source="config.json")
    Traceback (most recent call last):
        ...
    ValueError: config.json: expected num_heads to be an integer from 1 to 4096. Received: "4".
    """
    if not field.accepts(value):
        raise ValueError(field_message(name, value, expected=field.expected, source=source))


def field_message(name: str, value: Any, *, expected: str, source: str = "") -> str:
    """Returns the message of a field with a wrong value."""
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    if len(shown) > MAX_SHOWN:
        shown = shown[:MAX_SHOWN] + "..."
    return f"{source + ': expected' if source else 'Expected'} {name} to be {expected}. Received: {shown}."


def check_encoder_config(
    config: Mapping[str, Any], *, names: Mapping[str, str] | None = None, source: str = ""
) -> None:
    """Checks the arguments of `Encoder`.

    Args:
        config: Arguments by name; those that are missing have their default.
        names: Names of the arguments in the file, where they differ.
        source: File of the configuration, for the message.

    Raises:
        ValueError: An argument has a wrong type or is out of range, `num_heads` does not divide `hidden_size`, or
            rotary or relative positions have heads of an odd size or a hierarchy.
    """
    names = names or {}
    for argument, value in config.items():
        if argument in FIELDS:
            check_field(names.get(argument, argument), value, FIELDS[argument], source=source)
    hidden_size, num_heads = config.get("hidden_size", 768), config.get("num_heads", 12)
    if hidden_size % num_heads:
        name = names.get("num_heads", "num_heads")
        raise ValueError(
            field_message(name, num_heads, expected=f"a divisor of the hidden size {hidden_size}", source=source)
        )
    position_type = config.get("position_type", "absolute")
    if position_type != "absolute":
        head_size = hidden_size // num_heads
        if head_size % 2:
            raise ValueError(
                field_message("head size", head_size, expected=f"even with {position_type} positions", source=source)
            )
        if config.get("hierarchical_positions"):
            raise ValueError(
                field_message(
                    names.get("hierarchical_positions", "hierarchical_positions"),
                    True,
                    expected=f"false with {position_type} positions, which have no table",
                    source=source,
                )
            )
