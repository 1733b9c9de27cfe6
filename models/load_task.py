"""Loading of a task model from a preset or checkpoint folder."""

import logging
import os
from typing import Any

import keras

from ..data.find_preset import find_preset
from ..data.preset_config import CONFIG_FILE, is_preset_folder
from .encoder import Encoder
from .presets.assign_tensors import assign_tensors
from .presets.load_encoder import check_encoder_tensors, load_encoder
from .presets.preset_folder import PresetFolder, read_preset_folder
from .presets.variable_paths import variable_paths

logger = logging.getLogger(__name__)


def load_task(
    cls,
    preset: str | os.PathLike,
    *,
    preprocessor: Any = None,
    encoder_options: dict | None = None,
    preprocessor_options: dict | None = None,
    new_preprocessor_options: dict | None = None,
    **options,
):
    """Loads a saved task model, or builds a new one on a pretrained encoder.

    Args:
        cls: A task class: constructor `cls(encoder, preprocessor, **options)`, class attributes `preprocessor_class`,
            built with a tokenizer, and `encoder_options`, arguments that the task requires of its encoder.
        preset: Name or path. A folder saved for `cls` gives that model. Any other folder gives its encoder, and the
            heads that its model has in common with `cls`, such as a copy head; the other heads are initialized
            randomly, and a warning names them.
        preprocessor: Replaces a new `preprocessor_class`; its tokenizer may be pruned.
        encoder_options: Arguments of `Encoder` that replace the folder's, such as `dropout`.
        preprocessor_options: Arguments of the preprocessor that replace the folder's, such as limits of lengths. A
            `preprocessor` that was given is not changed.
        new_preprocessor_options: Arguments of a new `preprocessor_class`, such as the labels of a classifier. A saved
            preprocessor keeps its own.
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
    saved = read_preset_folder(path) if is_preset_folder(path) else None
    if saved is not None:
        config = saved.tasks().get(keras.saving.get_registered_name(cls))
        if config is not None:
            if preprocessor is not None:
                raise ValueError(
                    f"{path} holds a saved {cls.__name__} with its own preprocessor; omit preprocessor, which only "
                    "checkpoints without heads accept."
                )
            parts = {"encoder": encoder_options, "preprocessor": preprocessor_options or {}}
            model = _rebuild(cls, saved, config | options, parts=parts)
            variables = variable_paths(model)
            is_first = saved.config["class"] == keras.saving.get_registered_name(cls)
            unused = [name for name in saved.tensors if name not in variables] if is_first else []
            assign_tensors(variables, saved.tensors, path=saved.weights_path, unused=unused)
            return model
    tokenizer = None if preprocessor is None else preprocessor.tokenizer
    encoder = load_encoder(Encoder, path, tokenizer=tokenizer, **encoder_options)
    if preprocessor is None:
        new_options = (new_preprocessor_options or {}) | (preprocessor_options or {})
        preprocessor = cls.preprocessor_class(encoder.tokenizer, **new_options)
    model = cls(encoder, preprocessor, **options)
    random_heads = _assign_heads(model, saved)
    _warn_of_random_heads(random_heads, preset)
    return model


def _assign_heads(model: keras.Model, saved: PresetFolder | None) -> list[str]:
    """Gives heads the weights that a folder has for all of their variables; returns the names of the others."""
    tensors = {} if saved is None else saved.tensors
    paths = {id(variable): name for name, variable in variable_paths(model).items()}
    random_heads, variables = [], {}
    heads: Any = getattr(model, "heads", list)()
    for name, layer in heads:
        stored = {paths[id(variable)]: variable for variable in layer.weights}
        if stored and all(
            part in tensors and tuple(tensors[part].shape) == tuple(stored[part].shape) for part in stored
        ):
            variables |= stored
        elif stored:
            random_heads.append(name)
    if saved is not None:
        assign_tensors(variables, tensors, path=saved.weights_path)
    return list(dict.fromkeys(random_heads))


def _warn_of_random_heads(names: list[str], preset: str | os.PathLike) -> None:
    if names:
        logger.warning(
            "%s of %s %s from random weights; fine-tune before use",
            " and ".join(names),
            preset,
            "starts" if len(names) == 1 else "start",
        )


def _rebuild(cls, saved: PresetFolder, config: dict[str, Any], *, parts: dict[str, dict]):
    """Returns a saved model without its weights, after a check that the file holds weights of its size."""
    for part, options in parts.items():
        if options:
            config[part] = config[part] | {"config": config[part]["config"] | options}
    if config.get("encoder"):
        checkpoint = saved.encoder()
        check_encoder_tensors(checkpoint, config["encoder"]["config"], checkpoint.tensors)
    try:
        return cls.from_config(config)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{saved.folder / CONFIG_FILE}: {error}") from None
