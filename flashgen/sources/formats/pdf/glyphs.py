"""What stands on a PDF page: runs of letters on one baseline, with their place, size and font."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_GAP = 1.6
"""A hole wider than this many letter heights ends a run: a gutter between columns, or between cells."""
_MONO = re.compile(
    r"mono|courier|consol|menlo|typewriter|cmtt|fixed|inconsolata|hack|sourcecode|firacode|letter ?gothic", re.I
)
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|cmbx|medi(?!um)|-bd\b", re.I)
_FIXED_PITCH, _FORCE_BOLD = 1, 1 << 18
_HYPHENS = "\x02\u00ad\ufffe"


class Font(NamedTuple):
    """How a run is set: height in points, and whether in bold or fixed width."""

    size: float
    bold: bool
    mono: bool
    upright: bool


@dataclass(slots=True)
class Run:
    """Letters on one baseline. Points, from the lower left corner of the page; `page` counts from 1.

    A hyphen at the end of a line is kept as a soft hyphen. `columns` are the letters' own x, for code.
    """

    text: str
    page: int
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    mono: bool
    columns: list[tuple[float, str]] = field(default_factory=list, repr=False)


@dataclass(slots=True)
class _Letter:
    char: str
    x0: float
    x1: float
    y: float
    font: Font
    generated: bool


def runs(page: Any, number: int) -> list[Run]:
    """The runs of a pypdfium2 page in the order in which they are drawn."""
    text_page = page.get_textpage()
    try:
        return [_run(letters, number) for letters in _pieces(_letters(text_page)) if _said(letters)]
    finally:
        text_page.close()


def _letters(text_page: Any) -> Iterator[_Letter | None]:
    """Every letter with its font; None where pdfium sees the end of a line."""
    import pypdfium2.raw as raw

    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    fonts: dict[int, Font] = {}
    font = Font(0.0, False, False, True)
    for index in range(raw.FPDFText_CountChars(text_page)):
        char = chr(raw.FPDFText_GetUnicode(text_page, index))
        generated = bool(raw.FPDFText_IsGenerated(text_page, index))
        if char in "\r\n":
            yield None
            continue
        if not generated or font.size == 0:
            drawn = raw.FPDFText_GetTextObject(text_page, index)
            if drawn:
                place = ctypes.addressof(drawn.contents)
                font = fonts.get(place) or fonts.setdefault(place, _font(text_page, index, drawn))
        if not font.upright:
            continue
        raw.FPDFText_GetLooseCharBox(text_page, index, box)
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        yield _Letter(char, box.left, box.right, y.value, font, generated)


def _font(text_page: Any, index: int, drawn: Any) -> Font:
    """Size and style of the text object that letter `index` belongs to."""
    import pypdfium2.raw as raw

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text_page, index, matrix)
    size = raw.FPDFText_GetFontSize(text_page, index) * (math.hypot(matrix.c, matrix.d) or 1.0)
    handle = raw.FPDFTextObj_GetFont(drawn)
    name, flags, weight = "", 0, 0
    if handle:
        buffer = ctypes.create_string_buffer(256)
        raw.FPDFFont_GetBaseFontName(handle, buffer, 256)
        name = buffer.value.decode("utf-8", "replace")
        flags, weight = raw.FPDFFont_GetFlags(handle), raw.FPDFFont_GetWeight(handle)
    bold = bool(_BOLD.search(name)) or bool(flags & _FORCE_BOLD) or weight >= 600
    mono = bool(_MONO.search(name)) or bool(flags & _FIXED_PITCH)
    return Font(size, bold, mono, abs(matrix.b) <= abs(matrix.a))


def _pieces(letters: Iterator[_Letter | None]) -> Iterator[list[_Letter]]:
    """Letters cut at line ends, at jumps of the baseline and at wide holes."""
    piece: list[_Letter] = []
    for letter in letters:
        if letter is None or (piece and not _goes_on(piece, letter)):
            yield piece
            piece = []
        if letter is not None:
            piece.append(letter)
    yield piece


def _goes_on(piece: list[_Letter], letter: _Letter) -> bool:
    last = next((one for one in reversed(piece) if not one.char.isspace()), piece[-1])
    size = max(last.font.size, letter.font.size, 1.0)
    return abs(letter.y - last.y) < 0.8 * size and -0.8 * size < letter.x0 - last.x1 < _GAP * size


def _said(letters: list[_Letter]) -> bool:
    return any(not letter.char.isspace() for letter in letters)


def _run(letters: list[_Letter], number: int) -> Run:
    drawn = [letter for letter in letters if not letter.char.isspace()]
    main = max(drawn, key=lambda letter: letter.font.size).font
    base = [letter for letter in drawn if letter.font.size > 0.9 * main.size]
    mono = sum(letter.font.mono for letter in drawn) > 0.8 * len(drawn)
    return Run(
        text=_clean("".join(letter.char for letter in letters)),
        page=number,
        x0=drawn[0].x0,
        x1=max(letter.x1 for letter in drawn),
        y=base[0].y,
        size=main.size,
        bold=sum(letter.font.bold for letter in drawn) > 0.6 * len(drawn),
        mono=mono,
        columns=[(letter.x0, letter.char) for letter in drawn] if mono else [],
    )


def _clean(text: str) -> str:
    """Ligatures taken apart, control characters out, a line's last hyphen as a soft one."""
    text = text.rstrip()
    ends = text[-1:] in _HYPHENS and text != ""
    text = unicodedata.normalize("NFKC", text.replace("\ufffe", "").replace("\x02", "-" if not ends else ""))
    text = "".join(char for char in text if char >= " " and char != "\u00ad")
    return " ".join(text.split()) + ("\u00ad" if ends else "")
