"""Checks of the fields in a preset folder's config.json that need no class of a model."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .config_fields import (
    FIELDS,
    OBJECT,
    TEXT,
    Field,
    check_encoder_config,
    check_field,
    field_message,
    is_saved_object,
)

ENCODER = "textzoo>Encoder"
# Keys in the configuration of any Keras layer, which are not arguments of the classes' own.
LAYER_KEYS = ("name", "trainable", "dtype")
PACKAGE = "textzoo>"

_CONFIG_KEYS = ("textzoo", "class", "config", "tokenizer", "other_tasks")
_TOKENIZER_KEYS = ("tokens", "lowercase", "word_segmentation", "user_dict", "checkpoint_rows", "subwords")
_SAVED_OBJECT = Field("a saved object", lambda value: is_saved_object(value) and OBJECT.accepts(value["config"]))


class ObjectConfig(NamedTuple):
    """The configuration of a model, encoder or preprocessor in a file.

    `class_name`: its registered class. `values`: its arguments. `at`: its path in the file. `part`: the key that holds
    it, `"encoder"` or `"preprocessor"`, and `owner`, the registered class that has it; None for a model.
    """

    class_name: str
    values: dict[str, Any]
    at: str
    part: str | None = None
    owner: str | None = None


def check_preset_fields(config: Mapping[str, Any], path: Path, *, num_tokens: int) -> list[ObjectConfig]:
    """Checks every field of a preset folder's config.json whose values are known.

    Args:
        config: The content, as `read_raw_config` returns it.
        path: The file, for messages.
        num_tokens: Number of tokens of the folder's vocab.txt or tokenizer.json.

    Returns:
        The configurations of all models, encoders and preprocessors in the file.

    Raises:
        ValueError: A field has a wrong value, or the vocabulary has another size than an encoder's table.
    """
    source = str(path)
    for key, field in {"textzoo": TEXT, "class": TEXT, "config": OBJECT, "tokenizer": OBJECT}.items():
        check_field(key, config[key], field, source=source)
    check_field("other_tasks", config.get("other_tasks", {}), OBJECT, source=source)
    unknown = config.keys() - set(_CONFIG_KEYS)
    if unknown:
        raise ValueError(f"{path}: unknown field {min(unknown)}; save the model again.")
    _check_tokenizer(config["tokenizer"], "tokenizer", source=source, num_tokens=num_tokens)
    models = [ObjectConfig(config["class"], config["config"], "config")]
    models += [
        ObjectConfig(name, values, f"other_tasks.{name}") for name, values in config.get("other_tasks", {}).items()
    ]
    return [part for model in models for part in _checked(model, source=source, num_tokens=num_tokens)]


def check_arguments(cls: Callable[..., Any], values: Mapping[str, Any], at: str, *, source: str) -> None:
    """Checks that a configuration has the required arguments of a class and no other keys than its arguments.

    Args:
        cls: The class.
        values: The configuration.
        at: Its path in the file.
        source: The file, for messages.

    Raises:
        ValueError: A required argument is missing, or a key is unknown.
    """
    parameters = inspect.signature(cls).parameters.values()
    named = {p.name: p.default is p.empty for p in parameters if p.kind is not p.VAR_KEYWORD}
    require_fields(values, [name for name, is_required in named.items() if is_required], at, source=source)
    unknown = [key for key in values if key not in named and key not in LAYER_KEYS]
    if unknown:
        raise ValueError(f"{source}: unknown field {at}.{unknown[0]}; save the model again.")


def require_fields(values: Mapping[str, Any], names: list[str] | tuple[str, ...], at: str, *, source: str) -> None:
    """Raises ValueError if a configuration lacks one of some fields, or has null there."""
    missing = [name for name in names if values.get(name) is None]
    if missing:
        raise ValueError(f"{source} lacks {at}.{missing[0]}; save the model again.")


def _checked(model: ObjectConfig, *, source: str, num_tokens: int) -> Iterator[ObjectConfig]:
    """Yields a configuration and those inside it, after the checks of each."""
    class_name, values, at = model.class_name, model.values, model.at
    check_field(at, values, OBJECT, source=source)
    yield model
    for key, value in values.items():
        name = f"{at}.{key}"
        if key == "encoder" or key == "preprocessor" and value is not None:
            check_field(name, value, _SAVED_OBJECT, source=source)
            inner = ObjectConfig(value["registered_name"], value["config"], f"{name}.config", key, class_name)
            yield from _checked(inner, source=source, num_tokens=num_tokens)
        elif key == "tokenizer" and value is not None:
            check_field(name, value, OBJECT, source=source)
            _check_tokenizer(value, name, source=source, num_tokens=num_tokens)
        elif class_name.startswith(PACKAGE) and key in FIELDS:
            check_field(name, value, FIELDS[key], source=source)
    if class_name == ENCODER:
        require_fields(values, ["vocab_size"], at, source=source)
        check_encoder_config(values, names={key: f"{at}.{key}" for key in values}, source=source)
        if values["vocab_size"] != num_tokens:
            raise ValueError(
                f"{Path(source).with_name('vocab.txt')}: expected {values['vocab_size']} tokens, one for each row of "
                f"the model's table. Received: {num_tokens} tokens."
            )


def _check_tokenizer(values: dict[str, Any], at: str, *, source: str, num_tokens: int) -> None:
    """Checks the configuration of a tokenizer, whose tokens are those of the vocabulary file."""
    require_fields(values, ["tokens"], at, source=source)
    for key, value in values.items():
        if key not in _TOKENIZER_KEYS:
            raise ValueError(f"{source}: unknown field {at}.{key}; save the model again.")
        check_field(f"{at}.{key}", value, FIELDS[key], source=source)
    if isinstance(values["tokens"], list) and len(values["tokens"]) != num_tokens:
        expected = f"{num_tokens} tokens"
        raise ValueError(field_message(f"{at}.tokens", values["tokens"], expected=expected, source=source))
