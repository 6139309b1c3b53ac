"""PDF as Markdown: pages in reading order, headings by size, paragraphs put together again.

`read` is pure and picklable: it runs in a worker. pdfium is the only code that touches the bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from flashgen.sources.content import Content, Unreadable
from flashgen.types import Page

MAX_PAGES = 400
"""Pages that are read; a book is cut after them and says so."""
_LEAST = 25
"""Letters a page, on average, under which a document is a scan."""
_REFERENCES = re.compile(r"^#{1,6} (?:\d+\.?\s+)?(?:references|bibliography|литература|список литературы)\s*$", re.I)


def read(page: Page) -> Content:
    """The document as Markdown, with `<!-- at: page=N -->` where a page begins. Raises Unreadable."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(page.body)
    except pdfium.PdfiumError as error:
        raise Unreadable(_why(str(error))) from None
    try:
        return _content(document)
    finally:
        document.close()


def _why(message: str) -> str:
    if "password" in message.lower():
        return "the PDF is locked with a password; unlock it and save it by hand"
    return "the PDF is damaged and can't be opened"


def _content(document: Any) -> Content:
    from flashgen.sources.formats.pdf import blocks, glyphs, layout, outline

    total = len(document)
    pages, heights = [], []
    for number in range(min(total, MAX_PAGES)):
        page = document[number]
        pages.append(glyphs.runs(page, number + 1))
        heights.append(page.get_height())
        page.close()
    letters = sum(len(run.text) for runs in pages for run in runs)
    if letters < _LEAST * max(1, len(pages)):
        raise Unreadable("the PDF has no text layer: it is a scan, or pictures only", skipped=True)
    kept = layout.without_running(pages, heights)
    usual = layout.gutter(kept)
    bands = [band for runs in kept for band in layout.columns(runs, usual)]
    style = outline.style(bands)
    found = blocks.blocks(bands, style)
    known = Counter(re.findall(r"\w+(?:-\w+)*", " ".join(run.text for runs in kept for run in runs).casefold()))
    parts = _without_references(list(blocks.markdown(found, known)))
    title, parts = _title(parts)
    meta = document.get_metadata_dict()
    return Content(
        markdown="\n\n".join(parts).strip() + "\n",
        title=title or _sane(meta.get("Title", "")),
        author=_sane(meta.get("Author", "")),
        date=_date(meta.get("CreationDate", "")),
        notice=f"only the first {MAX_PAGES} of {total} pages were read" if total > MAX_PAGES else "",
    )


def _title(parts: list[str]) -> tuple[str, list[str]]:
    """The first heading of level 1, if it stands near the top; further ones of that level become sections."""
    title = next((part[2:] for part in parts[:6] if part.startswith("# ")), "")
    done = [f"#{part}" if part.startswith("# ") and part[2:] != title else part for part in parts]
    return title, done


def _without_references(parts: list[str]) -> list[str]:
    """The list of works at the end is nothing to learn: it goes, up to the next heading (an appendix)."""
    start = next((place for place in reversed(range(len(parts))) if _REFERENCES.match(parts[place])), None)
    if start is None or start < len(parts) // 3:
        return parts
    end = next((place for place in range(start + 1, len(parts)) if parts[place].startswith("#")), len(parts))
    return parts[:start] + parts[end:]


def _sane(text: str) -> str:
    """A title or author as told by the file, unless it is a file name or a program's filler."""
    text = " ".join(text.split())
    filler = re.search(
        r"\.(?:docx?|pdf|tex|dvi|indd|pptx?)$|^(?:untitled|microsoft word|anonymous|unknown|user)\b", text, re.I
    )
    return "" if filler or len(text) > 300 else text


def _date(text: str) -> str:
    found = re.match(r"D:(\d{4})(\d{2})(\d{2})", text)
    return "-".join(found.groups()) if found else ""
