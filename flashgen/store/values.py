"""The ledger's values as JSON, and back: by the types that their fields declare.

What holds its default is left out, times are ISO 8601, names stand in alphabetical order.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec

from flashgen.store import clock_text

TIMES = frozenset({"checked", "changed", "failing_since", "retry_at", "suspect_since", "seen", "removed", "released"})
"""Fields that hold seconds since 1970."""

_ALWAYS = frozenset({"state", "kind"})
T = TypeVar("T")
Step = Callable[[Any], Any]
_known_dumpers: dict[type, list[tuple[str, Any, Step | None]]] = {}


def dump_value(value: Any) -> dict[str, Any]:
    """A dataclass of the ledger as JSON. State and kind are told even where they are the default."""
    data = {}
    for name, default, dump in _dumpers(type(value)):
        item = getattr(value, name)
        if item != default or name in _ALWAYS:
            data[name] = dump(item) if dump else item
    return data


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


def _same(item: Any) -> Any:
    return item


class Reader(Generic[T]):
    """Reads values of `kind`, a dataclass of the ledger, from their JSON; what it doesn't know there is passed over.

    Where the first field is the key that a value stands under (`keyed`), it is not in the JSON, and is handed in. What
    can't be meant raises ValueError.
    """

    def __init__(self, kind: type[T], *, keyed: bool = False) -> None:
        names = [field.name for field in dataclasses.fields(kind)][keyed:]  # type: ignore[arg-type]
        self._kind = kind
        self._in_json = _in_json(kind, names)
        self._decode = msgspec.json.Decoder(self._in_json).decode
        self._fields = attrgetter(*names)
        self._times = [at for at, name in enumerate(names) if name in TIMES]

    def read(self, text: bytes | str, *key: str) -> T:
        """The value of a text."""
        return self._kind(*key, *self._values(self._decode(text)))

    def check(self, text: bytes) -> None:
        """Raise what `read` would, in half of the time."""
        self._values(self._decode(text))

    def made(self, data: Mapping[str, Any], *key: str) -> T:
        """The value of a text that `json` has read."""
        return self._kind(*key, *self._values(msgspec.convert(data, self._in_json)))

    def _values(self, found: msgspec.Struct) -> list[Any]:
        values = [*self._fields(found)]
        for at in self._times:
            values[at] = clock_text.from_text(values[at])
        return values


def _in_json(kind: Any, names: Sequence[str]) -> type[msgspec.Struct]:
    """A struct with the named fields as they are in JSON: times are texts there."""
    hints, fields = typing.get_type_hints(kind), {field.name: field for field in dataclasses.fields(kind)}
    return msgspec.defstruct(kind.__name__, [(name, *_declared(fields[name], hints[name])) for name in names])


def _declared(field: dataclasses.Field[Any], hint: Any) -> tuple[Any, Any]:
    """The type and the default of a field as it is in JSON."""
    if field.name in TIMES:
        return str, ""
    if callable(field.default_factory):
        return hint, msgspec.field(default_factory=field.default_factory)
    whole_numbers_too = hint | int if float in typing.get_args(hint) else hint
    return whole_numbers_too, msgspec.NODEFAULT if field.default is dataclasses.MISSING else field.default
