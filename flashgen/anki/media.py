"""Images in a deck. A name is made from the bytes: the same name never means another picture, as Anki assumes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from flashgen.errors import FileError

_OURS = re.compile(r"media:(flashgen-[0-9a-f]{20}\.(?:png|jpg|gif|webp))(?![\w.])")
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"})
"""Pictures that every Anki shows. SVG is not among them: it is a document that can run scripts."""


def names(files: Mapping[str, Path]) -> dict[str, str]:
    """The name in the deck of each file, by the address that cards know it by. Others than pictures are left out.

    Raises FileError for a file that can't be read.
    """
    return {address: _name(path) for address, path in files.items() if path.suffix.lower() in SUFFIXES}


def name_of(content: bytes, suffix: str) -> str:
    """The name of a picture in any deck."""
    return f"flashgen-{hashlib.sha256(content).hexdigest()[:20]}{suffix}"


def named_in(text: str) -> dict[str, str]:
    """The names in the deck of the pictures in a card's text that have such a name already, by their address."""
    return {found[0]: found[1] for found in _OURS.finditer(text)} if "media:" in text else {}


def _name(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror}") from error
    return name_of(content, path.suffix.lower())
