"""Records of `<doc>` files, such as LCSTS and Sogou's news."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from .invalid_record_error import InvalidRecordError
from .text_file import MAX_RECORD, check_decoded, numbered_lines, open_text

_TAG = re.compile(r"<(/?[a-z_]+)>")
_ID = re.compile(r"<doc\s+id\s*=\s*\"?(\w+)")


def tagged_records(path: str, encoding: str | None = None) -> Iterator[tuple[str, dict[str, Any] | InvalidRecordError]]:
    """Yields the fields of each `<doc> ... </doc>` of a file with the place of its first line.

    The file is no xml: it has no root, and `&` and `<` may stand for themselves.

    Example:
        >>> from pathlib import Path
        >>> text = "<doc id=0>\\n<summary> 小李讲课 </summary>\\n<short_text>小李在讲课。</short_text>\\n</doc>\\n"
        >>> _ = Path("PART_II.txt").write_text(text, encoding="utf-8")
        >>> list(tagged_records("PART_II.txt"))
        [('PART_II.txt, line 1', {'id': '0', 'summary': '小李讲课', 'short_text': '小李在讲课。'})]
    """
    parts: list[str] = []
    place, size = "", 0
    with open_text(path, encoding) as file:
        for number, line in numbered_lines(file, path, encoding=encoding):
            check_decoded(line, f"{path}, line {number}", encoding=encoding)
            if not parts:
                if not line.strip():
                    continue
                place = f"{path}, line {number}"
            parts.append(line)
            size += len(line)
            if size > MAX_RECORD:
                raise InvalidRecordError(place, f"a <doc> of at most {MAX_RECORD} characters", received="more")
            if "</doc>" in line:
                yield place, _fields("".join(parts))
                parts, size = [], 0
    if parts:
        yield place, InvalidRecordError(place, "a <doc> with its end </doc>", received="none")


def _fields(text: str) -> dict[str, Any]:
    head, _, body = text.partition(">")
    fields: dict[str, Any] = {"id": match[1]} if (match := _ID.search(head)) else {}
    name, parts = "", []
    _, *pieces = _TAG.split(body)
    for tag, content in zip(pieces[::2], pieces[1::2], strict=True):
        if not name:
            name, parts = tag.strip("/"), [content]
        elif tag == f"/{name}":
            fields[name], name = unescape("".join(parts)).strip(), ""
        else:
            parts += [f"<{tag}>", content]
    return fields
