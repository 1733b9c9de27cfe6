"""Reading of HDF5 files: only data that the file itself holds, uncompressed and of its declared size."""

import os
from pathlib import Path

import h5py
import numpy as np

from .checkpoint import StoredTensor

# Errors of h5py for a damaged file, or for an object of another kind than expected.
H5_ERRORS = (OSError, KeyError, RuntimeError, TypeError, AttributeError, IndexError)


def has_member(group: h5py.Group, name: str) -> bool:
    """Returns whether a group has a member, without following a link."""
    return group.id.links.exists(name.encode())


def get_member(group: h5py.Group, name: str):
    """Returns a group or dataset inside a group.

    Args:
        group: The group.
        name: Names of members, joined by `/`.

    Raises:
        KeyError: There is no such member.
        ValueError: The member is a link to another place or file.
    """
    member = group
    for part in name.split("/"):
        if not isinstance(member, h5py.Group) or not has_member(member, part):
            raise KeyError(f"{name} is missing in {group.name}")
        if member.id.links.get_info(part.encode()).type != h5py.h5l.TYPE_HARD:
            raise ValueError(
                f"{group.file.filename}: expected data in the file itself. Received: {part} in {member.name}, a link "
                "to another place; save the weights again."
            )
        member = member[part]
    return member


def member_names(group: h5py.Group, attribute: str) -> list[str]:
    """Returns an attribute that lists names, as Keras 2 writes it.

    Raises:
        ValueError: The attribute is not a list of strings.
    """
    values = np.atleast_1d(group.attrs[attribute]).tolist()
    names = [value.decode() if isinstance(value, bytes) else value for value in values]
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"{group.file.filename}: expected {attribute} of {group.name} to list names.")
    return names


def stored_tensor(dataset: h5py.Dataset) -> StoredTensor:
    """Returns a dataset as a tensor that is read on demand.

    Args:
        dataset: The dataset.

    Raises:
        ValueError: The data is in another file, compressed, or shorter than the dataset declares.
    """
    path, dataset_name = Path(dataset.file.filename), dataset.name
    name = f"{path}: expected {dataset_name}"
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        raise ValueError(f"{name} to be a tensor. Received: {type(dataset).__name__}.")
    properties = dataset.id.get_create_plist()
    if properties.get_layout() == h5py.h5d.VIRTUAL or properties.get_external_count():
        raise ValueError(f"{name} in the file itself. Received: data in another file; save the weights again.")
    if properties.get_nfilters():
        raise ValueError(f"{name} without compression. Received: a compressed dataset; save the weights again.")
    num_bytes = int(np.prod(dataset.shape, dtype=object)) * dataset.dtype.itemsize
    if not num_bytes <= dataset.id.get_storage_size() <= os.path.getsize(path):
        raise ValueError(
            f"{name} of shape {dataset.shape} with {num_bytes} bytes in the file. "
            f"Received: {dataset.id.get_storage_size()} bytes in a file of {os.path.getsize(path)}."
        )
    return StoredTensor(dataset.shape, dataset.dtype.name, lambda: _read(path, dataset_name))


def _read(path: Path, name: str) -> np.ndarray:
    with h5py.File(path, "r") as file:
        return np.asarray(get_member(file, name.strip("/")))
