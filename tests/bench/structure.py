"""What a text is made of: code, headings, list items, table rows, images, links and formulas.

`of_markdown` reads them as a CommonMark parser (with tables) does; `reference.of_region` reads them from the part of a
page that stands in the reference text. `kept` says which share of the one's parts the other has.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

KINDS = ("code fenced", "code exact", "language", "headings", "lists", "tables", "images", "links", "math")
_NOT_LETTERS = re.compile(r"[\W_]+")
_MATH = re.compile(r"\\\[(.+?)\\\]|\\\((.+?)\\\)|\$\$(.+?)\$\$", re.S)
_ALIASES = {
    "js": "javascript", "jsx": "javascript", "ts": "typescript", "tsx": "typescript", "py": "python",
    "python3": "python", "rb": "ruby", "sh": "shell", "bash": "shell", "zsh": "shell", "console": "shell",
    "shell-session": "shell",
    "yml": "yaml", "golang": "go", "c++": "cpp", "c#": "csharp", "cs": "csharp", "rs": "rust", "md": "markdown",
    "html-basic": "html", "xml-doc": "xml", "docker": "dockerfile", "proto": "protobuf", "clj": "clojure",
}  # fmt: skip
_NO_LANGUAGE = {
    "",
    "text",
    "plaintext",
    "plain",
    "none",
    "txt",
    "default",
    "nohighlight",
    "highlight",
    "block",
    "output",
}


@dataclass
class Parts:
    """The parts of one text, each in the form in which it is compared."""

    code: list[str] = field(default_factory=list)
    language: list[tuple[str, str]] = field(default_factory=list)
    headings: Counter[str] = field(default_factory=Counter)
    lists: Counter[str] = field(default_factory=Counter)
    tables: Counter[str] = field(default_factory=Counter)
    images: set[str] = field(default_factory=set)
    image_choices: list[frozenset[str]] = field(default_factory=list)
    links: Counter[str] = field(default_factory=Counter)
    math: Counter[str] = field(default_factory=Counter)


def squash(text: str) -> str:
    """Letters and digits only, folded: what is left when markup, spaces and punctuation don't count."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def language(name: str) -> str:
    """One spelling for each language of code; '' for none."""
    name = name.strip().lower().split()[0].strip("{}.") if name.strip() else ""
    return "" if name in _NO_LANGUAGE else _ALIASES.get(name, name)


def code_text(text: str) -> str:
    """Code as it is compared exactly: without blank lines around it and spaces at line ends."""
    lines = [line.rstrip() for line in text.replace("\xa0", " ").replace("\r\n", "\n").split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)


def address(url: str, base: str) -> str:
    """An address as it is compared: absolute, without scheme, trailing slash and percent signs."""
    parts = urlsplit(urljoin(base, url.strip()))
    return unquote(f"{parts.netloc}{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}")


def formula(tex: str) -> str:
    """TeX as it is compared: spaces and `\\displaystyle` don't count."""
    tex = re.sub(r"\\(?:displaystyle|textstyle)\b|[\s\\]", "", tex)
    return tex[1:-1] if tex.startswith("{") and tex.endswith("}") else tex


# --- Markdown ---------------------------------------------------------------------------------------


def of_markdown(markdown: str, base: str) -> tuple[str, Parts]:
    """The text of `markdown` as a reader would see it, and its parts."""
    from markdown_it import MarkdownIt

    parts = Parts()
    for found in _MATH.finditer(markdown):
        parts.math[formula(next(group for group in found.groups() if group))] += 1
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)
    text: list[str] = []
    items: list[list[str]] = []
    row: list[str] = []
    in_heading = False
    for token in tokens:
        if token.type in ("fence", "code_block"):
            parts.code.append(code_text(token.content))
            parts.language.append((squash(token.content), language(token.info)))
            text.append(token.content)
        elif token.type == "list_item_open":
            items.append([])
        elif token.type == "list_item_close":
            parts.lists[squash(" ".join(items.pop()))] += 1
        elif token.type == "heading_open":
            in_heading = True
        elif token.type == "heading_close":
            in_heading = False
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            parts.tables["|".join(filter(None, row))] += 1
        elif token.type == "html_block":
            text.append(re.sub(r"<[^>]*>", " ", token.content))
        elif token.type == "inline":
            seen = _inline(token.children or [], parts, base)
            text.append(seen)
            if in_heading:
                parts.headings[squash(seen)] += 1
            if items:
                items[-1].append(seen)
            row.append(squash(seen))
    return "\n".join(text), parts


def _inline(children: list[Any], parts: Parts, base: str) -> str:
    seen: list[str] = []
    for child in children:
        if child.type in ("text", "code_inline"):
            seen.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            seen.append(" ")
        elif child.type == "image":
            parts.images.add(address(str(child.attrs["src"]), base))
        elif child.type == "link_open":
            parts.links[address(str(child.attrs["href"]), base)] += 1
        elif child.type == "html_inline":
            for src in re.findall(r"<img[^>]+src=[\"']([^\"']+)", child.content):
                parts.images.add(address(src, base))
    return "".join(seen)


# --- comparing --------------------------------------------------------------------------------------


def kept(reference: Parts, result: Parts) -> dict[str, tuple[float, int]]:
    """For each kind of part: how many of the reference's parts the result has, and of how many."""
    letters = [squash(code) for code in result.code]
    exact = Counter(result.code)
    languages = dict(result.language)
    images = reference.image_choices or [frozenset({url}) for url in reference.images]
    known = [(code, name) for code, name in reference.language if name]
    return {
        "code fenced": (
            sum(any(squash(code) in found for found in letters) for code in reference.code),
            len(reference.code),
        ),
        "code exact": ((Counter(reference.code) & exact).total(), len(reference.code)),
        "language": (sum(languages.get(code) == name for code, name in known), len(known)),
        "headings": _shared(reference.headings, result.headings),
        "lists": _shared(reference.lists, result.lists),
        "tables": _shared(reference.tables, result.tables),
        "images": (sum(bool(choices & result.images) for choices in images), len(images)),
        "links": _shared(reference.links, result.links),
        "math": _shared(reference.math, result.math),
    }


def _shared(reference: Counter[str], result: Counter[str]) -> tuple[float, int]:
    return (reference & result).total(), reference.total()
