"""A JSON object read member by member, so that a large one is never in memory as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_decode = json.JSONDecoder().raw_decode
_WHITE = re.compile(r"[ \t\r\n]*")


class Walk:
    """A way through the JSON in `text`. Its methods raise JSONDecodeError where that is broken."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here. Each member's value is to be taken, or walked through, before the
        next key is asked for."""
        self._expect("{")
        if self._next() != "}":
            yield self._key()
            while self._next() == ",":
                self.at += 1
                yield self._key()
        self._expect("}")

    def value(self) -> Any:
        """The value that begins here."""
        self._next()
        value, self.at = _decode(self.text, self.at)
        return value

    def end(self) -> None:
        """Nothing more may come."""
        if self._next():
            raise json.JSONDecodeError("Extra data", self.text, self.at)

    def _key(self) -> str:
        if self._next() != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self.text, self.at)
        key: str = self.value()
        self._expect(":")
        self._next()
        return key

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise json.JSONDecodeError(f"Expecting '{sign}'", self.text, self.at)
        self.at += 1

    def _next(self) -> str:
        """The next sign that is no space, which becomes the place; '' at the end."""
        self.at = _WHITE.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.text[self.at : self.at + 1]
