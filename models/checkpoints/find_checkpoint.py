"""Which library a folder or file comes from."""

from pathlib import Path

import h5py

from .bert4keras import read_bert4keras
from .checkpoint import Checkpoint
from .google import read_google
from .hugging_face import read_hugging_face

H5_SUFFIXES = (".weights", ".h5", ".hdf5")


def find_checkpoint(path: Path) -> Checkpoint:
    """Reads another library's checkpoint, told by what the folder holds.

    Args:
        path: A folder; a TensorFlow checkpoint's path, with or without `.index`; or an h5 file.

    Raises:
        ValueError: It is none, holds more than one, or is broken.
    """
    if path.is_dir():
        return _find_in_folder(path)
    if path.is_file() and (path.suffix in H5_SUFFIXES or h5py.is_hdf5(path)):
        return read_bert4keras(path)
    prefix = path.with_suffix("") if path.suffix == ".index" else path
    if Path(f"{prefix}.index").is_file() or _is_checkpoint_path(prefix):
        return read_google(prefix)
    if path.is_file() and path.suffix == ".safetensors":
        return read_hugging_face(path.parent)
    raise ValueError(f"{path}: expected a folder or a file of weights. Received: {_what_is(path)}.")


def _is_checkpoint_path(prefix: Path) -> bool:
    beside = prefix.parent.is_dir() and any(prefix.parent.glob(f"{prefix.name}.data-*"))
    return beside or (".ckpt" in prefix.name and prefix.parent.is_dir())


def _what_is(path: Path) -> str:
    return "a file of another kind" if path.exists() else "a path where nothing is"


def _find_in_folder(folder: Path) -> Checkpoint:
    if (folder / "config.json").is_file() and (folder / "model.safetensors").is_file():
        return read_hugging_face(folder)
    if (folder / "bert_config.json").is_file():
        prefixes = sorted({_prefix(file) for pattern in ("*.index", "*.data-*") for file in folder.glob(pattern)})
        standard = folder / "bert_model.ckpt"
        found = [standard] if standard in prefixes else prefixes
        found += sorted(file for file in folder.iterdir() if file.suffix in H5_SUFFIXES)
        if len(found) > 1:
            names = ", ".join(file.name for file in found)
            raise ValueError(f"{folder}: expected one checkpoint. Received: {names}; give the path of one of them.")
        if found:
            return read_bert4keras(found[0]) if found[0].is_file() else read_google(found[0])
    if (folder / "config.json").is_file() or (folder / "pytorch_model.bin").is_file():
        return read_hugging_face(folder)
    raise ValueError(
        f"{folder}: expected a model's folder: config.json and model.safetensors (ours or Hugging Face's), or "
        f"bert_config.json with bert_model.ckpt.index (Google's) or an h5 file *.weights (bert4keras's). "
        f"Received: {', '.join(sorted(file.name for file in folder.iterdir())[:10]) or 'an empty folder'}."
    )


def _prefix(file: Path) -> Path:
    """The checkpoint's path that an index or data file belongs to."""
    name = file.name.removesuffix(".index") if file.suffix == ".index" else file.name.rpartition(".data-")[0]
    return file.with_name(name)
