"""The JSON in a model's reply, whatever stands around it: thoughts, a fence, talk."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flashgen.errors import BadReply

_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.S | re.I)
_FENCED = re.compile(r"```[ \t]*\w*[ \t]*\n(.*?)```", re.S)


def document(text: str, key: str) -> Mapping[str, Any]:
    """The JSON object in `text` that has `key`: the whole, in a fence, or somewhere in the talk around it.

    A bare list stands for the object's list of cards. Raises BadReply.
    """
    text = _THOUGHT.sub("", text).strip()
    if not text:
        raise BadReply("the reply was empty")
    for candidate in (text, *(block.strip() for block in _FENCED.findall(text))):
        value = _json(candidate)
        if isinstance(value, list) and key == "cards":
            return {"cards": value}
        if isinstance(value, dict) and key in value:
            return value
    for value in _objects(text):
        if key in value:
            return value
    if isinstance(_json(text), dict):
        raise BadReply(f'the JSON object had no "{key}"')
    raise BadReply(f'the reply was not one JSON object with "{key}", or it broke off')


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _objects(text: str) -> list[dict[str, Any]]:
    """The outermost JSON objects that stand somewhere in `text`."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found.append(value)
        at = text.find("{", end)
    return found


def items(document: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """The objects in the list `key`. Raises BadReply where it is no list of objects."""
    found = document[key]
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise BadReply(f'"{key}" was not a list of objects')
    return found
