"""Loading of a task model from a preset or checkpoint folder."""

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
    """Loads a saved task model, or builds a new one on a pretrained encoder.

    Args:
        cls: A task class: constructor `cls(encoder, preprocessor, **options)`, class attributes `preprocessor_class`,
            built with a tokenizer, and `encoder_options`, arguments that the task requires of its encoder.
        preset: Name or path. A folder saved for `cls` gives that model. Any other folder gives its encoder, and the
            task's heads are initialized randomly.
        preprocessor: Replaces a new `preprocessor_class`; its tokenizer may be pruned.
        encoder_options: Arguments of `Encoder` that replace the folder's, such as `dropout`.
        preprocessor_options: Arguments of a new `preprocessor_class`.
        **options: Arguments of `cls` that replace the folder's. `dtype` applies to the encoder too and defaults to
            Keras's global policy: the precision of the training is not restored.

    Returns:
        The model.

    Raises:
        ValueError: The folder holds no model, or `preprocessor` was given for a model saved with its own.
    """
    required: dict[str, Any] = getattr(cls, "encoder_options", {})
    options = {"dtype": keras.config.dtype_policy().name} | options
    encoder_options = required | {"dtype": options["dtype"]} | (encoder_options or {})
    path = find_preset(preset)
    if is_preset_folder(path):
        config, tensors, _ = read_preset_folder(path)
        saved = {config["class"]: config["config"]} | config.get("other_tasks", {})
        name = keras.saving.get_registered_name(cls)
        if name in saved:
            if preprocessor is not None:
                raise ValueError(
                    f"{path} holds a saved {cls.__name__} with its own preprocessor; omit preprocessor, which only "
                    "checkpoints without heads accept."
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
    """Returns the saved model without its weights."""
    encoder = config["encoder"]
    config["encoder"] = encoder | {"config": encoder["config"] | encoder_options}
    return cls.from_config(config)
