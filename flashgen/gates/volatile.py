"""The card says "currently" or "latest" without a year: it will be wrong before it is learnt."""

from __future__ import annotations

import re

from flashgen.gates._prose import any_of, language, own
from flashgen.types import Draft, Finding, Passage, Verdict

NEEDS_WORDS = True

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
_OF_EACH = (
    r" of (?:each|every|an?|any|its|(?:the|that) (?:key|record|row|value|file|document|entry|object|item|page|block))\b"
)
_ENGLISH = any_of(
    rf"\bcurrently\b(?! {_BUSY}\b)",
    rf"\bcurrent {_THINGS}\b",
    rf"\b(?:latest|newest|most recent) (?:[\w.+#-]+ ){{0,2}}{_THINGS}\b(?!{_OF_EACH})",
    r"\bthe (?:latest|newest)\s*(?:$|[?.,])",
    r"\btoday\b",
    r"\bnowadays\b",
    r"\bthese days\b",
    r"\b(?:as of|right|by|until) now\b",
    r"\bat (?:the moment|present)\b(?! of)",
    r"\bso far\b(?! (?:ahead|behind|apart|away))",
    r"(?<!least )(?<!most )\brecently\b(?! (?:used|accessed|added|created|opened|read|written|inserted"
    r"|deleted|modified|seen|visited))",
    r"\bin recent (?:years|months)\b",
    r"\b(?:this|last|next) (?:year|month|quarter)\b",
    r"\bupcoming\b",
    r"\bstate[- ]of[- ]the[- ]art\b",
    r"\bas of (?:this )?writing\b",
    r"\bto date\b(?!\w)(?! (?:format|type|string|column))",
)
_RUSSIAN = any_of(
    r"(?<!\w)(?:сейчас|сегодня|ныне|нынче|в настоящее время|в настоящий момент|на (?:данный|текущий"
    r"|сегодняшний) (?:момент|день)|на сегодня|в наши дни|до сих пор|пока что|в (?:этом|прошлом|текущем"
    r"|следующем) (?:году|месяце|квартале)|в последн(?:ие|ее) (?:годы|время)|недавно(?! (?:использ|добавл"
    r"|созда|прочит|откры|запис|измен|примен))|новейш\w+|современн\w+ (?:верси|стандарт)\w*)(?!\w)",
    r"(?<!\w)(?:последн|самая нов|самой нов|свеж(?!\w* данн)|текущ|актуальн|нынешн)\w* (?:[\w.+#-]+ ){0,2}"
    r"(?:верси|релиз|стандарт|модел|издани|обновлени|данн|цен|поколени|исследовани)\w*",
    r"(?<!\w)(?:верси|релиз|издани)\w* (?:[\w.+#-]+ ){0,3}(?:последн|текущ|актуальн)\w*\s*(?:$|[?.,])",
)


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """A year in the card dates it; `least recently used` and `currently running` are no dates."""
    sides = own(draft.question), own(draft.answer)
    if any(map(_YEAR.search, sides)):
        return None
    pattern = {"en": _ENGLISH, "ru": _RUSSIAN}.get(language(draft, passage))
    found = pattern and next(filter(None, map(pattern.search, sides)), None)
    return Finding("volatile", Verdict.WARN, f"“{found[0]}” without a year will not stay true") if found else None
