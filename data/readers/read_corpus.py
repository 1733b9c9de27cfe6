"""Plain text to pretrain on."""

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Literal

from .invalid_record_error import InvalidRecordError
from .json_lines import json_object
from .text_file import check_characters, check_decoded, file_suffix, numbered_lines, open_text, shortened

_OBJECT = 'a json object {"text": ...}'


def read_corpus(
    path: str | PathLike, encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> list[str]:
    """Reads texts, one a line.

    `.jsonl` holds `{"text": ...}`; every other file is plain text, whose blank lines are passed over. Of a folder all
    `.txt` and `.jsonl` files below it are read in the order of their paths.

    Args:
        path: The file, plain or gzip, or the folder.
        encoding: The encoding; None stands for UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first bad line, or `"skip"` it.

    Returns:
        The texts, in order.

    Raises:
        InvalidRecordError: A line that does not decode or is no json object with a text, or no text at all.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("corpus.txt").write_text("今天天气很好。\\n\\nIt rains.\\n", encoding="utf-8")
        >>> read_corpus("corpus.txt")
        ['今天天气很好。', 'It rains.']
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"Expected on_error 'raise' or 'skip'. Received: {on_error!r}.")
    files = [Path(path)]
    if Path(path).is_dir():
        files = sorted(file for file in Path(path).rglob("*") if file.suffix in (".txt", ".jsonl"))
    texts = []
    for file in files:
        for found in _lines(str(file), encoding):
            if isinstance(found, str):
                texts.append(found)
            elif on_error == "raise":
                raise found
    if not texts:
        raise InvalidRecordError(str(path), "texts, in a file or in the .txt and .jsonl files of a folder", "none")
    return texts


def _lines(name: str, encoding: str | None) -> Iterator[str | InvalidRecordError]:
    is_jsonl = file_suffix(name) == ".jsonl"
    with open_text(name, encoding) as lines:
        for number, line in numbered_lines(lines, name, encoding):
            if not line.strip():
                continue
            place = f"{name}, line {number}"
            try:
                check_decoded(line, place, encoding)
                text = _text(line, place) if is_jsonl else line.strip()
                check_characters(text, place)
                yield text
            except InvalidRecordError as error:
                yield error


def _text(line: str, place: str) -> str:
    text = json_object(line, place, _OBJECT).get("text")
    if not isinstance(text, str) or not text.strip():
        raise InvalidRecordError(place, _OBJECT, shortened(line))
    return text.strip()
