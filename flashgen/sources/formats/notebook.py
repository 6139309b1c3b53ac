"""Jupyter notebooks: text cells as they stand, code cells as fenced code, short results below them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from flashgen.sources.content import Content, Unreadable
from flashgen.types import Page

_RESULT_LINES = 20
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ATTACHED = re.compile(r"!\[[^\]]*\]\(attachment:[^)]*\)")


def read(page: Page) -> Content:
    """The cells in order, for nbformat 3 and 4. Raises Unreadable where it is not a notebook."""
    try:
        notebook = json.loads(page.body)
        cells = notebook.get("cells") or notebook["worksheets"][0]["cells"]
        language = notebook.get("metadata", {}).get("language_info", {}).get("name", "python")
        parts = [part for cell in cells for part in _cell(cell, str(language))]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Unreadable("the notebook is damaged: not the JSON that Jupyter writes") from None
    text = "\n\n".join(parts).strip() + "\n"
    title = re.search(r"^#{1,2}[ \t]+(.+?)[ \t#]*$", text, re.M)
    return Content(text, title=title.group(1) if title else "")


def _cell(cell: dict[str, Any], language: str) -> Iterator[str]:
    source = _text(cell.get("source", cell.get("input", ""))).strip("\n")
    if not source.strip():
        return
    if cell.get("cell_type") == "code":
        yield _fenced(source, str(cell.get("language", language)))
        yield from _results(cell.get("outputs", []))
    elif cell.get("cell_type") == "heading":
        yield f"{'#' * int(cell.get('level', 1))} {source}"
    elif cell.get("cell_type") == "markdown":
        yield _ATTACHED.sub("", source)


def _results(outputs: list[dict[str, Any]]) -> Iterator[str]:
    """What a cell printed or gave, if it is text and short; pictures, tables and errors are left out."""
    for output in outputs:
        if output.get("output_type") in ("error", "pyerr"):
            continue
        data = output.get("data", output)
        text = _COLOUR.sub("", _text(data.get("text/plain", data.get("text", "")))).strip("\n")
        if text.strip() and text.count("\n") < _RESULT_LINES and "text/html" not in data and not _is_object(text):
            yield _fenced(text, "text")


def _is_object(text: str) -> bool:
    return bool(re.fullmatch(r"<[\w.]+[^\n]*>|\[<[^\n]*>\]", text.strip()))


def _text(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"^`{3,}", text, re.M)), default=2)
    fence = "`" * (longest + 1)
    name = re.sub(r"[^\w+#-]", "", language)
    return f"{fence}{name}\n{text}\n{fence}"
