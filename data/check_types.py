"""The check of a function's arguments by its annotations."""

import functools
import inspect
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from types import NoneType, UnionType
from typing import IO, Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from .check_counts import is_real_number, is_whole_number
from .text.check_texts import described, lone_surrogate

Function = TypeVar("Function", bound=Callable[..., Any])


class Kind(NamedTuple):
    """The values that an annotation accepts.

    Args:
        one: One of them in words.
        many: Several of them in words.
        fault: Returns in words what a wrong value is; None for a right one.
    """

    one: str
    many: str
    fault: Callable[[Any], str | None]


def check_types(function: Function) -> Function:
    """Returns a function that checks its arguments by their annotations before it runs.

    Checked are strings, numbers, lists, paths, callables, instances of classes, and unions of these. A string is no
    list, and True is no number; an array is what NumPy makes numbers of. Other annotations accept everything.

    Raises:
        ValueError: An argument is of another kind; the message names it.

    Example:

    >>> @check_types
    ... def count(texts: Sequence[str]) -> int:
    ...     return len(texts)
    >>> count(["北京", None])
    Traceback (most recent call last):
        ...
    ValueError: Expected texts to be a list of strings. Received: None at position 1.
    """
    signature = inspect.signature(function)
    names = tuple(signature.parameters)

    @functools.cache
    def kinds() -> dict[str, Kind]:
        return _kinds(get_type_hints(function))

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        known = kinds()
        for name, value in (*zip(names, args, strict=False), *kwargs.items()):
            if name in known:
                _check(name, value, known[name])
        return function(*args, **kwargs)

    checked.__signature__ = signature  # type: ignore[attr-defined]  # Keras asks for it without unwrapping
    return checked  # type: ignore[return-value]


def check_field_types(instance: Any) -> None:
    """Checks the fields of a dataclass as `check_types` checks arguments."""
    for name, kind in _field_kinds(type(instance)).items():
        _check(name, getattr(instance, name), kind)


@functools.cache
def _field_kinds(dataclass: type) -> dict[str, Kind]:
    names = {field.name for field in fields(dataclass)}
    return _kinds({name: hint for name, hint in get_type_hints(dataclass).items() if name in names})


def _check(name: str, value: Any, kind: Kind) -> None:
    if (fault := kind.fault(value)) is not None:
        raise ValueError(f"Expected {name} to be {kind.one}. Received: {fault}.")


def _kinds(hints: Mapping[str, Any]) -> dict[str, Kind]:
    kinds = {name: _kind(hint) for name, hint in hints.items()}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _kind(hint: Any) -> Kind | None:
    """Returns what an annotation accepts; None if it accepts everything."""
    origin, args = get_origin(hint) or hint, get_args(hint)
    if origin in _KINDS:
        return _KINDS[origin]
    if origin in (Union, UnionType):
        return _union(args)
    if origin is tuple and args[-1:] != (...,):
        return _tuple([_kind(arg) for arg in args])
    if origin in _LISTS:
        return _list(_kind(args[0]) if args else None, _LISTS[origin])
    if isinstance(origin, type) and origin not in (bool, object, Any):
        return _of(f"a {origin.__name__}", f"{origin.__name__} objects", lambda value: isinstance(value, origin))
    return None


def _of(one: str, many: str, accepts: Callable[[Any], bool]) -> Kind:
    return Kind(one, many, lambda value: None if accepts(value) else described(value))


def _text_fault(value: Any) -> str | None:
    return lone_surrogate(value) if isinstance(value, str) else described(value)


def _is_numbers(value: Any) -> bool:
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):  # rows of several lengths
        return False
    return array.ndim > 0 and (array.dtype.kind in "biuf" or not array.size)


def _is_path(value: Any) -> bool:
    """Returns whether a value may name a file, which neither a NUL nor a lone surrogate does."""
    try:
        return isinstance(value, str | os.PathLike) and b"\0" not in os.fsencode(value)
    except UnicodeEncodeError:
        return False


def _union(args: tuple[Any, ...]) -> Kind | None:
    origins = {arg: get_origin(arg) or arg for arg in args if arg is not NoneType}
    kinds = [_kind(arg) for arg in origins]
    if os.PathLike in origins.values():
        others = [_kind(arg) for arg, origin in origins.items() if origin not in (str, os.PathLike, IO)]
        kinds = [_STREAM if IO in origins.values() else _PATH, *others]
    if not kinds or None in kinds:
        return None
    known = [kind for kind in kinds if kind is not None]
    is_optional = NoneType in args

    def fault(value: Any) -> str | None:
        if is_optional and value is None:
            return None
        faults = [kind.fault(value) for kind in known]
        return None if None in faults else max(filter(None, faults), key=len)

    one, many = (" or ".join(words) for words in zip(*(kind[:2] for kind in known), strict=True))
    return Kind(one + " or None" * is_optional, many, fault)


def _tuple(kinds: list[Kind | None]) -> Kind:
    def fault(value: Any) -> str | None:
        if not isinstance(value, tuple | list) or len(value) != len(kinds):
            return described(value)
        return next((f for kind, item in zip(kinds, value, strict=True) if kind and (f := kind.fault(item))), None)

    words = ", ".join("anything" if kind is None else kind.one for kind in kinds)
    return Kind(f"a tuple ({words})", f"tuples ({words})", fault)


def _list(item: Kind | None, refused: tuple[type, ...]) -> Kind:
    def fault(value: Any) -> str | None:
        if isinstance(value, (str, bytes, bytearray, Mapping, *refused)) or not isinstance(value, Iterable):
            return described(value)
        if item is None or isinstance(value, Iterator):  # which would be used up
            return None
        try:
            faults = ((number, item.fault(part)) for number, part in enumerate(value))
            return next((f"{fault} at position {number}" for number, fault in faults if fault), None)
        except TypeError:  # an array of rank 0 has an iterator that fails
            return described(value)

    words = " of " + item.many if item else ""
    return Kind(f"a list{words}", f"lists{words}", fault)


_PATH = _of("a path", "paths", _is_path)
_STREAM = _of("a path or a stream", "streams", lambda value: hasattr(value, "read") or _is_path(value))
_KINDS = {
    str: Kind("a string", "strings", _text_fault),
    int: _of("a whole number", "whole numbers", is_whole_number),
    float: _of("a number", "numbers", is_real_number),
    np.ndarray: _of("an array of numbers", "arrays of numbers", _is_numbers),
    Mapping: _of("a mapping", "mappings", lambda value: isinstance(value, Mapping)),
    Callable: _of("a function", "functions", callable),
}
_UNORDERED = (set, frozenset, Iterator)
_LISTS: dict[Any, tuple[type, ...]] = {list: _UNORDERED, tuple: _UNORDERED, Sequence: _UNORDERED}
_LISTS |= {Collection: (Iterator,), Iterable: ()}
