"""A tidy tree to Markdown, by html-to-markdown, with what it would escape or lose put in by hand."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from flashgen.extract.tree import Element, ancestors, letters, text_of

_LESS = "\ue000"
_TEX_START, _TEX_END = "\ue001", "\ue002"
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_TEX = re.compile(f"{_TEX_START}(\\d+){_TEX_END}")
_SPECIAL = re.compile(f"[\n<\xa0\xad{_LESS}{_TEX_START}{_TEX_END}]")
_LINE_BREAK = re.compile(r"[ \t]*\n\s*")
_RULES_AT_ENDS = re.compile(r"\A(?:---\s+)+|(?:\n+---)+\Z")
_FENCE = re.compile(r"[ >]*(`{3,}|~{3,})")
_PRIVATE = re.compile(f"[{_LESS}{_TEX_START}{_TEX_END}]")


def write(top: Element) -> str:
    """The Markdown of a tidy tree, ending in one line break; '' if it says nothing."""
    from html_to_markdown import convert
    from lxml import etree

    formulas = _set_aside(top)
    top.tail = None
    html = etree.tostring(top, encoding="unicode", method="html")
    markdown = convert(html, _options()).content or ""
    markdown = _TEX.sub(lambda match: formulas[int(match.group(1))], markdown).replace(_LESS, "\\<")
    markdown = _spaced(markdown).strip()
    return f"{markdown}\n" if letters(markdown) else ""


def _spaced(markdown: str) -> str:
    """Blank lines mended: one before each block quote and one between its paragraphs, no hard break before one."""
    lines: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        if found := _FENCE.match(line):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
        elif not fence and lines:
            if not line.strip(" >"):
                lines[-1] = lines[-1].rstrip()
                if ">" in line and line.rstrip() == lines[-1]:
                    continue
            elif line.startswith(" !["):
                line = line[1:]
            elif line.startswith(">") and lines[-1].strip() and not lines[-1].startswith(">"):
                lines.append("")
        lines.append(line)
    return _RULES_AT_ENDS.sub("", "\n".join(lines).strip())


@lru_cache(maxsize=1)
def _options() -> Any:
    from html_to_markdown import ConversionOptions

    return ConversionOptions(
        hidden_content="all",
        extract_metadata=False,
        autolinks=False,
        expand_abbreviations=False,
        bullets="-",
        compact_tables=True,
        highlight_style="none",
        keep_inline_images_in=["h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "a"],
    )


def _set_aside(top: Element) -> list[str]:
    """Put marks in the place of formulas and of `<` before a letter, so that no rule of escaping touches them."""
    formulas: list[str] = []
    for element in list(top.iter()):
        if not isinstance(element.tag, str):
            continue
        coded = element.tag in ("pre", "code", "kbd", "samp", "tt")
        if element.get("data-tex"):
            display = element.get("data-tex") == "display" and not any(
                up.tag in ("td", "th", "li") for up in ancestors(element)
            )
            tex = _PRIVATE.sub("", text_of(element))
            formulas.append(f"\\[{tex}\\]" if display else f"\\({tex}\\)")
            for child in list(element):
                element.remove(child)
            element.text = f"{_TEX_START}{len(formulas) - 1}{_TEX_END}"
            if display:
                element.tag = (
                    "p"
                    if element.getparent() is not None and element.getparent().tag not in ("p", "span", "a")
                    else "span"
                )
        elif (
            element.text
            and _SPECIAL.search(element.text)
            and not coded
            and not any(up.tag in ("pre", "code") for up in _near(element))
        ):
            element.text = _prose(element.text)
        if (
            element.tail
            and _SPECIAL.search(element.tail)
            and not any(up.tag in ("pre", "code", "kbd", "samp", "tt") for up in _near(element))
        ):
            element.tail = _prose(element.tail)
    return formulas


def _near(element: Element) -> list[Element]:
    """The two elements around `element`: code is never nested deeper once it is tidy."""
    parent = element.getparent()
    return [] if parent is None else [parent, *([up] if (up := parent.getparent()) is not None else [])]


def _prose(text: str) -> str:
    text = _PRIVATE.sub("", text).replace("\xa0", " ").replace("\xad", "")
    text = _LINE_BREAK.sub(" ", text)
    return _TAG_LIKE.sub(_LESS, text) if "<" in text else text
