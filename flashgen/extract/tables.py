"""Tables: those that only lay out a page are opened, the others made fit for Markdown's one line a row."""

from __future__ import annotations

from flashgen.extract.tree import BLOCKS, Element, ancestors, drop, letters, make, text_of, unwrap

_CELLS = ("td", "th")
_PARTS = ("tbody", "thead", "tfoot", "colgroup")


def normalise(top: Element) -> None:
    """Bring every table below `top` into order."""
    for table in reversed(list(top.iter("table"))):
        if table is top or table.getparent() is None:
            continue
        rows = [row for row in table.iter("tr") if _owner(row) is table]
        if _is_layout(table, rows):
            _open(table)
        else:
            _flatten(table, rows)


def _owner(row: Element) -> Element | None:
    return next((up for up in ancestors(row) if up.tag == "table"), None)


def _is_layout(table: Element, rows: list[Element]) -> bool:
    """Whether a table holds no data: one column or row, other tables, code, or whole stretches of text."""
    if table.get("role") in ("presentation", "none"):
        return True
    cells = [[cell for cell in row if cell.tag in _CELLS] for row in rows]
    wide = max((len(row) for row in cells), default=0)
    if wide < 2 or any(table.find(f".//{tag}") is not None for tag in ("table", "h1", "h2", "h3", "blockquote")):
        return True
    if table.find(".//pre") is not None and len(rows) * wide <= 4:
        return True
    paragraphs = max((len(list(cell.iter("p"))) for row in cells for cell in row), default=0)
    return len(rows) == 1 and wide < 3 and (paragraphs > 1 or table.find(".//img") is not None)


def _open(table: Element) -> None:
    for element in list(table.iter(*_PARTS, "tr", *_CELLS, "caption")):
        if next((up for up in ancestors(element) if up.tag == "table"), None) is table:
            element.tag = "div"
    table.tag = "div"


def _flatten(table: Element, rows: list[Element]) -> None:
    """One line a cell: lists become commas, paragraphs and breaks spaces, code blocks inline code."""
    caption = next(iter(table.iter("caption")), None)
    if caption is not None:
        drop(caption)
        if letters(text_of(caption)):
            caption.tag, caption.tail = "p", None
            table.addprevious(caption)
    for row in rows:
        for cell in [cell for cell in row if cell.tag in _CELLS]:
            _one_line(cell)
        if not any(letters(text_of(cell)) or cell.find(".//img") is not None for cell in row):
            drop(row)


def _one_line(cell: Element) -> None:
    for item in list(cell.iter("li")):
        following = item.getnext()
        if following is not None and following.tag == "li":
            item.tail = "; "
    for element in [e for e in cell.iter() if isinstance(e.tag, str) and e is not cell]:
        if element.tag == "pre":
            code = make("code", " ".join(text_of(element).split()))
            code.tail = element.tail
            element.getparent().replace(element, code)
        elif element.tag == "br":
            element.tail = f" {element.tail or ''}"
            drop(element)
    for element in [e for e in cell.iterdescendants() if isinstance(e.tag, str) and e.tag in BLOCKS]:
        if element.getparent() is not None:
            element.tail = f" {element.tail or ''}" if not (element.tail or "").startswith(";") else element.tail
            element.text = f" {element.text or ''}"
            unwrap(element)
