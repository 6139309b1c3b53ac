"""The card says "currently" or "latest" without a year: it will be wrong before it is learnt."""

from __future__ import annotations

import re

from flashgen.gates._prose import language, own
from flashgen.types import Draft, Finding, Passage, Verdict

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_THINGS = (
    r"(?:version|release|stable|lts|model|edition|update|news|standard|figures?|data|research|trends?|statistics"
    r"|generation|major|minor|"
    r"technology|technologies|recommendation|price|pricing|state|status|ceo|price|limit|default|approach|practice)s?"
)
_BUSY = (
    r"(?:running|executing|executed|open|active|selected|held|loaded|logged|checked|connected|in use|being"
    r"|available in|processing|processed|stored|assigned|waiting|scheduled|visible|mounted|leased|locked|playing)"
)
_ENGLISH = re.compile(
    rf"\bcurrently\b(?! {_BUSY}\b)|\bcurrent {_THINGS}\b|\b(?:latest|newest"
    rf"|most recent) (?:[\w.+#-]+ ){{0,2}}{_THINGS}\b|\bthe (?:latest|newest)\s*(?:$|[?.,])"
    r"|\btoday\b|\bnowadays\b|\bthese days\b|\b(?:as of|right|by|until) now\b|\bat (?:the moment"
    r"|present)\b(?! of)|\bso far\b(?! (?:ahead|behind|apart|away))"
    r"|(?<!least )(?<!most )\brecently\b(?! (?:used|accessed|added|created|opened|read|written|inserted|deleted"
    r"|modified|seen|visited))|\bin recent (?:years|months)\b|\b(?:this|last|next) (?:year|month|quarter)\b"
    r"|\bupcoming\b|\bstate[- ]of[- ]the[- ]art\b|\bas of (?:this )?writing\b|\bto date\b(?!\w)(?! (?:format"
    r"|type|string|column))"
)
_RUSSIAN = re.compile(
    r"(?<!\w)(?:сейчас|сегодня|ныне|нынче|в настоящее время|в настоящий момент|на (?:данный|текущий"
    r"|сегодняшний) (?:момент|день)|на сегодня|в наши дни|до сих пор|пока что|"
    r"в (?:этом|прошлом|текущем|следующем) (?:году|месяце|квартале)|в последн(?:ие|ее) (?:годы|время)"
    r"|недавно(?! (?:использ|добавл|созда|прочит|откры|запис|измен|примен))|новейш\w+|современн\w+ (?:верси"
    r"|стандарт)\w*)(?!\w)"
    r"|(?<!\w)(?:последн|самая нов|самой нов|свеж|текущ|актуальн|нынешн)\w* (?:[\w.+#-]+ ){0,2}(?:верси|релиз"
    r"|стандарт|модел|издани|обновлени|данн|цен|поколени|исследовани)\w*"
)


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """A year in the card dates it; `least recently used` and `currently running` are no dates."""
    sides = own(draft.question), own(draft.answer)
    if any(map(_YEAR.search, sides)):
        return None
    pattern = {"en": _ENGLISH, "ru": _RUSSIAN}.get(language(draft, passage))
    found = pattern and next(filter(None, map(pattern.search, sides)), None)
    return Finding("volatile", Verdict.WARN, f"“{found[0]}” without a year will not stay true") if found else None
