"""Reader of settings in YAML."""

from os import PathLike
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

MAX_BYTES = 2**18


def read_settings(path: str | PathLike) -> dict[str, Any]:
    """Reads a YAML file of `key: value` lines.

    Aliases are refused, as a few lines of nested ones expand to gigabytes, and so are a file of more than 256 KiB and
    a key that is written twice.

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
    return parse_settings(read_settings_text(path), source=path)


def read_settings_text(path: str | PathLike) -> str:
    """Reads the text of a YAML file, once, so that it may be a pipe.

    Args:
        path: A UTF-8 file of at most 256 KiB.

    Raises:
        ValueError: The file is larger, or not in UTF-8.
    """
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"{path}: expected settings of at most {MAX_BYTES >> 10} KiB. Received: more.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected YAML in UTF-8. Received: {error}") from None


def parse_settings(text: str, *, source: str | PathLike) -> dict[str, Any]:
    """Returns the values by key of YAML, see `read_settings`.

    Args:
        text: The YAML.
        source: The file that it comes from, for messages.

    Raises:
        ValueError: The text is something else.
    """
    try:
        content = yaml.load(text, _Loader)
    except RecursionError:
        raise ValueError(f"{source}: expected lines of key: value. Received: deeply nested YAML.") from None
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError) as error:  # also of odd tags
        raise ValueError(f"{source}: expected YAML in UTF-8. Received: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{source}: expected lines of key: value. Received: {type(content).__name__}.")
    return content


class _Loader(yaml.SafeLoader):
    """Loader of values that refer to nothing."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise ComposerError(None, None, f"the alias *{event.anchor}; write the value", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        lines: dict[str, list[str]] = {}
        for key, _ in node.value:
            lines.setdefault(str(key.value), []).append(str(key.start_mark.line + 1))
        for key, numbers in lines.items():
            if len(numbers) > 1:
                raise ConstructorError(None, None, f"the key {key} in lines {' and '.join(numbers)}; write it once")
        return super().construct_mapping(node, deep)
