"""Text files: Markdown, reStructuredText, Org, program text and plain prose."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flashgen.sources.content import Content
from flashgen.sources.formats import LANGUAGES, file_name, format_of
from flashgen.sources.formats.markup import from_org, from_rst
from flashgen.text import plain
from flashgen.types import Page

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_FIELD = re.compile(r"^(title|author|date|lang|language)[ \t]*:[ \t]*(.+?)[ \t]*$", re.I | re.M)
_TITLE = re.compile(r"^(?:#[ \t]+(.+?)[ \t#]*|(\S.*)\n=+[ \t]*)$", re.M)
_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[ \t]*$", re.M | re.S)
_TAG = re.compile(r"<(?:/?[a-z][a-z0-9]*)(?:\s[^<>]*)?/?>", re.I)
_RELATIVE = re.compile(r"\]\((?!\w+:|#|//)[^)\s]|^\[[^\]]+\]:[ \t]*(?!\w+:|#|//)\S", re.M)


def read(page: Page) -> Content:
    """A text file as Markdown."""
    from flashgen.extract import decode

    text = decode(page.body, page.content_type).replace("\r\n", "\n").replace("\r", "\n")
    name = file_name(page.final_url)
    kind = format_of(page)
    if kind == "code":
        return Content(_code(text, name), title=name)
    if kind == "rst":
        return _from_html(from_rst(text), page.final_url)
    if kind == "org":
        return markdown(from_org(text), page.final_url)
    if kind == "markdown":
        return markdown(text, page.final_url)
    return Content(_prose(text), title=_first_line(text))


def markdown(text: str, base_url: str = "") -> Content:
    """Markdown with its front matter read and removed; HTML in it turned into Markdown, relative links made whole."""
    fields: dict[str, str] = {}
    if front := _FRONT_MATTER.match(text):
        fields = {name.lower(): value.strip("'\"") for name, value in _FIELD.findall(front.group(1))}
        text = text[front.end() :]
    prose = _FENCED.sub("", text)
    away = urlsplit(base_url).scheme in ("http", "https")
    if _TAG.search(re.sub(r"`[^`\n]*`", "", prose)) or (away and _RELATIVE.search(prose)):
        text = _round_trip(text, base_url if away else "")
    title = fields.get("title") or _heading(text)
    date = (re.match(r"\d{4}-\d{2}-\d{2}", fields.get("date", "")) or [""])[0]
    language = fields.get("lang", fields.get("language", ""))[:2].lower()
    return Content(text.strip() + "\n", title=title, author=fields.get("author", ""), date=date, language=language)


def lowered(text: str) -> str:
    """Markdown whose headings are all one level deeper; those of level 6 stay."""
    parts = re.split(r"(^(?:`{3,}|~{3,})[^\n]*\n.*?^(?:`{3,}|~{3,})[ \t]*$)", text, flags=re.M | re.S)
    parts[::2] = [re.sub(r"^(#{1,5})(?=[ \t])", r"#\1", part, flags=re.M) for part in parts[::2]]
    return "".join(parts)


def _heading(text: str) -> str:
    found = _TITLE.search(_FENCED.sub("", text[:20_000]))
    return " ".join(plain(found.group(1) or found.group(2)).split()) if found else ""


def _round_trip(text: str, base_url: str) -> str:
    from markdown_it import MarkdownIt

    from flashgen.extract import to_markdown

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return to_markdown(parser.render(text), base_url=base_url)


def _from_html(html: str, base_url: str) -> Content:
    from flashgen.extract import to_markdown

    text = to_markdown(html, base_url=base_url if urlsplit(base_url).scheme in ("http", "https") else "")
    return Content(text.strip() + "\n", title=_heading(text))


def _code(text: str, name: str) -> str:
    ending = name.rpartition(".")[2].casefold()
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"# {name}\n\n{fence}{LANGUAGES.get(ending, '')}\n{text.strip(chr(10))}\n{fence}\n"


def _prose(text: str) -> str:
    """Plain text: paragraphs parted by blank lines; indented blocks stay code; page feeds go."""
    text = text.replace("\f", "\n").expandtabs(4)
    paragraphs = re.split(r"\n[ \t]*\n+", text.strip("\n"))
    return "\n\n".join(paragraph.rstrip() for paragraph in paragraphs if paragraph.strip()) + "\n"


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line.lstrip("#= ").strip() if len(line) <= 120 else ""
