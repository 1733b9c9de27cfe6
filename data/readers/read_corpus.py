"""Reads plain text for pretraining."""

from os import PathLike
from pathlib import Path
from typing import Literal

from .invalid_record_error import InvalidRecordError, check_on_error
from .record_lines import RecordLine, json_object, read_lines
from .text_file import check_characters, file_suffix, shortened

_JSON = 'a json object {"text": ...}'


def read_corpus(
    path: str | PathLike, *, encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> list[str]:
    """Reads texts, one per line.

    `.jsonl` files contain `{"text": ...}`. All other files are plain text, of which blank lines are skipped. In a
    folder, all `.txt` and `.jsonl` files at any depth are read, in the order of their paths.

    Args:
        path: A file, plain or gzip, or a folder.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid line, or `"skip"` it.

    Returns:
        The texts, in order.

    Raises:
        InvalidRecordError: A line cannot be decoded or is no json object with a text, or there is no text.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("corpus.txt").write_text("今天天气很好。\\n\\nIt rains.\\n", encoding="utf-8")
        >>> read_corpus("corpus.txt")
        ['今天天气很好。', 'It rains.']
    """
    check_on_error(on_error)
    files = [Path(path)]
    if Path(path).is_dir():
        files = sorted(file for file in Path(path).rglob("*") if file.suffix in (".txt", ".jsonl"))
    texts = []
    for file in files:
        for text in read_lines(file, _text, encoding=encoding, is_jsonl=file_suffix(str(file)) == ".jsonl"):
            if isinstance(text, str):
                texts.append(text)
            elif on_error == "raise":
                raise text
    if not texts:
        raise InvalidRecordError(
            str(path), "texts, in a file or in the .txt and .jsonl files of a folder", received="none"
        )
    return texts


def _text(line: RecordLine) -> str:
    text = json_object(line, _JSON).get("text") if line.is_jsonl else line.text
    if not isinstance(text, str) or not text.strip():
        raise InvalidRecordError(line.place, _JSON, received=shortened(line.text))
    check_characters(text.strip(), line.place)
    return text.strip()
