"""Pictures of articles, kept beside the cards that show them: small raster images only, named by what is in them.

A deck is shared and opened in a web view, so that nothing in it may be fetched from elsewhere, and nothing that is a
document (SVG) may pass for a picture. What a file is, its first bytes say, whatever it was sent as.
"""

from __future__ import annotations

import struct
from pathlib import Path

from flashgen.anki.media import name_of
from flashgen.errors import FileError
from flashgen.store import atomic

ACCEPT = "image/webp,image/png,image/jpeg,image/gif"
"""What is asked for. A server is only believed in what it sends."""
LARGEST = 2_000_000
"""Bytes of a picture."""
_MOST_PIXELS = 40_000_000
"""A small file can hold a picture that no phone can unpack."""
FOLDER = "media"
"""Where they lie in the folder of a list."""
SCHEME = "media:"
"""How a card's text begins the address of one of them."""

_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def kind_of(data: bytes) -> str:
    """The ending that a picture's file should have, '' for what is no raster image or too large in bytes or pixels."""
    if len(data) > LARGEST:
        return ""
    suffix, size = _read(data)
    return suffix if suffix and 0 < size[0] * size[1] <= _MOST_PIXELS else ""


def keep(data: bytes, home: Path) -> str:
    """The address of a picture in a card's text, once it is in the folder of the list at `home`; '' if it is none that
    can be kept. Raises FileError."""
    suffix = kind_of(data)
    if not suffix:
        return ""
    path = home / FOLDER / name_of(data, suffix)
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(path.parent, f"can't be made: {error.strerror}") from None
        atomic.write_bytes(path, data)
    return f"{SCHEME}{path.name}"


def of_list(home: Path) -> dict[str, Path]:
    """The pictures of the list at `home`, by their address in the cards' text."""
    return {f"{SCHEME}{path.name}": path for path in sorted((home / FOLDER).glob("flashgen-*.*"))}


def _read(data: bytes) -> tuple[str, tuple[int, int]]:
    """The kind of a picture, and its width and height; '' for what is none."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return ".png", struct.unpack(">II", data[16:24])
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return ".gif", struct.unpack("<HH", data[6:10])
        if data.startswith(b"\xff\xd8\xff"):
            return ".jpg", _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return ".webp", _webp(data)
    except (struct.error, IndexError):
        pass
    return "", (0, 0)


def _jpeg(data: bytes) -> tuple[int, int]:
    """Width and height, from the frame's header: segments are gone through until it comes."""
    at = 2
    while data[at] == 0xFF:
        if data[at + 1] in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    """Width and height, of each of the three ways in which they are written."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF
