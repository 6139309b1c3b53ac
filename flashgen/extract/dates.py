"""Days as pages write them, to ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T|\b)")
_MONTHS = {
    name: number
    for number, several in enumerate(
        (
            ("jan", "january", "янв", "январ"),
            ("feb", "february", "фев", "феврал"),
            ("mar", "march", "мар", "март"),
            ("apr", "april", "апр", "апрел"),
            ("may", "май", "мая"),
            ("jun", "june", "июн"),
            ("jul", "july", "июл"),
            ("aug", "august", "авг", "август"),
            ("sep", "sept", "september", "сен", "сентябр"),
            ("oct", "october", "окт", "октябр"),
            ("nov", "november", "ноя", "ноябр"),
            ("dec", "december", "дек", "декабр"),
        ),
        start=1,
    )
    for name in several
}
_WORDED = re.compile(
    r"(?P<d1>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?P<m1>[^\W\d]{3,9})\.?,?\s+(?P<y1>\d{4})|(?P<m2>[^\W\d]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{4})"
)
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:/|-|$)")


def as_date(text: str) -> str:
    """The day that `text` names, as ISO 8601; '' if it names none that can be."""
    text = text.strip()[:80]
    if found := _ISO.search(text) or _COMPACT.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _WORDED.search(text):
        month = (found["m1"] or found["m2"]).lower()
        number = next(
            (n for name, n in _MONTHS.items() if month == name or (len(name) > 3 and month.startswith(name))), 0
        )
        return _day(int(found["y1"] or found["y2"]), number, int(found["d1"] or found["d2"]))
    return ""


def in_address(url: str) -> str:
    """The day that stands in the path of `url` (`/2019/02/23/`), as ISO 8601; '' if there is none."""
    found = _IN_URL.search(urlsplit(url).path)
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else ""


def _day(year: int, month: int, day: int) -> str:
    try:
        found = date(year, month, day)
    except ValueError:
        return ""
    return found.isoformat() if 1990 <= year <= date.today().year + 1 else ""
