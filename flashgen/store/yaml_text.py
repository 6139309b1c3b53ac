"""Writing YAML that reads well and that any YAML reader takes for the same strings.

Short text stands plain, or in quotes where it would be read as something else; long text is folded and text with
line breaks stands as a block. `inline` keeps everything on one line, for places inside braces or before a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Data: TypeAlias = "str | Sequence[Data] | Mapping[str, Data]"
"""What a YAML file of ours holds: nothing but strings, lists and mappings."""


class Bare(str):
    """A text that stands without quotes whatever it looks like, as times and numbers do."""


WIDTH = 100
"""Folded text is broken before this column, where a word allows it."""

_ODD = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML must escape, and U+FEFF and Unicode's line separators, which people can't see."""

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~.](?:[^\n\t]*[^\s:])?|[.][^\s.0-9](?:[^\n\t]*[^\s:])?")
_UNSAFE_INSIDE = re.compile(r":[ \t]|[ \t]#")
_PLAIN_IN_FLOW = re.compile(r"\w(?:[\w ./;()+&-]*[\w.)+])?")
_NOT_A_STRING = re.compile(
    r"""(?ix) y|n|yes|no|on|off|true|false|null
    | [-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?)
    | [-+]?\.(?:inf|nan|[0-9][0-9_]*(?:e[-+]?[0-9]+)?)
    | \d{4}-\d\d?-\d\d?(?:(?:t|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:z|[-+]\d\d?(?::?\d\d)?))?)?"""
)


def value(data: Data, indent: int, *, inline: bool = False, flow: bool = False) -> str:
    """The YAML of `data` as the value of a key that stands at column `indent`.

    Texts are blocks of their own where that reads better, unless `inline`; lists and mappings stand in brackets and
    braces, and `flow` says that the value already stands inside some.
    """
    if isinstance(data, str):
        return text(data, indent, inline=inline or flow, flow=flow)
    if isinstance(data, Mapping):
        inner = (f"{text(key, 0, inline=True, flow=True)}: {value(item, 0, flow=True)}" for key, item in data.items())
        return "{" + ", ".join(inner) + "}"
    return "[" + ", ".join(value(item, 0, flow=True) for item in data) + "]"


def text(data: str, indent: int, *, inline: bool = False, flow: bool = False) -> str:
    """The YAML of a string. Lone surrogates, which YAML can't hold, become U+FFFD."""
    if isinstance(data, Bare):
        return str(data)
    if _ODD.search(data):
        return _escaped(data)
    if not inline and "\n" in data:
        return _block(data, indent)
    if not inline and len(data) > WIDTH and " " in data and data == data.strip():
        return _folded(data, indent)
    if _is_plain(data, flow):
        return data
    if "\n" in data or "\t" in data or ("'" in data and '"' not in data and "\\" not in data):
        return _escaped(data)
    return "'" + data.replace("'", "''") + "'"


def field(key: str, data: Data, indent: int, *, inline: bool = False, flow: bool = False) -> str:
    """`key: value` for a key at column `indent`, without a newline at the end.

    A list of mappings stands below its key, a line for each, unless `inline` or `flow`.
    """
    return f"{key}:{after_colon(data, indent, inline=inline, flow=flow)}"


def after_colon(data: Data, indent: int, *, inline: bool = False, flow: bool = False) -> str:
    """What `field` puts behind the colon."""
    if inline or flow or isinstance(data, (str, Mapping)) or not any(isinstance(each, Mapping) for each in data):
        return " " + value(data, indent, inline=inline, flow=flow)
    pad = "\n" + " " * indent
    return "".join(f"{pad}- {value(each, indent + 2)}" for each in data)


def item(mapping: Mapping[str, Data], indent: int) -> str:
    """A mapping as an item of a list whose dashes stand at column `indent`, without a newline at the end."""
    pad = "\n" + " " * (indent + 2)
    return " " * indent + "- " + pad.join(field(key, data, indent + 2) for key, data in mapping.items())


def _is_plain(data: str, flow: bool) -> bool:
    return (
        bool(_PLAIN.fullmatch(data))
        and not _UNSAFE_INSIDE.search(data)
        and not (flow and not _PLAIN_IN_FLOW.fullmatch(data))
        and not _NOT_A_STRING.fullmatch(data)
    )


def _escaped(data: str) -> str:
    """In double quotes. JSON's escapes are YAML's too, but for characters beyond the first plane."""
    quoted = json.dumps(data, ensure_ascii=False)
    return _ODD.sub(lambda odd: _escape(ord(odd[0])), quoted)


def _escape(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(data: str, indent: int) -> str:
    """Lines as they are, under `|`; in quotes where white space at an end would get lost."""
    body = data[:-1] if data.endswith("\n") else data
    if not body.strip() or body[0] in " \t\n" or body.rpartition("\n")[2].strip() == "" or body.endswith("\n"):
        return _escaped(data)
    pad = " " * (indent + 2)
    lines = (pad + line if line else "" for line in body.split("\n"))
    return ("|\n" if data.endswith("\n") else "|-\n") + "\n".join(lines)


def _folded(data: str, indent: int) -> str:
    """One long line under `>-`, broken at single spaces between words."""
    lines, start, room = [], 0, WIDTH - indent - 2
    while len(data) - start > room:
        cut = _last_break(data, start, start + room) or _first_break(data, start + room)
        if not cut:
            break
        lines.append(data[start:cut])
        start = cut + 1
    lines.append(data[start:])
    pad = "\n" + " " * (indent + 2)
    return ">-" + pad + pad.join(lines) if len(lines) > 1 else text(data, indent, inline=True)


def _breaks(data: str, at: int) -> bool:
    """Whether the space at `at` stands alone between words, so that a line break says the same."""
    return data[at] == " " and data[at - 1] not in " \t" and data[at + 1] not in " \t"


def _last_break(data: str, start: int, end: int) -> int:
    while end > start + 1:
        end = data.rfind(" ", start + 1, end)
        if end < 0:
            return 0
        if _breaks(data, end):
            return end
    return 0


def _first_break(data: str, start: int) -> int:
    while (start := data.find(" ", start)) >= 0:
        if start + 1 < len(data) and _breaks(data, start):
            return start
        start += 1
    return 0
