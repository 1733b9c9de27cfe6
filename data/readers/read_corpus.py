"""Reads plain text for pretraining."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Literal

from ..check_types import check_types
from .invalid_record_error import InvalidRecordError, check_on_error
from .record_fields import check_text, text_field
from .record_lines import LINE_FORMATS, RecordLine, json_object, read_lines
from .text_file import file_suffix
from .text_folder import text_folder

_JSON = 'a json object {"text": ...}'


class CorpusTexts(list[str]):
    """A list of texts with the errors of the lines that were skipped, `rejected`."""

    def __init__(self, texts: Iterable[str] = (), rejected: Iterable[InvalidRecordError] = ()):
        super().__init__(texts)
        self.rejected = list(rejected)


@check_types
def read_corpus(
    path: str | PathLike, *, encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> CorpusTexts:
    """Reads texts, one per line.

    A line is plain text or `{"text": ...}`; blank lines are skipped. The suffix `.txt` or `.jsonl` determines the
    format, else the first line does. In a folder, all `.txt` and `.jsonl` files at any depth are read, plain or
    compressed, in the order of their paths.

    Args:
        path: A file, plain or compressed, or a folder.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid line, or `"skip"` it and list it in `rejected`.

    Returns:
        The texts, in order, with `rejected`.

    Raises:
        InvalidRecordError: A line cannot be decoded or is no json object with a text, a `.txt` file begins with a json
            object, or there is no text.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("corpus.txt").write_text("今天天气很好。\\n\\nIt rains.\\n", encoding="utf-8")
        >>> read_corpus("corpus.txt")
        ['今天天气很好。', 'It rains.']
    """
    check_on_error(on_error)
    files = text_folder(Path(path), (".txt", ".jsonl")) if Path(path).is_dir() else [Path(path)]
    texts = CorpusTexts()
    for text in (text for file in files for text in _read_file(file, encoding)):
        if isinstance(text, str):
            texts.append(text)
        elif on_error == "raise":
            raise text
        else:
            texts.rejected.append(text)
    if not texts:
        raise InvalidRecordError(
            str(path), "texts, in a file or in the .txt and .jsonl files of a folder", received="none"
        )
    return texts


def _read_file(file: Path | InvalidRecordError, encoding: str | None) -> Iterable[str | InvalidRecordError]:
    if isinstance(file, InvalidRecordError):
        return [file]
    return read_lines(file, _text, encoding=encoding, is_jsonl=LINE_FORMATS.get(file_suffix(str(file))))


def _text(line: RecordLine) -> str:
    text = text_field(json_object(line, _JSON), "text", place=line.place) if line.is_jsonl else line.text
    if not text.strip():
        raise InvalidRecordError(line.place, "a text", received="an empty one")
    return check_text(text.strip(), line.place, expected="a text")
