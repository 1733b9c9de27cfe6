"""The choice between a file of question-answer pairs and a file of passages."""

import os


def is_qa_file(path: str, encoding: str | None = None) -> bool:
    """Returns whether a file begins with question-answer pairs in a format of `textzoo.data.read_qa`.

    A first record of `{"id", "text", ...}` begins a file of passages, and so does plain text. A folder holds passages.
    """
    from textzoo.data import InvalidRecordError
    from textzoo.data.readers.file_records import read_records
    from textzoo.data.readers.qa_formats import FORMATS
    from textzoo.data.remote_files import is_remote, list_remote_folder

    if (list_remote_folder(path) is not None) if is_remote(path) else os.path.isdir(path):
        return False
    if not _has_records(path, encoding):
        return False
    try:
        records = read_records(path, expected="question-answer pairs", encoding=encoding)
        record = next((record for _, record in records if not isinstance(record, InvalidRecordError)), None)
    except InvalidRecordError:
        return False
    return isinstance(record, dict) and "text" not in record and any(kind.matches(record) for kind in FORMATS)


def _has_records(path: str, encoding: str | None) -> bool:
    """Returns whether a file is a table, by its suffix, or may be json, by its first character."""
    from textzoo.data import open_text
    from textzoo.data.readers.text_file import file_suffix

    if file_suffix(path) in (".csv", ".tsv", ".parquet"):
        return True
    with open_text(path, encoding) as file:
        return next((line for line in file if line.strip()), "").lstrip().startswith(("{", "["))
