"""Reader of settings in YAML."""

from os import PathLike
from typing import Any

import yaml
from yaml.composer import ComposerError

MAX_BYTES = 2**18


def read_settings(path: str | PathLike) -> dict[str, Any]:
    """Reads a YAML file of `key: value` lines.

    Aliases are refused, as a few lines of nested ones expand to gigabytes, and so is a file of more than 256 KiB.

    Args:
        path: A UTF-8 file.

    Returns:
        Values by key.

    Raises:
        ValueError: The file is something else.

    Example:

    >>> from pathlib import Path
    >>> _ = Path("settings.yaml").write_text("epochs: 3\\ninputs: [a.json, b.json]\\n")
    >>> read_settings("settings.yaml")
    {'epochs': 3, 'inputs': ['a.json', 'b.json']}
    """
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"{path}: expected settings of at most {MAX_BYTES >> 10} KiB. Received: more.")
    try:
        content = yaml.load(data.decode("utf-8-sig"), _Loader)
    except RecursionError:
        raise ValueError(f"{path}: expected lines of key: value. Received: deeply nested YAML.") from None
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError) as error:  # also of odd tags
        raise ValueError(f"{path}: expected YAML in UTF-8. Received: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: expected lines of key: value. Received: {type(content).__name__}.")
    return content


class _Loader(yaml.SafeLoader):
    """Loader of values that refer to nothing."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise ComposerError(None, None, f"the alias *{event.anchor}; write the value", event.start_mark)
        return super().compose_node(parent, index)
