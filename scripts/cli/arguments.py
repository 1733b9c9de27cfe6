"""Command-line arguments as the fields of a dataclass, with bounded number types and YAML files."""

import dataclasses
import difflib
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from textzoo.scripts.cli.argument_errors import describe_argument_error, flag_of
from textzoo.scripts.cli.command import example_lines, show_examples
from textzoo.scripts.cli.path_checks import check_paths, text_uses
from textzoo.training.number_types import ClosedUnitInterval as ClosedUnitInterval
from textzoo.training.number_types import NonNegativeFloat as NonNegativeFloat
from textzoo.training.number_types import NonNegativeInt as NonNegativeInt
from textzoo.training.number_types import PositiveFloat as PositiveFloat
from textzoo.training.number_types import PositiveInt as PositiveInt
from textzoo.training.number_types import Precision as Precision
from textzoo.training.path_types import DataPath as DataPath
from textzoo.training.path_types import ModelPath as ModelPath
from textzoo.training.path_types import OutputFile as OutputFile
from textzoo.training.path_types import OutputFolder as OutputFolder
from textzoo.training.path_types import ResumableFile as ResumableFile
from textzoo.training.path_types import Text as Text
from textzoo.training.path_types import TextUse

Arguments = TypeVar("Arguments")

_PROTECTED = "\0"  # no word of a command line contains it
_SWITCH_TYPES = (bool, bool | None)
_NEGATIVE_NUMBER = re.compile(r"-\.?\d.*")
FLAGS_WITHOUT_VALUE = {"-h", "--help", "--print-config"}


def parse_arguments(arguments_class: type[Arguments], argv: list[str], *, prog: str) -> Arguments:
    """Makes an instance of a dataclass from the command line, from YAML files after `--config`, or from both.

    Every field is a flag (`--batch-size`) and a key of the YAML file (`batch_size`). Its help is its line under `Args:`
    in the docstring of the class or of a base class. Later flags override earlier ones and the file before them.
    Positional words fill the fields with the metadata `positional`, in order; the last of these takes the rest. After
    `--`, all words are positional. A value that begins with a dash is written `--input=-x.txt`. A field that
    holds texts has one of the types in `training/path_types.py`, by which `check_paths` checks it.

    Args:
        arguments_class: Dataclass. Its `__post_init__` may raise `ValueError`.
        argv: Words of the command line.
        prog: Name of the command in help and messages.

    Returns:
        The instance.

    Raises:
        ValueError: A flag or key is unknown (the message names the nearest), missing, repeated, of another type, empty
            or not finite; or as `check_paths`.
    """
    from jsonargparse import ActionConfigFile, ActionYesNo, ArgumentError, ArgumentParser  # pyright: ignore[reportPrivateImportUsage]

    examples = example_lines(arguments_class.__module__)
    uses = text_uses(arguments_class)  # raises for a field of unknown use, also before --help
    description, help_texts = _read_docstrings(arguments_class)

    class Parser(ArgumentParser):
        def format_help(self, *args: Any, **kwargs: Any) -> str:
            help_text = super().format_help(*args, **kwargs)
            return show_examples(examples) + "\n" + help_text

    parser = Parser(
        prog=prog, description=description, exit_on_error=False, allow_abbrev=False, print_config="--print-config"
    )
    parser.add_argument("--config", action=ActionConfigFile, help="YAML file of arguments")
    hints = get_type_hints(arguments_class)
    types = {name: hints[name] for name in help_texts}
    positionals, switches, usage = {}, {}, [prog]
    fields = {field.name: field for field in dataclasses.fields(arguments_class)}  # type: ignore[arg-type]
    for field in map(fields.__getitem__, help_texts):
        flag, field_type = flag_of(field.name), types[field.name]
        required = field.default is dataclasses.MISSING
        options: dict[str, Any] = {"required": True} if required else {"default": field.default}
        if field_type in _SWITCH_TYPES:
            opposite = flag.replace("--", "--no-", 1)
            switches |= dict.fromkeys((flag, opposite), f"{flag} or {opposite}")
            options["action"] = ActionYesNo(no_prefix="no-")
        elif get_origin(field_type) is list:
            options |= {"type": field_type.__args__[0], "nargs": "+"}
        else:
            options["type"] = field_type
        help_text = help_texts[field.name]
        if field.metadata.get("positional"):
            positionals[flag] = get_origin(field_type) is list
            help_text = f"{help_text} Positional: {flag} may be omitted."
            usage.append(field.name.upper() if required else f"[{field.name.upper()}]")
        elif required:
            usage.append(f"{flag} {field.name.upper()}")
        parser.add_argument(flag, help=help_text, **options)
    parser.usage = " ".join([*usage, "[FLAG ...]"])
    try:
        namespace = parser.parse_args(_normalize_words(argv, types, switches=switches, positionals=positionals))
    except ArgumentError as error:
        raise ValueError(describe_argument_error(str(error).replace(_PROTECTED, ""), types, examples)) from None
    for name in help_texts:
        if getattr(namespace, name) is None and type(None) not in get_args(types[name]):
            raise ValueError(f"{name}: expected a value. Received: null; remove the line or write a value")
    values = {name: _plain_value(getattr(namespace, name)) for name in help_texts}
    for name, value in values.items():
        _check_finite(flag_of(name), value)
        _check_not_empty(flag_of(name), value, uses.get(name))
    arguments = arguments_class(**values)
    check_paths(arguments)
    return arguments


def _normalize_words(
    argv: list[str], types: Mapping[str, Any], *, switches: Mapping[str, str], positionals: Mapping[str, bool]
) -> list[str]:
    """Checks flags and YAML keys, and moves positional words behind the flags of their fields.

    Args:
        argv: Words of the command line.
        types: Type of each field.
        switches: The two flags of each field that is true or false, as a message names them, by flag.
        positionals: Whether a positional field takes several values, by flag.
    """
    flags = {flag_of(name) for name in types} | switches.keys() | FLAGS_WITHOUT_VALUE | {"--config"}
    flagged_words: list[str] = []
    positional_values: dict[str, list[str]] = {flag: [] for flag in positionals}
    flag_words = itertools.takewhile(lambda word: word != "--", argv)
    given = {flag_of(word.partition("=")[0].lstrip("-")) for word in flag_words if word.startswith("--")}
    words = iter(argv)
    only_positionals = False
    for word in words:
        if word == "--" and not only_positionals:
            only_positionals = True
            continue
        if only_positionals or not word.startswith("-") or word == "-":
            if not positionals:
                raise ValueError(f"Unexpected argument {word}: this command takes flags only.")
            unfilled = (flag for flag, values in positional_values.items() if not values and flag not in given)
            positional_values[next(unfilled, list(positionals)[-1])].append(word)
            continue
        name, equals, value = word.partition("=")
        flag = name.replace("_", "-")
        if flag not in flags:
            raise ValueError(f"Unknown flag {name}.{_suggestion(flag, flags)}")
        if flag in FLAGS_WITHOUT_VALUE or flag in switches:
            if equals and flag != "--print-config":
                raise ValueError(f"{name} takes no value; write {switches.get(flag, flag)}.")
            flagged_words.append(flag + equals + value)
            continue
        value = value if equals else _value_after(name, words)
        if flag in positional_values:
            positional_values[flag].append(value)
        else:
            value = _read_settings(value, types) if flag == "--config" else value
            flagged_words.append(f"{flag}={value}")
    for flag, values in positional_values.items():
        if len(values) > 1 and not positionals[flag]:
            raise ValueError(f"Unexpected argument {values[1]}: {flag} is {values[0]} and takes one value.")
        flagged_words += [flag, *map(_protect, values)] if values else []
    return flagged_words


def _value_after(name: str, words: Iterator[str]) -> str:
    """Returns the next word, the value of a flag; one with a dash is another flag, unless it is a number."""
    value = next(words, None)
    if value is None:
        raise ValueError(f"{name} needs a value.")
    if value.startswith("-") and value != "-" and not _NEGATIVE_NUMBER.fullmatch(value):
        raise ValueError(f"{name} needs a value; write {name}={value} if that is one.")
    return value


def _protect(value: str) -> str:
    """Keeps the parser from taking a value that begins with a dash for a flag; `_plain_value` undoes it."""
    return _PROTECTED + value if value.startswith("-") and value != "-" else value


def _read_settings(path: str, types: Mapping[str, Any]) -> str:
    """Returns the text of a YAML file, whose keys are checked. The parser gets it instead of the path."""
    from textzoo.data.read_settings import parse_settings, read_settings_text

    text = read_settings_text(path)
    written: dict[str, str] = {}
    for key, value in parse_settings(text, source=path).items():
        name = str(key).replace("-", "_")
        if name not in types:
            raise ValueError(f"{path}: unknown key {key}.{_suggestion(str(key), types)}")
        if name in written:
            raise ValueError(f"{path}: the keys {written[name]} and {key} are the same; write it once")
        _check_kind(name, value, types[name])
        written[name] = str(key)
    return text + "\n"  # which no path ends with


def _check_kind(name: str, value: Any, field_type: Any) -> None:
    """Checks a value of YAML for what the parser takes for granted: a list for a list, a boolean for a switch."""
    kind, expected = object, ""
    if get_origin(field_type) is list:
        kind, expected = list, "a list of texts"
    elif field_type in _SWITCH_TYPES:
        kind, expected = bool, "true or false"
    if value is not None and not isinstance(value, kind):
        raise ValueError(f"{flag_of(name)}: expected {expected}. Received: {value}.")


def _plain_value(value: Any) -> Any:
    """Converts the parser's subclasses of int and float to int and float, and undoes `_protect`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.removeprefix(_PROTECTED)
    if isinstance(value, list):
        return [_plain_value(item) for item in value]
    return next((base(value) for base in (int, float) if isinstance(value, base)), value)


def _check_finite(flag: str, value: Any) -> None:
    """Raises ValueError if a number, alone or in a list, is NaN or infinite."""
    for number in value if isinstance(value, list | tuple) else [value]:
        if isinstance(number, float) and not math.isfinite(number):
            raise ValueError(f"Expected {flag} to be a finite number. Received: {number}")


def _check_not_empty(flag: str, value: Any, use: TextUse | None) -> None:
    """Raises ValueError if a text or path is empty; one of several texts may be."""
    is_path = use is not TextUse.OTHER
    if value == "" or (is_path and isinstance(value, list) and "" in value):
        raise ValueError(f"{flag}: expected {'a path' if is_path else 'a text'}. Received: nothing.")


def _suggestion(word: str, words: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(word, sorted(words), n=1)
    return f" Did you mean {nearest[0]}?" if nearest else ""


def _read_docstrings(arguments_class: type) -> tuple[str, dict[str, str]]:
    """Returns the first sentence of a dataclass's docstring and each field's help, its own fields first."""
    import docstring_parser

    def parse(docstring: str | None) -> docstring_parser.Docstring:
        return docstring_parser.parse(docstring or "", docstring_parser.DocstringStyle.GOOGLE)

    help_texts: dict[str, str] = {}
    for dataclass in (base for base in arguments_class.__mro__ if dataclasses.is_dataclass(base)):
        for param in parse(dataclass.__doc__).params:
            help_texts.setdefault(param.arg_name, " ".join((param.description or "").split()))
    return parse(arguments_class.__doc__).short_description or "", help_texts
