"""Reads JSON objects of limited size and depth."""

import json
from pathlib import Path
from typing import Any

MAX_JSON_BYTES, MAX_DEPTH = 2**26, 32


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object.

    Args:
        path: The file, in UTF-8.

    Raises:
        ValueError: The file is not a JSON object in UTF-8; the message names the line.
    """
    size = path.stat().st_size
    if size > MAX_JSON_BYTES:
        raise ValueError(f"{path}: expected JSON of at most {MAX_JSON_BYTES} bytes. Received: {size} bytes.")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected JSON in UTF-8. Received: {error}.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {error.lineno}: expected JSON. Received: {error.msg}.") from None
    except ValueError as error:  # an integer of thousands of digits
        raise ValueError(f"{path}: expected JSON. Received: {error}.") from None
    except RecursionError:
        content = None
    if content is None or _is_deep(content):
        raise ValueError(f"{path}: expected JSON of at most {MAX_DEPTH} levels. Received: more levels.")
    if not isinstance(content, dict):
        raise ValueError(f"{path}: expected a JSON object. Received: {type(content).__name__}.")
    return content


def _is_deep(content: Any) -> bool:
    """Returns whether JSON has more than `MAX_DEPTH` levels."""
    level = [content] if isinstance(content, dict | list) else []
    for _ in range(MAX_DEPTH):
        values = [list(item.values()) if isinstance(item, dict) else item for item in level]
        level = [item for value in values for item in value if isinstance(item, dict | list)]
        if not level:
            return False
    return True
