"""reStructuredText and Org, the other two that READMEs are written in."""

from __future__ import annotations

import re

_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "syntax_highlight": "none",
    "initial_header_level": 2,
    "smart_quotes": False,
}


def from_rst(text: str) -> str:
    """reStructuredText as HTML. Nothing is included or run; a directive that is not known is left out."""
    from docutils.core import publish_parts

    return str(publish_parts(text, writer="html5", settings_overrides=_SETTINGS)["html_body"])


_BLOCK = re.compile(
    r"^[ \t]*#\+begin_(src|example|quote)[ \t]*(\S*)[^\n]*\n(.*?)^[ \t]*#\+end_\1[ \t]*$", re.M | re.S | re.I
)
_FENCED = re.compile(r"(^```[^\n]*\n.*?^```$)", re.M | re.S)
_INLINE = (
    (re.compile(r"^[ \t]*(?:#\+(?!title:)\w+:?.*|:[A-Z_]+:.*|# .*)$\n?", re.M | re.I), ""),
    (re.compile(r"^#\+title:[ \t]*(.*)$", re.M | re.I), r"# \1"),
    (re.compile(r"\[\[([^\]\n]+)\]\[([^\]\n]+)\]\]"), r"[\2](\1)"),
    (re.compile(r"\[\[(https?:[^\]\n]+)\]\]"), r"<\1>"),
    (re.compile(r"(?<![\w=])=([^=\n]+)=(?![\w=])"), r"`\1`"),
    (re.compile(r"(?<![\w~])~([^~\n]+)~(?![\w~])"), r"`\1`"),
)
_HEADING = re.compile(r"^(\*+)[ \t]+(?:TODO[ \t]+|DONE[ \t]+)?(.*?)(?:[ \t]+:[\w:@]+:)?[ \t]*$", re.M)


def from_org(text: str) -> str:
    """Org as Markdown: headings, code, links, verbatim words. Program text is left alone."""
    lower = bool(re.search(r"^#\+title:", text, re.M | re.I))
    parts = _FENCED.split(_BLOCK.sub(_block, text))
    for place in range(0, len(parts), 2):
        for pattern, written in _INLINE:
            parts[place] = pattern.sub(written, parts[place])
        parts[place] = _HEADING.sub(lambda found: f"{'#' * min(6, len(found[1]) + lower)} {found[2]}", parts[place])
    return "".join(parts)


def _block(found: re.Match[str]) -> str:
    if found[1].lower() == "quote":
        return re.sub(r"^", "> ", found[3].rstrip("\n"), flags=re.M)
    return f"```{found[2] if found[1].lower() == 'src' else ''}\n{found[3]}```"
