"""A link that opens a source as near to a card's sentence as the kind of source allows.

web page       #:~:text=…   (https://wicg.github.io/scroll-to-text-fragment/: the browser scrolls and marks)
PDF            #page=N      (RFC 8118)
video          t=SECONDS
comment        its own address
local file, notes of the list: no link; `place` says in words where it stands
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from flashgen import text
from flashgen.identity import note_topic

_LONGEST_EXACT = 300
"""Characters up to which the whole sentence is named; Chromium's own "copy link to highlight" draws the line there."""

_LONGEST_QUOTE = 5_000
_EDGE_WORDS = 6
_EDGE_CHARACTERS = 24
_NO_FRAGMENT = frozenset({"pdf", "youtube", "video"})
_MATH = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$|\$[^\s$](?:[^$\n]*[^\s$])?\$(?!\d)", re.S)
_BREAK = re.compile(r"\n|(?<=\s)\||\|(?=\s)| · |!\[[^\]]*\]\([^)]*\)")
_SAFE_PATH = "/:@!$&'()*+,;=-._~%?#[]"
_MERE_WORDS = re.compile(r"[^\W\d_][^`*_\\\[\]<>|·~#&$\n\t\x00-\x1f]*")
_RESERVED = re.compile(r"[^A-Za-z0-9_.~ ]+")


def deep_link(url: str, quoted: str = "", *, kind: str = "web", anchor: str = "") -> str:
    """The address that opens `url` at the sentence `quoted` (Markdown); '' where no browser can open it.

    `anchor` is where the source said the passage stands: `page=N`, `t=SECONDS` or an address of its own.
    """
    if _opens(anchor):
        return _ascii(anchor)
    if not _opens(url):
        return ""
    address = _ascii(url)
    if page := re.fullmatch(r"page=(\d+)", anchor):
        return f"{_without_fragment(address)}#page={page[1]}"
    if start := re.fullmatch(r"t=(\d+)", anchor):
        return _at_second(address, int(start[1]))
    if kind in _NO_FRAGMENT or address.partition("?")[0].lower().endswith(".pdf"):
        return address
    fragment = text_fragment(quoted)
    if not fragment:
        return address
    return f"{address}:~:{fragment}" if "#" in address else f"{address}#:~:{fragment}"


def place(url: str, *, section: tuple[str, ...] = (), anchor: str = "") -> str:
    """Where a source without a link stands, in words: `notes/raft.md › Elections`, `paper.pdf, page 3`.

    Notes of the list need no more than their topic.
    """
    if url.startswith("list:"):
        return " › ".join(("your notes", *note_topic(url)))
    path = unquote(re.sub(r"^file:(?://(?:localhost)?(?=/))?", "", url))
    if page := re.fullmatch(r"page=(\d+)", anchor):
        return f"{path}, page {page[1]}"
    heading = section[-1:] if section[-1:] != (PurePosixPath(path).stem,) else ()
    return " › ".join((path, *heading))


def text_fragment(quoted: str) -> str:
    """The directive `text=…` for a sentence in Markdown; '' where too little of it is plain text to be found.

    A sentence in one piece is named whole. A long one, or one that runs over lines or table cells (a browser
    looks for each part of a directive inside one block), is named by its first and its last words.
    """
    quoted = quoted[:_LONGEST_QUOTE].strip()
    if _MERE_WORDS.fullmatch(quoted) and " " in quoted and "  " not in quoted and len(quoted) <= _LONGEST_EXACT:
        return f"text={_encode(unicodedata.normalize('NFC', quoted))}"
    pieces = _pieces(quoted)
    if not pieces:
        return ""
    if len(pieces) == 1 and len(pieces[0]) <= _LONGEST_EXACT:
        return f"text={_encode(pieces[0])}"
    start, end = _edge(pieces[0], first=True), _edge(pieces[-1], first=False)
    return f"text={_encode(start)},{_encode(end)}" if start != end else f"text={_encode(start)}"


def _pieces(quoted: str) -> list[str]:
    """The stretches of a quote that a browser can find: plain text of one block, without formulas.

    What stands next to a formula is left out of the search unless it is the longest stretch: a formula's text
    on the page is whatever its renderer made of it.
    """
    spans = [span for span in _MATH.split(quoted) if span.strip()]
    if not spans:
        return []
    span = max(spans, key=len)
    lines = [_plain(line) for line in _BREAK.split(span)]
    return [line for line in lines if len(text.words(line)) >= 2 or len(line) >= 8]


def _plain(markdown: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text.plain(markdown))).strip()


def _edge(piece: str, *, first: bool) -> str:
    """The first or last words of a piece: six, or more until they are long enough to be rare."""
    words = piece.split(" ")
    if len(words) == 1:
        return piece
    for count in range(min(_EDGE_WORDS, len(words)), len(words) + 1):
        edge = " ".join(words[:count] if first else words[-count:])
        if len(edge) >= _EDGE_CHARACTERS:
            return edge
    return piece


def _encode(piece: str) -> str:
    """Percent-encoded as the specification's grammar wants it: `-`, `,` and `&` mean something in a directive."""
    return _RESERVED.sub(_escaped, piece).replace(" ", "%20")


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace"))


def _at_second(address: str, second: int) -> str:
    parts = urlsplit(address)
    if re.search(r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be)$", parts.hostname or ""):
        query = [(name, value) for name, value in parse_qsl(parts.query) if name != "t"]
        return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{second}s")]), fragment=""))
    return f"{_without_fragment(address)}#t={second}"


@lru_cache(maxsize=4096)
def _opens(url: str) -> bool:
    """Whether a click may open it: nothing but http and https, with a host, nothing that browsers read another way."""
    if not re.match(r"https?://[^\s/?#]", url, re.I) or re.search(r"[\x00-\x1f\x7f\\\ud800-\udfff]", url):
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _ascii(url: str) -> str:
    """The address with everything escaped that an attribute or a line of text could stumble over."""
    parts = urlsplit(url)
    tail = urlunsplit(("", "", parts.path, parts.query, parts.fragment))
    host = parts.netloc if parts.netloc.isascii() else quote(parts.netloc, safe="@:[]%.-")
    return f"{parts.scheme.lower()}://{quote(host, safe='@:[]%.-_~')}{quote(tail, safe=_SAFE_PATH, errors='replace')}"


def _without_fragment(address: str) -> str:
    return address.partition("#")[0]
