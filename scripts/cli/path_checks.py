"""Checks of the paths among a command's arguments, before anything is read or written."""

import dataclasses
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

from textzoo.scripts.cli.argument_errors import flag_of
from textzoo.scripts.cli.command import hold_until_end
from textzoo.training.path_types import TextUse

# Files that a command writes beside an output: the lock, and the new content before it replaces the old.
FILES_BESIDE = {
    TextUse.OUTPUT_FILE: (".lock", ".part"),
    TextUse.RESUMABLE_FILE: (".lock", ".part", ".progress", ".progress.part"),
    TextUse.OUTPUT_FOLDER: (),
}
STANDARD_STREAM = "-"


class UsedPath(NamedTuple):
    """A path among the arguments, with its flag and its use."""

    flag: str
    path: str
    use: TextUse


def text_uses(arguments_class: type) -> dict[str, TextUse]:
    """Returns the use of each field that holds texts.

    Raises:
        TypeError: A field is a plain `str`, whose use is unknown.
    """
    uses = {}
    types = get_type_hints(arguments_class, include_extras=True)
    for field in dataclasses.fields(arguments_class):  # type: ignore[arg-type]
        parts = list(_parts(types[field.name]))
        use = next((part for part in parts if isinstance(part, TextUse)), None)
        if use is not None:
            uses[field.name] = use
        elif str in parts:
            raise TypeError(f"{field.name}: expected one of the types in training/path_types.py. Received: str.")
    return uses


def check_paths(args: Any) -> None:
    """Checks that outputs are new and differ from each other and from all inputs, and locks the output files.

    Paths are the same if they lead to the same file, through links or by another spelling. The files that a command
    writes beside an output count as outputs.

    Args:
        args: Dataclass of the command's arguments. A file of the type `ResumableFile` may exist if its field `resume`
            is true.

    Raises:
        ValueError: Two paths are the same, an output is standard output, exists or is inside an input folder, its
            folder is missing, or another run is writing it.
    """
    from textzoo.data.writer_lock import WriterLock

    paths = list(_used_paths(args))
    outputs = [path for path in paths if path.use in FILES_BESIDE]
    inputs = [path for path in paths if path.use not in FILES_BESIDE and _is_read(path)]
    for output in outputs:
        if output.path == STANDARD_STREAM:
            cure = "omit --out to print" if output.flag == "--out" and _is_optional(args, "out") else "choose a path"
            raise ValueError(f"{output.flag}: expected a path. Received: -; {cure}")
    for number, output in enumerate(outputs):
        for other in [*outputs[:number], *inputs]:
            _check_different(output, other)
        for folder in inputs:
            if folder.use is TextUse.DATA and _real(folder.path) in map(str, Path(_real(output.path)).parents):
                raise ValueError(
                    f"{output.path} is inside the input folder {folder.path}; choose another {output.flag}"
                )
    for output in outputs:
        if output.use is not TextUse.OUTPUT_FOLDER:
            _check_new(output, getattr(args, "resume", None) if output.use is TextUse.RESUMABLE_FILE else None)
        if output.use is TextUse.OUTPUT_FILE:  # `ResumableOutput` and `RunDirectory` lock the others
            hold_until_end(WriterLock(output.path))


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in getattr(annotation, "__metadata__", ()):
        yield part
    for part in get_args(annotation):
        if isinstance(part, type) or get_args(part):
            yield from _parts(part)


def _used_paths(args: Any) -> Iterator[UsedPath]:
    for name, use in text_uses(type(args)).items():
        value = getattr(args, name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        if use is not TextUse.OTHER:
            yield from (UsedPath(flag_of(name), path, use) for path in values)


def _is_optional(args: Any, name: str) -> bool:
    return type(None) in get_args(get_type_hints(type(args))[name])


def _is_read(path: UsedPath) -> bool:
    return path.path != STANDARD_STREAM and (path.use is TextUse.DATA or os.path.exists(path.path))


def _check_different(output: UsedPath, other: UsedPath) -> None:
    if _is_same_file(output.path, other.path):
        kind = "folder" if output.use is TextUse.OUTPUT_FOLDER else "file"
        flags = f"{output.flag} and {other.flag}"
        raise ValueError(f"{output.path}: {flags} name the same {kind}; choose another {output.flag}")
    for one, beside in ((output, other), (other, output)):
        for suffix in FILES_BESIDE.get(beside.use, ()):
            if _is_same_file(one.path, _real(beside.path) + suffix):
                raise ValueError(
                    f"{one.path}: {one.flag} names a file that {beside.flag} {beside.path} needs; choose another "
                    f"{output.flag}"
                )


def _real(path: str) -> str:
    return os.path.realpath(path)


def _is_same_file(one: str, other: str) -> bool:
    """Returns whether two paths lead to one file; those of files to come, also if they differ in letter case only."""
    if os.path.exists(one) and os.path.exists(other):
        return os.path.samefile(one, other)
    if os.path.exists(one) or os.path.exists(other):
        return False
    first, second = (unicodedata.normalize("NFC", os.path.normcase(_real(path))).casefold() for path in (one, other))
    return first == second


def _check_new(output: UsedPath, resume: bool | None) -> None:
    """Checks that a file can be created; `resume` is None if the command cannot continue it."""
    from textzoo.data.remote_files import is_remote

    path = Path(output.path)
    if resume is not None and is_remote(output.path):  # shards in an object store
        return
    if resume and path.exists():
        return
    if os.path.lexists(path):
        alternative = " or pass --resume" if resume is False else ""
        raise ValueError(f"{path} already exists; choose another {output.flag}{alternative}")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise ValueError(f"{path}: {folder} is not a folder; create it or choose another {output.flag}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(f"{path}: the folder {folder} cannot be written; choose another {output.flag}")
