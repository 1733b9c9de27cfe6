"""Detection of a checkpoint's format by the files of its folder."""

from pathlib import Path

import h5py

from .bert4keras import read_bert4keras
from .checkpoint import Checkpoint
from .google import read_google
from .hugging_face import read_hugging_face
from .safetensors_file import INDEX_FILE

H5_SUFFIXES = (".weights", ".h5", ".hdf5")


def find_checkpoint(path: Path) -> Checkpoint:
    """Detects the format of another library's checkpoint and reads it.

    Args:
        path: A folder; a TensorFlow checkpoint's path, with or without `.index`; an h5 or a safetensors file.

    Raises:
        ValueError: The path holds no checkpoint, several, or an incomplete one.
    """
    if path.is_dir():
        return _read_folder(path)
    if path.is_file() and (path.suffix in H5_SUFFIXES or h5py.is_hdf5(path)):
        return read_bert4keras(path)
    prefix = path.with_suffix("") if path.suffix == ".index" else path
    if Path(f"{prefix}.index").is_file() or _is_checkpoint_path(prefix):
        return read_google(prefix)
    if path.is_file() and path.suffix == ".safetensors":
        return read_hugging_face(path.parent)
    problem = "is not a file of weights" if path.exists() else "does not exist"
    raise ValueError(f"{path} {problem}; pass a folder, a TensorFlow checkpoint, an h5 or a safetensors file.")


def _is_checkpoint_path(prefix: Path) -> bool:
    has_data = prefix.parent.is_dir() and any(prefix.parent.glob(f"{prefix.name}.data-*"))
    return has_data or (".ckpt" in prefix.name and prefix.parent.is_dir())


def _read_folder(folder: Path) -> Checkpoint:
    weights = (folder / "model.safetensors", folder / INDEX_FILE)
    if (folder / "config.json").is_file() and any(path.is_file() for path in weights):
        return read_hugging_face(folder)
    if (folder / "bert_config.json").is_file():
        prefixes = sorted({_prefix(file) for pattern in ("*.index", "*.data-*") for file in folder.glob(pattern)})
        standard = folder / "bert_model.ckpt"
        candidates = [standard] if standard in prefixes else prefixes
        candidates += sorted(file for file in folder.iterdir() if file.suffix in H5_SUFFIXES)
        if len(candidates) > 1:
            names = ", ".join(file.name for file in candidates)
            raise ValueError(f"{folder}: expected one checkpoint. Received: {names}; pass the path of one of them.")
        if candidates:
            return read_bert4keras(candidates[0]) if candidates[0].is_file() else read_google(candidates[0])
    if (folder / "config.json").is_file() or (folder / "pytorch_model.bin").is_file():
        return read_hugging_face(folder)
    if (folder / "run.json").is_file():
        raise ValueError(f"{folder}: the training in this folder has not finished; go on with --resume.")
    raise ValueError(
        f"{folder}: expected a model's folder: config.json and model.safetensors (ours or Hugging Face's), or "
        f"bert_config.json with bert_model.ckpt.index (Google's) or an h5 file *.weights (bert4keras's). "
        f"Received: {', '.join(sorted(file.name for file in folder.iterdir())[:10]) or 'an empty folder'}."
    )


def _prefix(file: Path) -> Path:
    """Returns the path of the checkpoint that an index or data file belongs to."""
    name = file.name.removesuffix(".index") if file.suffix == ".index" else file.name.rpartition(".data-")[0]
    return file.with_name(name)
