"""A task model from any folder."""

import os
from typing import Any

import keras

from .encoder import Encoder
from .presets.assign_tensors import assign_tensors
from .presets.find_preset import find_preset
from .presets.load_encoder import load_encoder
from .presets.preset_folder import is_preset_folder, read_preset_folder
from .presets.variable_paths import variable_paths


def load_task(
    cls,
    preset: str | os.PathLike,
    preprocessor: Any = None,
    encoder_options: dict | None = None,
    preprocessor_options: dict | None = None,
    **options,
):
    """A model that was saved whole, or a new one on an encoder that was trained elsewhere.

    Args:
        cls: A model with the constructor `cls(encoder, preprocessor, **options)` and the class attributes
            `preprocessor_class`, made with a tokenizer, and `encoder_options`, what it needs of an encoder.
        preset: Name or path. A folder that was saved for `cls` gives that model; any other folder gives its encoder,
            and the heads of the task start from random weights.
        preprocessor: In place of a new `preprocessor_class`; its tokenizer may be pruned.
        encoder_options: Arguments of `Encoder` in place of the folder's, such as `dropout`.
        preprocessor_options: Arguments of a new `preprocessor_class`.
        **options: Arguments of `cls` in place of the folder's. `dtype` is the encoder's too, and Keras's global policy
            where left out: the precision of a training does not stay with the model.

    Raises:
        ValueError: The folder is none of a model, or a preprocessor was given for a model saved with its own.
    """
    needed: dict[str, Any] = getattr(cls, "encoder_options", {})
    options = {"dtype": keras.config.dtype_policy().name} | options
    encoder_options = needed | {"dtype": options["dtype"]} | (encoder_options or {})
    path = find_preset(preset)
    if is_preset_folder(path):
        config, tensors, _ = read_preset_folder(path)
        saved = {config["class"]: config["config"]} | config.get("also", {})
        name = keras.saving.get_registered_name(cls)
        if name in saved:
            if preprocessor is not None:
                raise ValueError(
                    f"{path}: expected the vocabulary that this {cls.__name__} was saved with. Received: another "
                    "preprocessor; only a checkpoint without heads takes one."
                )
            model = _rebuild(cls, saved[name] | options, encoder_options)
            variables = variable_paths(model)
            unused = [part for part in tensors if part not in variables] if name == config["class"] else []
            assign_tensors(variables, tensors, path / "model.safetensors", unused=unused)
            return model
    tokenizer = None if preprocessor is None else preprocessor.tokenizer
    encoder = load_encoder(Encoder, path, tokenizer, **encoder_options)
    if preprocessor is None:
        preprocessor = cls.preprocessor_class(encoder.tokenizer, **preprocessor_options or {})
    return cls(encoder, preprocessor, **options)


def _rebuild(cls, config, encoder_options):
    """The saved model, without its weights."""
    encoder = config["encoder"]
    config["encoder"] = encoder | {"config": encoder["config"] | encoder_options}
    return cls.from_config(config)
