"""The ledger's values as JSON, and back: by the types that their fields declare.

What holds its default is left out, times are ISO 8601, names stand in alphabetical order.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flashgen.store import clock_text

TIMES = frozenset({"checked", "changed", "failing_since", "retry_at", "suspect_since", "seen", "removed", "released"})
"""Fields that hold seconds since 1970."""

_ALWAYS = frozenset({"state", "kind"})
_T = TypeVar("_T")
Step = Callable[[Any], Any]
_known_dumpers: dict[type, list[tuple[str, Any, Step | None]]] = {}
_known_loaders: dict[type, dict[str, Step]] = {}


def dump_value(value: Any) -> dict[str, Any]:
    """A dataclass of the ledger as JSON. State and kind are told even where they are the default."""
    data = {}
    for name, default, dump in _dumpers(type(value)):
        item = getattr(value, name)
        if item != default or name in _ALWAYS:
            data[name] = dump(item) if dump else item
    return data


def load_value(kind: type[_T], data: Mapping[str, Any]) -> _T:
    """A dataclass from its JSON; unknown names are passed over.

    Raises TypeError, ValueError, KeyError or AttributeError for what can't be meant.
    """
    loaders = _loaders(kind)
    return kind(**{name: loaders[name](item) for name, item in data.items() if name in loaders})


def _dumpers(kind: type) -> list[tuple[str, Any, Step | None]]:
    """Name, default and way of writing of each field."""
    if kind in _known_dumpers:
        return _known_dumpers[kind]
    hints = typing.get_type_hints(kind)
    found: list[tuple[str, Any, Step | None]] = []
    for field in sorted(dataclasses.fields(kind), key=lambda field: field.name):
        made = field.default_factory() if callable(field.default_factory) else field.default
        found.append((field.name, made, _dumper(field.name, hints[field.name])))
    _known_dumpers[kind] = found
    return found


def _dumper(name: str, hint: Any) -> Step | None:
    """How a value is written; None for one that is JSON already."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if name in TIMES:
        return clock_text.to_text
    if dataclasses.is_dataclass(hint):
        return dump_value
    if origin is tuple:
        each = _dumper("", args[0]) or _same
        return lambda items: [each(item) for item in items]
    if origin is Mapping:
        each = _dumper("", args[1]) or _same
        return lambda items: {key: each(items[key]) for key in sorted(items)}
    return str if isinstance(hint, type) and issubclass(hint, StrEnum) else None


def _loaders(kind: Any) -> dict[str, Step]:
    """The way of reading each field."""
    if kind not in _known_loaders:
        hints = typing.get_type_hints(kind)
        _known_loaders[kind] = {f.name: _loader(f.name, hints[f.name]) for f in dataclasses.fields(kind)}
    return _known_loaders[kind]


def _loader(name: str, hint: Any) -> Step:
    """How a value of a type is read; what isn't of it raises."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if name in TIMES:
        return clock_text.from_text
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return lambda data: load_value(hint, data)
    if origin is tuple:
        inner = _loader("", args[0])
        return lambda items: tuple([inner(item) for item in _of(list, items)])
    if origin is Mapping:
        inner = _loader("", args[1])
        return lambda items: {key: inner(item) for key, item in items.items()}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if origin not in (types.UnionType, typing.Union):
        return lambda item: item if type(item) is hint else _of(hint, item)
    wanted = (*args, int) if float in args else args
    return lambda item: _of(wanted, item)


def _same(item: Any) -> Any:
    return item


def _of(kinds: Any, item: Any) -> Any:
    if not isinstance(item, kinds):
        raise TypeError(f"{item!r} is not of the right type")
    return item
