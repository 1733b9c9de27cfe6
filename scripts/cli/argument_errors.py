"""Messages of arguments that jsonargparse refuses, in the words of the commands' other messages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

_NUMBERS = {
    "PositiveInt": "a whole number above 0",
    "NonNegativeInt": "a whole number of 0 or more",
    "PositiveFloat": "a number above 0",
    "NonNegativeFloat": "a number of 0 or more",
    "ClosedUnitInterval": "a number from 0 to 1",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
}
_OF_A_FIELD = re.compile(r'Parser key "(\w+)"[^:]*:\s*(.*)', re.DOTALL)
_RECEIVED = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"Given value: (.*)",
        r"Got value: (.*)",
        r"(?:base 10|to float): (.*)",
        r": (\S+) does not conform",
        r"not '(\w+)'$",
    )
]
_PLAIN = {"": "nothing", "None": "null", "NoneType": "null"}
_MISSING = "the following arguments are required: "


def describe_argument_error(message: str, types: Mapping[str, Any], examples: Sequence[str] = ()) -> str:
    """Returns a message of jsonargparse that names the flag and what it takes.

    Args:
        message: The message.
        types: Type of each field.
        examples: Commands; the first is shown if a flag is missing.

    Example:

    >>> describe_argument_error('Parser key "steps": Not of type int: 0 does not conform to ...', {"steps": int})
    '--steps: expected a whole number. Received: 0.'
    >>> describe_argument_error("the following arguments are required: model", {}, ["textzoo serve tiny-zh"])
    'missing: --model. Example: textzoo serve tiny-zh'
    """
    if message.startswith(_MISSING):
        flags = ", ".join(map(flag_of, message.removeprefix(_MISSING).split(", ")))
        return ". Example: ".join([f"missing: {flags}", *examples[:1]])
    if not (found := _OF_A_FIELD.fullmatch(message)) or found[1] not in types:
        return message
    name, details = found.groups()
    expected = _words(types[name])
    if expected is None:
        return f"{flag_of(name)}: {details}"
    values = (pattern.search(details) for pattern in _RECEIVED)
    received = next((value[1].strip("'") for value in values if value), "")
    return f"{flag_of(name)}: expected {expected}. Received: {_PLAIN.get(received, received)}."


def _words(field_type: Any) -> str | None:
    """Describes a type, without None; None for a type that has no words."""
    if get_origin(field_type) is Literal:
        return " or ".join(map(str, get_args(field_type)))
    if options := [option for option in get_args(field_type) if option is not type(None)]:
        words = [_words(option) for option in options]
        return None if None in words else " or ".join(map(str, words))
    return _NUMBERS.get(getattr(field_type, "__name__", ""))


def flag_of(name: str) -> str:
    """Returns the flag of a field."""
    return "--" + name.replace("_", "-")
