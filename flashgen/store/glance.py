"""Which ids and sources a card file holds, from its bytes alone: a hundredth of the time of reading it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

_ANY = re.compile(rb"\b(?:id|source)['\"]?[ \t]*:")
_LINE = re.compile(
    rb"^[ \t]*(?:-[ \t]+)?(id|source):[ \t]*"
    rb"(?:'([^'\r\n]*)'|\"([^\"\\\r\n]*)\"|([^\s'\"#>|&!*\[{][^\r\n]*?|))(?:[ \t]+#[^\r\n]*)?[ \t]*\r?$",
    re.M,
)


@dataclass(frozen=True, slots=True)
class Glance:
    """What stands in one card file."""

    ids: frozenset[str]
    sources: frozenset[str]


class Named(Protocol):
    """A card, or what of it is seen at a glance."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...


def glance_at(cards: Collection[Named]) -> Glance:
    """What is seen of these cards."""
    return Glance(frozenset(card.id for card in cards) - {""}, frozenset(card.source for card in cards) - {""})


def glance(data: bytes) -> Glance | None:
    """The ids and sources of a card file's bytes; None where they aren't plain enough to be told without reading it.

    A line of a text that looks like an id or a source counts as one, too.
    """
    found = _LINE.findall(data)
    if len(found) != len(_ANY.findall(data)):
        return None
    values: dict[bytes, set[str]] = {b"id": set(), b"source": set()}
    for name, *value in found:
        values[name].add(b"".join(value).decode("utf-8", "replace"))
    return Glance(frozenset(values[b"id"] - {""}), frozenset(values[b"source"] - {""}))
