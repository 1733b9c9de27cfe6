"""Checks of a preset folder's config.json: every field, and every object that it builds."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from ...data.preset_config import VOCAB_FILE
from ..config_fields import FIELDS, TEXT, Field, check_encoder_config, check_field, check_objects, field_message

OBJECT = Field("an object", lambda value: isinstance(value, dict))
# Keys in the configuration of any Keras layer, which are not arguments of the encoder's own.
LAYER_KEYS = ("name", "trainable", "dtype")
ENCODER = "textzoo>Encoder"


def check_preset_config(config: Mapping[str, Any], path: Path, *, tokens: list[str]) -> None:
    """Checks the content of a preset folder's config.json.

    Fields of the zoo's classes are checked one by one. Of other registered classes, the fields are their own; they may
    build registered objects only.

    Args:
        config: The content, as `read_raw_config` returns it.
        path: The file, for messages.
        tokens: Tokens of the folder's vocab.txt.

    Raises:
        ValueError: A field is unknown or wrong, a field of an object is missing, or vocab.txt has another size than the
            encoder's table.
    """
    source = str(path)
    for key, field in {"textzoo": TEXT, "class": TEXT, "config": OBJECT, "tokenizer": OBJECT}.items():
        check_field(key, config[key], field, source=source)
    check_field("other_tasks", config.get("other_tasks", {}), OBJECT, source=source)
    unknown = config.keys() - {"textzoo", "class", "config", "tokenizer", "other_tasks"}
    if unknown:
        raise ValueError(f"{path}: unknown field {min(unknown)}; save the model again.")
    check_objects(config, source=source)
    checker = _Checker(source, tokens)
    checker.check_tokenizer(config["tokenizer"], "tokenizer")
    checker.check_class(config["config"], "config", class_name=config["class"])
    for class_name, values in config.get("other_tasks", {}).items():
        checker.check_class(values, f"other_tasks.{class_name}", class_name=class_name)


class _Checker:
    """Checks the parts of one file, whose vocabulary is `tokens`."""

    def __init__(self, source: str, tokens: list[str]):
        self.source = source
        self.tokens = tokens

    def check_class(self, values: Any, at: str, *, class_name: str) -> None:
        """Checks the configuration of a model or preprocessor."""
        check_field(at, values, OBJECT, source=self.source)
        cls = keras.saving.get_registered_object(class_name)
        is_own = cls is not None and class_name.startswith("textzoo>")
        if is_own:
            self._check_keys(cls, values, at)
        for key, value in values.items():
            name = f"{at}.{key}"
            if key == "encoder":
                self._check_part(value, name, ENCODER)
            elif key == "preprocessor" and value is not None:
                self._check_part(value, name, self._registered_name(getattr(cls, "preprocessor_class", None)))
            elif key == "tokenizer" and value is not None:
                check_field(name, value, OBJECT, source=self.source)
                self.check_tokenizer(value, name)
            elif is_own and key in FIELDS:
                check_field(name, value, FIELDS[key], source=self.source)
        if class_name == ENCODER:
            names = {key: f"{at}.{key}" for key in values}
            check_encoder_config(values, names=names, source=self.source)
            self._check_vocab_size(values["vocab_size"])

    def check_tokenizer(self, values: dict, at: str) -> None:
        """Checks the configuration of a tokenizer, whose tokens are those of vocab.txt."""
        if "tokens" not in values:
            raise ValueError(f"{self.source} lacks {at}.tokens; save the model again.")
        for key, value in values.items():
            if key not in ("tokens", "lowercase", "word_segmentation", "user_dict", "checkpoint_rows"):
                raise ValueError(f"{self.source}: unknown field {at}.{key}; save the model again.")
            check_field(f"{at}.{key}", value, FIELDS[key], source=self.source)
        if values["tokens"] != VOCAB_FILE and len(values["tokens"]) != len(self.tokens):
            raise ValueError(
                field_message(
                    f"{at}.tokens", values["tokens"], expected=f"{len(self.tokens)} tokens", source=self.source
                )
            )

    def _check_part(self, node: Any, at: str, class_name: str | None) -> None:
        """Checks a serialized encoder or preprocessor; a class of the user's own may be its subclass."""
        check_field(at, node, Field("a saved object", _is_object), source=self.source)
        saved = node["registered_name"]
        if saved.startswith("textzoo>") and class_name is not None and saved != class_name:
            raise ValueError(field_message(at, saved, expected=f"a {class_name}", source=self.source))
        self.check_class(node["config"], f"{at}.config", class_name=saved)

    def _check_keys(self, cls: Any, values: dict, at: str) -> None:
        parameters = inspect.signature(cls).parameters.values()
        named = {p.name: p.default is p.empty for p in parameters if p.kind is not p.VAR_KEYWORD}
        missing = [name for name, is_required in named.items() if is_required and values.get(name) is None]
        if missing:
            raise ValueError(f"{self.source} lacks {at}.{missing[0]}; save the model again.")
        unknown = [key for key in values if key not in named and key not in LAYER_KEYS]
        if unknown:
            raise ValueError(f"{self.source}: unknown field {at}.{unknown[0]}; save the model again.")

    def _check_vocab_size(self, vocab_size: int) -> None:
        if vocab_size != len(self.tokens):
            vocabulary = Path(self.source).with_name(VOCAB_FILE)
            raise ValueError(
                f"{vocabulary}: expected {vocab_size} tokens, one for each row of the model's table. "
                f"Received: {len(self.tokens)} tokens."
            )

    @staticmethod
    def _registered_name(kind: Any) -> str | None:
        return kind and keras.saving.get_registered_name(kind)


def _is_object(value: Any) -> bool:
    is_node = isinstance(value, dict) and {"module", "class_name", "config", "registered_name"} <= value.keys()
    return is_node and isinstance(value["registered_name"], str) and isinstance(value["config"], dict)
