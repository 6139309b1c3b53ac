"""What sort of text a passage is, told from its source and its own look: each sort has its own prompt template."""

from __future__ import annotations

import re
from enum import StrEnum


class Genre(StrEnum):
    """A sort of text; the value is the name of the template that drafts cards from it."""

    PROSE = "draft"
    THREAD = "thread"
    TRANSCRIPT = "transcript"
    REFERENCE = "reference"
    CODE = "code"


_BY_KIND = {"hackernews": Genre.THREAD, "reddit": Genre.THREAD, "youtube": Genre.TRANSCRIPT}
_MOSTLY = 0.6
"""Share of a passage's letters that stand in code blocks, from which it is code with remarks, not the reverse."""
_SIGNS = 2
"""So many different signs of reference documentation make one."""
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.M | re.S)


def genre_of(kind: str, text: str) -> Genre:
    """The genre of a passage from a source of `kind`: the source decides where it can, else the Markdown's look."""
    if kind in _BY_KIND:
        return _BY_KIND[kind]
    prose = _FENCED.sub("\n", text)
    if _signs(prose) >= _SIGNS:
        return Genre.REFERENCE
    code = _weight(text) - _weight(prose)
    return Genre.CODE if code > _MOSTLY * max(1, _weight(text)) else Genre.PROSE


def _weight(text: str) -> int:
    """How many letters and digits `text` has."""
    return sum(map(str.isalnum, text))


# --- signs of reference documentation ---------------------------------------------------------------

_THINGS = (
    "parameters?|arguments?|options?|flags?|fields?|attributes?|propert(?:y|ies)|keys?|settings?|variables?|commands?|"
    r"параметр\w*|аргумент\w*|опци\w*|флаг\w*|пол[ея]|атрибут\w*|свойств\w*|ключ\w*|настройк\w*|команд\w*"
)
_FACTS = (
    "types?|defaults?(?: value)?|descriptions?|meaning|required|returns?|"
    r"тип\w*|по умолчанию|описани\w*|значени\w*|обязательн\w*"
)
_CLUES: tuple[tuple[re.Pattern[str], int, int], ...] = (
    # the head of a table of parameters
    (
        re.compile(
            rf"^\|?[ \t]*(?:name|имя|{_THINGS})[ \t]*\|(?:[^\n]*\|)?[ \t]*(?:{_FACTS})[ \t]*(?:\||$)", re.M | re.I
        ),
        1,
        1,
    ),
    # a signature in a line of its own: a heading, an item, code
    (
        re.compile(
            r"^(?:#{1,6}[ \t]+|[-*+][ \t]+|\*\*)?`{0,2}(?:(?:class|def|func|fn|async|static|public|const)[ \t]+)*"
            r"[A-Za-z_][\w.:]*\([^()\n]*\)(?:[ \t]*(?:->|→|:)[ \t]*[\w\[\]., |<>]+)?`{0,2}(?:\*\*)?:?[ \t]*$",
            re.M,
        ),
        1,
        3,
    ),
    # labels: Parameters, Returns, Raises
    (
        re.compile(
            rf"^[ \t]*(?:#{{1,6}}[ \t]+|\*\*)?(?:{_THINGS}|returns?|return value|raises|throws|exceptions?|syntax|"
            r"signature|synopsis|возвращает|возвращаемое значение|исключения|синтаксис|сигнатура)"
            r"(?:\*\*)?:?(?:\*\*)?[ \t]*$",
            re.M | re.I,
        ),
        1,
        4,
    ),
    # fields of docstrings
    (re.compile(r"^[ \t]*(?::param |:type |:returns?:|:rtype:|:raises |@param\b|@returns?\b|@throws\b)", re.M), 1, 3),
    # flags of a command, one a line
    (re.compile(r"^[ \t]*(?:[-*+][ \t]+|\|[ \t]*)?[`*]{0,3}--?[a-z][\w-]*(?:[ =,`*|]|$)", re.M), 3, 6),
    # `name` (type) or `name`: `type`, one an item
    (
        re.compile(
            r"^[ \t]*[-*+][ \t]+[`*_]{1,3}[\w.-]+[`*_]{1,3}[ \t]*(?:\([^()\n]{2,60}\)|:[ \t]*`[\w\[\], |]+`)", re.M
        ),
        2,
        4,
    ),
    # endpoints
    (
        re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+)?`?(?:GET|POST|PUT|PATCH|DELETE)[ \t]+`?/[\w{}:./-]*", re.M),
        1,
        3,
    ),
)
"""What reference documentation looks like: a pattern, how often it must be there to be a sign, how often to be two."""


def _signs(prose: str) -> int:
    """How many signs of reference documentation a passage shows."""
    counts = [(len(clue.findall(prose)), one, two) for clue, one, two in _CLUES]
    return sum((count >= one) + (count >= two) for count, one, two in counts)
