"""The fields of Anki's protobuf messages by their numbers, of which a few are needed: no compiled schema for those.

Source: the Protocol Buffers documentation, "Encoding".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_FIXED = {1: 8, 5: 4}
"""Bytes of the wire types of fixed length."""


def fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Number and value of each field: integers, and the bytes of all else. Raises ValueError."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        size = _FIXED.get(kind)
        if kind == 2:
            size, at = _varint(message, at)
        if size is None or at + size > len(message):
            raise ValueError("a message of Anki's is damaged")
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("a message of Anki's is damaged")
