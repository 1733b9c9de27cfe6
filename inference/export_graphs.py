"""Export of a model's graphs as ONNX files beside its weights, for other programs."""

from os import PathLike
from pathlib import Path
from typing import Literal

from .. import __version__
from ..data.check_finite import check_finite
from ..data.files import sha256_file, write_atomically
from ..data.find_preset import find_preset
from ..data.preset_config import CONFIG_FILE, WEIGHTS_FILE, preset_classes
from ..data.quantized_tensors import quantized_weights
from ..data.safetensors_index import map_tensor
from ..data.write_safetensors import write_safetensors
from .graphs.model_graphs import model_graphs
from .light_models import read_description


def export_graphs(
    preset: str | PathLike, folder: str | PathLike, *, task: str | None = None, quantize: Literal["int8"] | None = None
) -> list[Path]:
    """Writes the graphs of a model as ONNX files, with its weights, configuration and vocabulary beside them.

    The graphs refer to the weights in `model.safetensors`. Their metadata holds the SHA-256 digest of that file, the
    name of the task and textzoo's version.

    Args:
        preset: Preset's name, or a folder that `save_to_preset` wrote.
        folder: Output folder; created if missing. It may be the model's own.
        task: Name of the model's class, for a folder that serves several tasks; None: the first.
        quantize: `"int8"` stores large matrices in 8 bits, see `quantized_weights`. The graphs then round the rows of
            what they multiply to 8 bits, each by its own scale, so that results do not depend on the batch. None:
            the weights stay as they are.

    Returns:
        The ONNX files.

    Raises:
        EngineError: The light engine does not cover the model.
        ValueError: There is no such preset, a file is broken, a weight is not finite, or weights in 8 bits would
            replace the model's own.

    Example:

    >>> [file.name for file in export_graphs("tiny-zh", "exported")]
    ['embed.onnx', 'encode.onnx', 'extend.onnx', 'head.onnx']
    """
    source, folder = find_preset(preset), Path(folder)
    if task is None and (source / CONFIG_FILE).is_file():
        task = preset_classes(source)[0].removeprefix("textzoo>")
    description = read_description(source, task or "Encoder")
    graphs = model_graphs(description)
    is_own_folder = folder.exists() and folder.samefile(source)
    if quantize and is_own_folder:
        raise ValueError(f"{folder}: weights in 8 bits would replace the model's own; choose another folder.")
    weights = {name: map_tensor(source / WEIGHTS_FILE, stored) for name, stored in description.weights.items()}
    check_finite(weights, source=source)
    folder.mkdir(parents=True, exist_ok=True)
    if not is_own_folder:
        for name in (CONFIG_FILE, description.tokenizer.file_name):
            write_atomically(folder / name, (source / name).read_bytes())
    if quantize:
        write_safetensors(folder / WEIGHTS_FILE, quantized_weights(weights))
        graphs = model_graphs(read_description(folder, description.task))
    elif not is_own_folder:
        write_atomically(folder / WEIGHTS_FILE, (source / WEIGHTS_FILE).read_bytes())
    metadata = {"textzoo": __version__, "task": description.task, WEIGHTS_FILE: sha256_file(folder / WEIGHTS_FILE)}
    files = [folder / f"{name}.onnx" for name in graphs]
    for file, graph in zip(files, graphs.values(), strict=True):
        write_atomically(file, graph.to_bytes(metadata))
    return files
