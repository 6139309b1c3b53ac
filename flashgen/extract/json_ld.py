"""The JSON-LD of a page (schema.org), flat: every object that has a type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flashgen.extract.tree import Element

_MAX_CHARS = 500_000
_MAX_OBJECTS = 500


def objects(root: Element) -> list[Mapping[str, Any]]:
    """The typed objects in the page's `application/ld+json` scripts, outer ones first; broken ones are passed over."""
    found: list[Mapping[str, Any]] = []
    for script in root.iter("script"):
        source = (script.text or "").strip()
        if "ld+json" in (script.get("type") or "") and source and len(source) <= _MAX_CHARS:
            try:
                found.extend(_flat(json.loads(source.removeprefix("<![CDATA[").removesuffix("]]>"), strict=False)))
            except (ValueError, RecursionError):
                continue
    return found[:_MAX_OBJECTS]


def types(item: Mapping[str, Any]) -> set[str]:
    """The names of an object's types without their namespace."""
    given = item.get("@type")
    return {str(name).rpartition("/")[2] for name in (given if isinstance(given, list) else [given]) if name}


def name(value: Any) -> str:
    """The name that a value of JSON-LD stands for: a text, an object with `name`, or a list of either."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return name(value.get("name"))
    if isinstance(value, list):
        names = [one for one in map(name, value[:10]) if one]
        return ", ".join(dict.fromkeys(names))
    return ""


def _flat(document: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [document]
    seen = 0
    while waiting and seen < _MAX_OBJECTS:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting.extend(item[:_MAX_OBJECTS])
        elif isinstance(item, Mapping):
            seen += 1
            if item.get("@type"):
                yield item
            waiting.extend(value for value in item.values() if isinstance(value, (list, Mapping)))
