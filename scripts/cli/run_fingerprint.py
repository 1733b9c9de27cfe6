"""Fingerprint of a generating run: its settings and hashes of its input and model."""

import dataclasses
import hashlib
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from textzoo.scripts.cli.path_checks import text_uses
from textzoo.training.path_types import TextUse

# Files of a model of any format, except pair_quality.json and the folder of the reader.
SETTINGS = ("config.json", "bert_config.json", "tokenizer_config.json", "modules.json")
VOCABULARIES = ("vocab.txt", "tokenizer.json", "vocab.json", "merges.txt")
WEIGHTS = re.compile(r".+\.(safetensors(\.index\.json)?|index|data-\d+-of-\d+|weights|h5|hdf5)")


def run_fingerprint(args: Any, excluded: Collection[str]) -> dict[str, Any]:
    """Returns everything that determines a run's output, for `ResumableOutput` and `ShardFolder`.

    Args:
        args: Dataclass of the command's arguments, with `input`.
        excluded: Names of arguments on which the output does not depend.

    Returns:
        JSON values by argument name. Models and files that are read are SHA-256 hashes; a remote input is a hash of its
        store's identifiers.
    """
    from textzoo.data.files import sha256_file
    from textzoo.data.remote_files import is_remote, remote_fingerprint
    from textzoo.scripts.cli.input_files import is_stream

    fingerprint = {name: value for name, value in dataclasses.asdict(args).items() if name not in excluded}
    fingerprint |= file_hashes(args)
    if is_stream(args.input):
        fingerprint["input"] = None
    else:
        fingerprint["input"] = remote_fingerprint(args.input) if is_remote(args.input) else sha256_file(args.input)
    return fingerprint


def file_hashes(args: Any) -> dict[str, Any]:
    """Returns SHA-256 hashes of the models and files that a command reads beside its input, by argument name."""
    from textzoo.data.files import sha256_file

    hashes: dict[str, Any] = {}
    for name, use in text_uses(type(args)).items():
        path = getattr(args, name)
        if path is None or name == "input":
            continue
        if use is TextUse.MODEL:
            hashes[name] = _model_hash(path)
        elif use is TextUse.DATA:
            hashes[name] = sha256_file(path)
    return hashes


def _model_hash(model: str) -> str:
    """Returns a hash of the names and the contents of all files that loading a model may read."""
    from textzoo.data.files import sha256_file
    from textzoo.data.find_preset import find_preset

    path = Path(find_preset(model))
    folder = path if path.is_dir() else path.parent
    lines = (f"{file.relative_to(folder).as_posix()} {sha256_file(file)}\n" for file in _model_files(path))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _model_files(path: Path) -> Iterator[Path]:
    """Yields the files that loading a model may read.

    Args:
        path: As `find_preset` returns it: a folder; or a checkpoint, of which other checkpoints beside it are no part.
    """
    from textzoo.data.preset_config import READER
    from textzoo.data.qa.pair_quality import QUALITY_FILE

    if path.suffix == ".safetensors":
        path = path.parent  # all its files are read
    is_folder = path.is_dir()
    prefix = path.with_suffix("") if path.suffix == ".index" else path
    for file in sorted((path if is_folder else path.parent).glob("*")):
        is_weights = WEIGHTS.fullmatch(file.name) and (is_folder or file.name.startswith(f"{prefix.name}."))
        if file.is_file() and (is_weights or file == path or file.name in (*SETTINGS, *VOCABULARIES, QUALITY_FILE)):
            yield file
    if is_folder and (path / READER).is_dir():
        yield from _model_files(path / READER)
