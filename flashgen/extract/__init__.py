"""Web pages to Markdown: the main text with its code, formulas, tables, lists, images and links.

`extract` reads a whole page, `to_markdown` a fragment that is text all through, `decode` finds a page's charset. All
are pure; libraries for HTML are imported where they are used.
"""

from __future__ import annotations

from flashgen.extract.charset import decode
from flashgen.extract.reader import extract, to_markdown
from flashgen.extract.values import Extracted, PageFacts

READER_VERSION: int = 1
"""Raised whenever the same page would give other Markdown, so that fingerprints are taken anew without model calls."""

__all__ = ["READER_VERSION", "Extracted", "PageFacts", "decode", "extract", "to_markdown"]
