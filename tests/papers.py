"""PDF files for tests, set with fpdf2 so that what stands where is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from fpdf import FPDF

LEFT_TEXT = (
    "The left column opens the paper and says that queues smooth bursts. It goes on for several lines so that a "
    "reader can see how a column is filled from edge to edge before the next paragraph begins below it. "
) * 3
RIGHT_TEXT = (
    "The right column carries the thought further and says that bounded queues refuse work early. It is as long as "
    "its neighbour so that the gutter between both of them can be found by anybody who looks for it. "
) * 3


class Paper(FPDF):
    """Running head and page number on every page."""

    head = "Proceedings of Nothing, Vol. 7"

    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.set_xy(20, 8)
        self.cell(text=self.head)

    def footer(self) -> None:
        self.set_font("Helvetica", size=8)
        self.set_xy(100, 285)
        self.cell(text=str(self.page_no()))


def two_columns(pages: int = 3) -> bytes:
    """Title over both columns, then headings and paragraphs in two columns, drawn row by row across both."""
    paper = Paper()
    paper.set_auto_page_break(False)
    for page in range(1, pages + 1):
        paper.add_page()
        top = 20.0
        if page == 1:
            paper.set_font("Helvetica", "B", 20)
            paper.set_xy(20, 20)
            paper.cell(text="On Bounded Queues")
            top = 40.0
        _interleaved(paper, page, top)
    return bytes(paper.output())


def _interleaved(paper: Paper, page: int, top: float) -> None:
    """Line by line, left and right in turn, so that the order of drawing is not the order of reading."""
    left = _lines(paper, f"{page}.1 Left", LEFT_TEXT)
    right = _lines(paper, f"{page}.2 Right", RIGHT_TEXT)
    for row in range(max(len(left), len(right))):
        for x, lines in ((20, left), (110, right)):
            if row < len(lines):
                style, size, text = lines[row]
                paper.set_font("Times", style, size)
                paper.set_xy(x, top + 5 * row)
                paper.cell(text=text)


def _lines(paper: Paper, heading: str, text: str) -> list[tuple[str, int, str]]:
    paper.set_font("Times", size=10)
    wrapped = cast(list[str], paper.multi_cell(80, 5, text, dry_run=True, output="LINES", align="L"))
    return [("B", 12, heading), *(("", 10, line) for line in wrapped)]


def lines(rows: Sequence[tuple[str, str, float, str]], *, title: str = "", author: str = "") -> bytes:
    """One page of rows: (font, style, size, text); a text may begin with spaces, which indent it."""
    paper = FPDF()
    paper.set_auto_page_break(False)
    paper.set_title(title)
    paper.set_author(author)
    paper.add_page()
    y = 20.0
    for font, style, size, text in rows:
        paper.set_font(font, style, size)
        bare = text.lstrip(" ")
        width = paper.get_string_width(" ") * (len(text) - len(bare))
        paper.set_xy(20 + width, y)
        paper.cell(text=bare)
        y += size * 0.45 if text else 6.0
    return bytes(paper.output())


def scanned() -> bytes:
    """Two pages with a drawing and no letter."""
    paper = FPDF()
    for _ in range(2):
        paper.add_page()
        paper.rect(20, 20, 100, 100)
    return bytes(paper.output())


def locked() -> bytes:
    """A page behind a password."""
    paper = FPDF()
    paper.set_encryption(owner_password="owner", user_password="user")
    paper.add_page()
    paper.set_font("Helvetica", size=12)
    paper.cell(text="secret")
    return bytes(paper.output())


def stamped() -> bytes:
    """A paragraph, and a stamp that runs up the margin."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("Times", size=11)
    paper.multi_cell(150, 5, LEFT_TEXT, align="L")
    paper.set_font("Times", size=18)
    with paper.rotation(90, 10, 150):
        paper.text(10, 150, "arXiv:0000.00000v1 [cs.DC] 1 Jan 2020")
    return bytes(paper.output())


def flowing(text: str) -> bytes:
    """A text that runs over as many pages as it needs."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("Times", size=11)
    paper.multi_cell(170, 5, text, align="L")
    return bytes(paper.output())


def many(pages: int) -> bytes:
    """A page of text, many times over."""
    paper = FPDF()
    paper.set_font("Times", size=11)
    for number in range(1, pages + 1):
        paper.add_page()
        paper.multi_cell(150, 5, f"Page {number} begins. {LEFT_TEXT}")
    return bytes(paper.output())


def table() -> bytes:
    """A heading, a paragraph and a table of four rows."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("Times", size=11)
    paper.multi_cell(150, 5, LEFT_TEXT, align="L")
    paper.ln(4)
    for row in (("Policy", "Waits", "Drops"), ("Block", "yes", "no"), ("Shed", "no", "yes"), ("Grow", "no", "no")):
        for x, cell in zip((20, 70, 120), row, strict=True):
            paper.set_x(x)
            paper.cell(40, 6, cell)
        paper.ln(6)
    return bytes(paper.output())
