"""What a person sees of a field's HTML, as a flat row of tokens: two fields with the same tokens look the same.

Anki's editor writes one look in many ways (`<div>`, `<br>`, `<b>`, `&nbsp;`, spans of every sort).
"""

from __future__ import annotations

import re
import unicodedata

from flashgen.anki.look.elements import Elements
from flashgen.anki.look.tokens import CLOSE, FIRST, HINT, MOST_CLOZES, Token

_PRIVATE = re.compile("[\U000f2000-\U000f3fff]")
_CLOZE_TOKEN = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>|\{\{c([1-9]\d{0,2})::|\}\}|::")


def look(html: str, *, marks: bool = False) -> tuple[Token, ...]:
    """The tokens of a field. `marks` says that `{{c1::…}}` is a cloze there."""
    text = _PRIVATE.sub("", unicodedata.normalize("NFC", html))
    elements = Elements()
    elements.feed(_clozes(text) if marks and "{{c" in text else text)
    elements.close()
    return elements.finish()


def _clozes(html: str) -> str:
    """`html` with private characters for its clozes, found as Anki finds them: the first `}}` ends one, and the first
    `::` in it begins the hint."""
    out: list[str] = []
    opened: list[tuple[int, str]] = []  # where in `out`, and the mark as it was written
    hinted: list[bool] = []
    at = 0
    for found in _CLOZE_TOKEN.finditer(html):
        out.append(html[at : found.start()])
        at, token = found.end(), found[0]
        if found[1] and int(found[1]) <= MOST_CLOZES:
            opened.append((len(out), token))
            hinted.append(False)
            token = chr(FIRST + int(found[1]))
        elif token == "}}" and opened:
            opened.pop()
            hinted.pop()
            token = CLOSE
        elif token == "::" and opened and not hinted[-1]:
            hinted[-1] = True
            token = HINT
        out.append(token)
    for place, written in opened:  # never closed: these are no clozes
        out[place] = written
    return "".join((*out, html[at:]))
