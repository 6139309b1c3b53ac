"""English sentences that say why, when, what follows, and how things differ."""

from __future__ import annotations

import re

from flashgen.restating import Form, Restated
from flashgen.restating.english_parts import AUX, EVALUATES, LEANS, first_clause, is_subject, vague_pronoun
from flashgen.restating.naming import uncapitalised
from flashgen.restating.verbs import base_form
from flashgen.text import words
from flashgen.vocabulary import STOP, content, generic

_BECAUSE = re.compile(r"^(.{8,140}?)(?:,? because|, since) (?!of\b|then\b)(.{12,})$")
_LEADING = re.compile(r"^Because (?!of\b)([^,]{12,}), (.{8,140})$")
_IN_ORDER = re.compile(
    r"^(?:In order to|To) ([^,]{6,90}), (.{3,50}?) (must|has to|have to|needs to|need to) (?:first )?(\w+) (.{6,})$"
)
_LEAST = 3
"""Words that carry meaning which a condition must have, and what follows from it, to be understood years later."""
_WHEN = re.compile(
    r"^(When|If|Whenever|Once) (?:((?:(?!, then ).){12,120}), then |([^,]{12,100}), )((?:(?!, then ).){10,})$"
)


def reason(text: str, seen: str, about: str) -> Restated | None:
    """ "Why is X slow?" for "X is slow because …"."""
    if found := _BECAUSE.match(text):
        main, reason = found[1], found[2]
    elif found := _LEADING.match(text):
        main, reason = found[2][0].upper() + found[2][1:], found[1]
    else:
        return None
    asked = _inverted(main, seen, about)
    reason = re.split(r"[;:]| [-–—] |, (?:so|but|and|which) ", reason)[0]
    if not asked or vague_pronoun(reason, main) or len(words(reason)) < 4:
        return None
    if re.match(r"(?:was|were|can|cannot) ", asked) or re.search(
        r"\b(?:most|least|best|worst)\b|[—–]|\b(?:and|or)$", asked
    ):
        return None  # a story, praise, what one may do
    if re.match(r"(?:just|only|even) ", reason):
        return None
    return Restated(Form.EXPLAINS, f"Why {asked}?", reason)


def need(text: str, seen: str, about: str) -> Restated | None:
    """ "What must X do to Y?" for "To Y, X must do Z"."""
    found = _IN_ORDER.match(text)
    if not found or not base_form(found[4]) or found[4] in ("start", "begin") or vague_pronoun(found[5], found[1]):
        return None
    if re.match(r"(?:until|for|to|on|in|at|with|by|from)\b", found[5]):  # "wait until": nothing to ask for
        return None
    subject = found[2][:1].upper() + found[2][1:]
    if not is_subject(subject, about, 6):
        return None
    aux = {"must": "must", "has to": "does", "needs to": "does"}.get(found[3], "do")
    also = "" if aux == "must" else f"{found[3].split()[0].replace('has', 'have').removesuffix('s')} to "
    asked = f"What {aux} {uncapitalised(subject, seen)} {also}{found[4]} to {found[1]}?"
    return Restated(Form.RELATES, asked, first_clause(found[5], 2))


def _inverted(main: str, seen: str, about: str) -> str:
    """ "is X slower" for "X is slower", "does X need Y" for "X needs Y"; '' where the subject can't be made out."""
    if re.search(r"[;:]|, ", main):
        return ""
    main = main.replace(" also ", " ")
    parts = main.split(" ")
    for n in range(1, min(12, len(parts) - 1)):
        word, subject = parts[n].casefold(), " ".join(parts[:n])
        if re.fullmatch(AUX, word):
            rest = " ".join(parts[n + 1 :])
            if re.match(r"(?:an?|the) \w", rest):  # a definition, whatever reason is given for it
                return ""
            good = is_subject(subject, about, 11) and not re.search(rf"\b(?:{AUX})\b", rest)
            return f"{word} {uncapitalised(subject, seen)} {rest}" if good else ""
        if n <= 6 and word.endswith("s") and not word.endswith("ss") and base_form(word) not in ("", word):
            before = parts[n - 1].casefold()
            if re.search(r"[^s]s$", before):
                return ""
            if before in ("a", "an", "the", "of", "in", "to") or not is_subject(subject, about, 6):
                continue
            if parts[n + 1].casefold() in AUX.split("|") or re.search(r"\band\b", " ".join(parts[n + 1 :])):
                continue
            if word == "has" and re.search(r"(?:ed|en|been|become|had|made)$", parts[n + 1]):
                return ""
            return f"does {uncapitalised(subject, seen)} {base_form(word)} {' '.join(parts[n + 1 :])}"
    return ""


_NO_EVENT = re.compile(
    r"^(?:and|or|but|at first|first|it is ?n.t|it is not|it is \w+ (?:that|to)|the semantics) |"
    r"\b(?:usually|often|typically|generally|normally|sometimes|(?:nearly|almost) always|(?:is|are) different|certain|"
    r"will attempt|Alice)\b",
    re.I,
)
"""What follows that is a habit, an example, or says nothing."""


def condition(text: str, seen: str, about: str) -> Restated | None:
    """ "What happens when X fails?" for "When X fails, …"."""
    found = _WHEN.match(text)
    if not found:
        return None
    word, given, main = found[1].casefold(), found[2] or found[3], found[4]
    subject = re.split(r" (?:is|are|has|have|can|cannot|does|do|gets?|becomes?|\w+s) ", given, maxsplit=1)
    if len(subject) < 2 or not is_subject(subject[0][:1].upper() + subject[0][1:], about, 6):
        return None
    named = set(content(given)) - generic()
    if not named & set(content(about)) or _NO_EVENT.search(main):
        return None
    if len(named) < _LEAST or len(set(content(main))) < _LEAST:  # "if it is unset", "they are executed"
        return None
    if re.search(r"\b[a-z]+_[a-z_]+\b|\b[A-Z]+(?:_[A-Z]+){2}", text):  # out of an example, or of one function
        return None
    if len(words(given)) < 4 or base_form(main.split(" ")[0].casefold()) == main.split(" ")[0].casefold():
        return None
    if vague_pronoun(main, given) or not re.search(r"\b(?:is|are|will|can|cannot|must|\w{3,}s|does|has)\b", main):
        return None
    if re.search(
        r"\b(?:should|could|might|may|would|want\w*|can (?:also )?be (?:used|set|found))\b", f"{given} {main}"
    ):
        return None
    if re.search(r"\bthen\b", main):
        return None
    first = re.split(r"; | [-–—] |, (?:so|but|and) ", main)[0]
    main = main if "," in first else first  # the last comma was one of a list
    when = "if" if word == "if" else "when" if word in ("when", "whenever") else "once"
    return Restated(Form.FOLLOWS, f"What happens {when} {given}?", main)


_AT = re.compile(r"^(.{3,60}?) (happens?|occurs?|arises?|occurs) (?:only )?(when|if) (.+)$")
_STATE = re.compile(r"^(.{3,60}?) (is|are) ((?:[\w-]+ ){0,2}[\w-]+) (only )?(when|if) (.+)$")


def moment(text: str, seen: str, about: str) -> Restated | None:
    """ "When is X stale?" for "X is stale when …"."""
    if found := _AT.match(text):
        subject, verb, word, said = found[1], base_form(found[2]) or found[2].removesuffix("s"), found[3], found[4]
        asked = f"do{'' if verb == found[2] else 'es'} {uncapitalised(subject, seen)} {verb}"
    elif found := _STATE.match(text):
        subject, word, said = found[1], f"{found[4] or ''}{found[5]}", found[6]
        if set(found[3].casefold().split()) & (EVALUATES | STOP):
            return None
        asked = f"{found[2]} {uncapitalised(subject, seen)} {found[3]}"
    else:
        return None
    if not is_subject(subject, about, 6) or len(words(said)) < 4 or vague_pronoun(said, subject):
        return None
    return Restated(Form.FOLLOWS, f"When {asked}?", f"{word} {first_clause(said, 3)}")


# --- how things differ ---

_DIFFERS = re.compile(
    r"^(.{2,60}?) (differs?|is different|are different) from (.{2,60}?) (?:in that|because|by) (.{10,})$"
)


def contrast(text: str, seen: str, about: str) -> Restated | None:
    """ "How does X differ from Y?" for "X differs from Y in that …". "Unlike Y, X …" names one difference of many."""
    found = _DIFFERS.match(text)
    if not found or not is_subject(found[1], about, 6) or LEANS.search(found[3]):
        return None
    does = "does" if found[2] in ("differs", "is different") else "do"
    return Restated(Form.EXPLAINS, f"How {does} {uncapitalised(found[1], seen)} differ from {found[3]}?", found[4])
