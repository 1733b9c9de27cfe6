"""Checks of a preset folder's config.json: every field, and every object that it builds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from ...data.config_fields import field_message
from ...data.preset_fields import ENCODER, PACKAGE, ObjectConfig, check_arguments, check_preset_fields
from ..saved_objects import check_activation, check_objects


def check_preset_config(config: Mapping[str, Any], path: Path, *, num_tokens: int) -> None:
    """Checks the content of a preset folder's config.json.

    Fields of the zoo's classes are checked one by one. Of other registered classes, the fields are their own; they may
    build registered objects only.

    Args:
        config: The content, as `read_raw_config` returns it.
        path: The file, for messages.
        num_tokens: Number of tokens of the folder's vocab.txt or tokenizer.json.

    Raises:
        ValueError: A field is unknown or wrong, a field of an object is missing, or the vocabulary has another size
            than the encoder's table.
    """
    check_objects(config, source=str(path))
    for part in check_preset_fields(config, path, num_tokens=num_tokens):
        _check_class(part, source=str(path))
        if part.class_name == ENCODER and "activation" in part.values:
            check_activation(f"{part.at}.activation", part.values["activation"], source=str(path))


def _check_class(part: ObjectConfig, *, source: str) -> None:
    """Checks the arguments of one of the zoo's classes; a class of the user's own may be its subclass."""
    if not part.class_name.startswith(PACKAGE):
        return
    expected = ENCODER if part.part == "encoder" else None
    if part.part == "preprocessor":
        owner: Any = keras.saving.get_registered_object(part.owner)
        kind = getattr(owner, "preprocessor_class", None)
        expected = kind and keras.saving.get_registered_name(kind)
    if expected is not None and part.class_name != expected:
        at = part.at.removesuffix(".config")
        raise ValueError(field_message(at, part.class_name, expected=f"a {expected}", source=source))
    cls = keras.saving.get_registered_object(part.class_name)
    if cls is not None:
        check_arguments(cls, part.values, part.at, source=source)
