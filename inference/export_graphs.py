"""Export of a model's graphs as ONNX files beside its weights, for other programs."""

from os import PathLike
from pathlib import Path

from .. import __version__
from ..data.files import sha256_file, write_atomically
from ..data.find_preset import find_preset
from ..data.preset_config import CONFIG_FILE, VOCAB_FILE, WEIGHTS_FILE, preset_classes
from .graphs.model_graphs import model_graphs
from .light_models import read_description


def export_graphs(preset: str | PathLike, folder: str | PathLike, *, task: str | None = None) -> list[Path]:
    """Writes the graphs of a model as ONNX files, with its weights, configuration and vocabulary beside them.

    The graphs refer to the weights in `model.safetensors`. Their metadata holds the SHA-256 digest of that file, the
    name of the task and textzoo's version.

    Args:
        preset: Preset's name, or a folder that `save_to_preset` wrote.
        folder: Output folder; created if missing. It may be the model's own.
        task: Name of the model's class, for a folder that serves several tasks; None: the first.

    Returns:
        The ONNX files.

    Raises:
        EngineError: The light engine does not cover the model.
        ValueError: There is no such preset, or a file is broken.

    Example:

    >>> [file.name for file in export_graphs("tiny-zh", "exported")]
    ['embed.onnx', 'encode.onnx', 'extend.onnx', 'head.onnx']
    """
    source, folder = find_preset(preset), Path(folder)
    if task is None and (source / CONFIG_FILE).is_file():
        task = preset_classes(source)[0].removeprefix("textzoo>")
    description = read_description(source, task or "Encoder")
    graphs = model_graphs(description)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (CONFIG_FILE, VOCAB_FILE, WEIGHTS_FILE):
        if not (folder / name).exists() or not (folder / name).samefile(source / name):
            write_atomically(folder / name, (source / name).read_bytes())
    metadata = {"textzoo": __version__, "task": description.task, WEIGHTS_FILE: sha256_file(folder / WEIGHTS_FILE)}
    files = [folder / f"{name}.onnx" for name in graphs]
    for file, graph in zip(files, graphs.values(), strict=True):
        write_atomically(file, graph.to_bytes(metadata))
    return files
