"""Records of `<doc>` files, such as LCSTS and Sogou's news."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from .invalid_record_error import InvalidRecordError
from .text_file import MAX_RECORD, check_decoded, numbered_lines, open_text, shortened

_TAG = re.compile(r"<(/?[a-z_]+)>")
_AFTER_DOC = re.compile(r"(?<=</doc>)")
_DOC = re.compile(r"<doc(?=[\s>])")
_ID = re.compile(r"\s+id\s*=\s*\"?(\w+)")
_EXPECTED = "a <doc> with its end </doc>"


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
            for piece in _AFTER_DOC.split(line):
                if not parts:
                    if not piece.strip():
                        continue
                    place = f"{path}, line {number}"
                parts.append(piece)
                size += len(piece)
                if size > MAX_RECORD:
                    raise InvalidRecordError(place, f"a <doc> of at most {MAX_RECORD} characters", received="more")
                if piece.endswith("</doc>"):
                    yield place, _fields("".join(parts), place)
                    parts, size = [], 0
    if parts:
        yield place, InvalidRecordError(place, _EXPECTED, received="none")


def _fields(text: str, place: str) -> dict[str, Any] | InvalidRecordError:
    head, *more = _DOC.split(text)
    if head.strip() or len(more) != 1:
        received = f"{shortened(head)} before it" if head.strip() else f"{len(more)} <doc> with one end"
        return InvalidRecordError(place, _EXPECTED, received=received)
    attributes, _, body = more[0].partition(">")
    fields: dict[str, Any] = {"id": match[1]} if (match := _ID.search(attributes)) else {}
    name, parts = "", []
    _, *pieces = _TAG.split(body)
    for tag, content in zip(pieces[::2], pieces[1::2], strict=True):
        if not name:
            name, parts = tag.strip("/"), [content]
        elif tag == f"/{name}":
            if name in fields:
                return InvalidRecordError(place, "a <doc> with each field once", received=f"<{name}> more than once")
            fields[name], name = unescape("".join(parts)).strip(), ""
        else:
            parts += [f"<{tag}>", content]
    return fields
