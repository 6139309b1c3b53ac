"""Web pages to Markdown: the main text with its code, formulas, tables, lists, images and links.

`extract` reads a whole page, `to_markdown` a fragment that is text all through, `decode` finds a page's charset. All
are pure; libraries for HTML are imported where they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from flashgen.extract.values import Extracted, PageFacts

if TYPE_CHECKING:
    from flashgen.extract.charset import decode
    from flashgen.extract.reader import extract, to_markdown

READER_VERSION: int = 1
"""Raised whenever the same page would give other Markdown, so that fingerprints are taken anew without model calls."""

_AT_FIRST_USE = {"decode": "charset", "extract": "reader", "to_markdown": "reader"}
"""Pages are mostly read in processes of their own: whoever only asks for the version needs none of it."""

__all__ = ["READER_VERSION", "Extracted", "PageFacts", "decode", "extract", "to_markdown"]


def __getattr__(name: str) -> Any:
    """What reads pages, imported when it is asked for (PEP 562)."""
    if name not in _AT_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_AT_FIRST_USE[name]}"), name)
