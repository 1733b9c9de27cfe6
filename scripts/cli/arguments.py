"""Numbers within limits, as the fields of settings declare them; type checkers see plain ones."""

import dataclasses
import difflib
import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, get_origin, get_type_hints

if TYPE_CHECKING:
    PositiveInt = NonNegativeInt = int
    PositiveFloat = NonNegativeFloat = ClosedUnitInterval = float
else:
    from jsonargparse.typing import (  # noqa: F401
        ClosedUnitInterval,
        NonNegativeFloat,
        NonNegativeInt,
        PositiveFloat,
        PositiveInt,
    )


Settings = TypeVar("Settings")

VALUELESS = {"-h", "--help", "--print-config", "--print-config"}


def parse_arguments(settings: type[Settings], argv: list[str], prog: str) -> Settings:
    """An instance of a dataclass from the command line, from the file after `--config`, or from both.

    Every field is a flag (`--batch-size`) and a key of the YAML file (`batch_size`); its line under `Args:` in the
    class's docstring, or in that of a class it stands on, is its help. Later flags win over earlier ones and over the
    file before them. Bare words are the value of the field whose metadata says `bare`.

    Args:
        settings: The dataclass; `__post_init__` may raise ValueError.
        argv: Words of the command line.
        prog: The command, for help and messages.

    Raises:
        ValueError: A flag or key is unknown (the nearest is named), missing, or of another type.
    """
    from jsonargparse import ActionConfigFile, ActionYesNo, ArgumentError, ArgumentParser  # pyright: ignore[reportPrivateImportUsage]

    description, helps = _help(settings)
    parser = ArgumentParser(prog=prog, description=description, exit_on_error=False, allow_abbrev=False)
    parser.add_argument("--config", action=ActionConfigFile, help="YAML file of settings")
    types = get_type_hints(settings)
    bare, switches = None, set()
    fields = {field.name: field for field in dataclasses.fields(settings)}  # type: ignore[arg-type]
    for field in map(fields.__getitem__, helps):
        flag, kind = "--" + field.name.replace("_", "-"), types[field.name]
        required = field.default is dataclasses.MISSING
        options: dict[str, Any] = {"required": True} if required else {"default": field.default}
        if kind is bool:
            switches |= {flag, flag.replace("--", "--no-", 1)}
            options["action"] = ActionYesNo(no_prefix="no-")
        elif get_origin(kind) is list:
            options |= {"type": kind.__args__[0], "nargs": "+"}
        else:
            options["type"] = kind
        help_text = helps[field.name]
        if field.metadata.get("bare"):
            bare, help_text = flag, f"{help_text} {flag} itself may be left out."
        parser.add_argument(flag, help=help_text, **options)
    try:
        namespace = parser.parse_args(_words(argv, set(helps), switches, bare))
    except ArgumentError as error:
        raise ValueError(str(error)) from None
    return settings(**{name: _plain(getattr(namespace, name)) for name in helps})


def _words(argv: list[str], names: set[str], switches: set[str], bare: str | None) -> list[str]:
    """The command line with its bare words behind their flag, once all flags and keys are known ones."""
    flags = {"--" + name.replace("_", "-") for name in names} | switches | VALUELESS | {"--config"}
    rest, found = [], []
    words = iter(argv)
    for word in words:
        if not word.startswith("-") or word == "-":
            found.append(word)
            continue
        name, equals, value = word.partition("=")
        flag = name if name in VALUELESS else name.replace("_", "-")
        if flag not in flags:
            raise ValueError(f"Expected a flag that there is. Received: {name}.{_nearest(flag, flags)}")
        values = [value] if equals else [] if flag in switches | VALUELESS else list(itertools.islice(words, 1))
        if flag == bare:
            found += values
            continue
        if flag == "--config":
            _check_keys(values, names)
        rest += [flag.replace("--print-config", "--print-config") + equals + value, *([] if equals else values)]
    if found and bare is None:
        raise ValueError(f"Expected flags. Received: {found[0]}.")
    return [*rest, bare, *found] if found and bare else rest


def _check_keys(paths: Iterable[str], names: set[str]) -> None:
    import yaml

    for path in paths:
        with open(path, encoding="utf-8-sig") as file:
            try:
                content = yaml.safe_load(file)
            except (yaml.YAMLError, UnicodeDecodeError) as error:
                raise ValueError(f"{path}: expected YAML in UTF-8. Received: {error}") from None
        if not isinstance(content, dict):
            raise ValueError(f"{path}: expected settings, key: value. Received: {type(content).__name__}.")
        for key in content:
            if str(key).replace("-", "_") not in names:
                raise ValueError(f"{path}: expected keys that there are. Received: {key}.{_nearest(str(key), names)}")


def _plain(value: Any) -> Any:
    """int and float in place of the parser's subclasses of them."""
    if isinstance(value, bool):
        return value
    return next((base(value) for base in (int, float) if isinstance(value, base)), value)


def _nearest(word: str, words: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(word, sorted(words), n=1)
    return f" Did you mean {nearest[0]}?" if nearest else ""


def _help(settings: type) -> tuple[str, dict[str, str]]:
    """What the settings are for, and each field's help; fields of the class itself come first."""
    import docstring_parser

    helps: dict[str, str] = {}
    for part in (part for part in settings.__mro__ if dataclasses.is_dataclass(part)):
        params = docstring_parser.parse(part.__doc__ or "", docstring_parser.DocstringStyle.GOOGLE).params
        helps = helps | {p.arg_name: " ".join((p.description or "").split()) for p in params if p.arg_name not in helps}
    first = docstring_parser.parse(settings.__doc__ or "", docstring_parser.DocstringStyle.GOOGLE).short_description
    return first or "", helps
