"""Options of one link, in a comment behind it: `<!-- flashgen: skip focus="trade-offs" cards=5 saved="x.html" -->`."""

from __future__ import annotations

import re
from dataclasses import replace

from flashgen.types import LinkOptions

_OURS = re.compile(r"\s*flashgen\b\s*:?(.*)", re.I | re.S)
_OPTION = re.compile(r"""\s*,?\s*([^\s=,]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”|«([^»]*)»|([^\s,"'“«]+)))?""")


def is_ours(comment: str) -> bool:
    """Whether a comment is meant for flashgen."""
    return bool(_OURS.fullmatch(comment))


def options(comment: str, given: LinkOptions) -> tuple[LinkOptions, list[str]]:
    """`given` and what `comment` adds to it, and what is wrong with the comment."""
    ours = _OURS.fullmatch(comment)
    rest, problems = ours[1].strip() if ours else "", []
    if not rest:
        problems.append("the comment gives no option; known are skip, focus, cards, saved")
    while rest:
        found = _OPTION.match(rest)
        if not found:
            problems.append(f'can\'t read {rest!r}; write options like skip, cards=5 or focus="trade-offs"')
            break
        rest = rest[found.end() :].strip()
        value = next((group for group in found.groups()[1:] if group is not None), None)
        given, problem = _with(given, found[1].lower(), value)
        problems += [problem] if problem else []
    return given, problems


def _with(given: LinkOptions, name: str, value: str | None) -> tuple[LinkOptions, str]:
    """`given` with one option set, or what is wrong with that option."""
    if name == "skip":
        return (given, "skip takes no value") if value is not None else (replace(given, skip=True), "")
    if name == "cards":
        if value is None or not re.fullmatch(r"[0-9]{1,4}", value):
            return given, f"cards must be a whole number, as in cards=5, not {value!r}"
        return replace(given, cards=int(value)), ""
    if name in ("focus", "saved"):
        if not value:
            return given, f'{name} needs a value, as in {name}="…"'
        return (replace(given, focus=value) if name == "focus" else replace(given, saved=value)), ""
    return given, f"unknown option {name!r}; known are skip, focus, cards, saved"
