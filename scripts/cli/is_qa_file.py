"""The choice between a file of question-answer pairs and a file of passages."""

import json
from typing import Any


def is_qa_file(path: str, encoding: str | None = None) -> bool:
    """Returns whether a file begins with question-answer pairs in a format of `textzoo.data.read_qa`.

    A line of `{"id", "text", ...}` begins a file of passages. The rest of the file is read only if its first line is no
    json value, but the file may be one.
    """
    from textzoo.data import open_text
    from textzoo.data.readers.qa_formats import FORMATS

    with open_text(path, encoding) as file:
        first = next((line for line in file if line.strip()), "").strip()
        record = _json_value(first)
        if record is None and first[:1] in ("{", "["):
            record = _json_value(first + "\n" + file.read())
    if isinstance(record, list):
        record = next(iter(record), None)
    return isinstance(record, dict) and "text" not in record and any(kind.matches(record) for kind in FORMATS)


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
