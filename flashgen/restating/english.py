"""English sentences as question and answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from flashgen.restating import Form, Restated
from flashgen.restating.naming import uncapitalised
from flashgen.restating.verbs import base_form
from flashgen.text import words
from flashgen.vocabulary import STOP, content, generic, listed

_MOST_WORDS = 24
"""Words of an answer that can be remembered as one thing."""

_AUX = "is|are|was|were|can|cannot|could|must|should|will|may|has to|have to"
_NOT_FIRST = listed(
    """all each every some any another other others most many several both one two three four this that these those such
    what there here it its their his her our your my no first second third last next single common typical popular
    similar good best better important key main great simple easy real same whole certain few more less much only even
    if when while as in on at by with for to from of after before since because although though unlike using use
    creating note also then so but and or not"""
)
_NOT_IN_SUBJECT = listed(
    """that which who whose where when while if because since so but is are was were be been has had do does did can
    could must should will would may might not never cannot also than then it they this these you we i them their your
    our my he she"""
)
_LEANS = re.compile(r"\b(?:this|these|those|you\w*|we|our|us|i|my|he|she|here|above|below|such|so far|now)\b", re.I)


def restated(text: str, seen: str, about: str) -> Restated | None:
    """`text`, a sentence without its full stop, as question and answer; None if it has none of the known forms."""
    text = _OPENING.sub("", text)
    text = text[:1].upper() + text[1:]
    for form in _FORMS:
        found = form(text, seen, about)
        if found and _is_sound(found):
            return found
    return None


_OPENING = re.compile(
    r"^(?:Comparatively|In general|Generally|Generally speaking|Typically|In practice|Usually|Normally|Essentially|"
    r"In short|Simply put|By default|In computing|In computer science), (?=\w)"
)


def _is_sound(found: Restated) -> bool:
    """Whether question and answer are of a sensible length, and lean on nothing else."""
    asked, said = words(found.question), words(found.answer)
    if not (3 <= len(asked) <= 26 and 1 <= len(said) <= _MOST_WORDS):
        return False
    if found.answer.count("(") != found.answer.count(")") or re.search(r"[:;]|\. |[,(]$", found.answer):
        return False
    said_of_all = re.sub(r"(?i)^you (?=\w)", "", found.answer) if found.form is Form.EXPLAINS else found.answer
    return not _LEANS.search(said_of_all) and not _LEANS.search(found.question)


def _is_subject(text: str, about: str, most: int = 8) -> bool:
    """Whether `text` names something without what stands before it."""
    parts = text.split(" ")
    low = [word.casefold().strip("(),") for word in parts]
    if not 1 <= len(parts) <= most or low[0] in _NOT_FIRST or set(low) & _NOT_IN_SUBJECT:
        return False
    if re.search(r"[,:;?!=]|\d+\)|(?<![\w/'’.+-])[b-zB-Z](?![\w/'’.+#-])", text) or low[0].isdigit():
        return False
    if low[0] in ("a", "an", "the") and (len(low) < 2 or low[1] in _NOT_FIRST):
        return False
    matter = [stem for stem in content(text) if stem not in generic()]
    if not matter:
        return False
    if low[0] == "the" and not re.search(r" (?:of|in|for|with|between) ", text) and not _is_name(text[4:]):
        return set(matter) <= set(content(about))
    return True


def _is_name(text: str) -> bool:
    return any(map(str.isupper, text))


# --- what it is -------------------------------------------------------------------------------------

_DEFINITION = re.compile(
    r"^((?:An? |The )?[\w+#./'’-]+(?: [\w+#./'’-]+){0,5}?)(?: \(([^()]{1,40})\))?,? (is|are) "
    r"(?:(?:simply|just|basically|essentially|really|actually) )?((?:an?|the|any) .+|\w+s that .+|\w+ that .+)$"
)
_EVALUATES = listed(
    """good poor great bad best better worse easy simple slow fast nice common popular important useful powerful key
    critical essential major real big huge few hard difficult tough solid perfect excellent valid single possible
    necessary recommended first last next main primary similar same right wrong fundamental crucial relatively very
    pretty quite rather more most less well-known handy interesting only other another different vital must
    convenient reasonable little lot sort fairly fine"""
)
_NO_GENUS = listed(
    """way ways example examples thing things topic question problem problems reason result results idea case cases
    concept concepts matter part parts bit lot kind story point step steps issue fact choice alternative option feature
    advantage disadvantage goal must-have subject challenge task course one opposite foundation basis heart essence
    backbone difference key core default"""
)
_GROUP = re.compile(r"(?i)(?:an?|the) (?:type|kind|form|sort|set|group|collection|piece|number|variety) of ")
_DIFFERENTIA = re.compile(
    r"\b(?:that|which|who|where|when|whose|for|used|using|to|with|without|by|between|from|of|whereby|in which|"
    r"\w{3,}ing|\w{3,}ed)\b"
)


def _definition(text: str, seen: str, about: str) -> Restated | None:
    found = _DEFINITION.match(text)
    if not found:
        return None
    term, short, copula, said = found[1], found[2] or "", found[3], _first_clause(found[4])
    said = said if _is_genus(said) else found[4]
    if not _is_subject(term, about, 6) or re.search(r"(?i)\b(?:of|in|with|for|to|and|or|like)\b", term):
        return None
    if re.match(r"(?i)\w+ing \w|\w+ed \w|what|how|why", term) and len(term.split()) > 2:
        return None
    if not _is_genus(said):
        return None
    name = uncapitalised(term, seen) + (f" ({short})" if _abbreviates(short, term) else "")
    return Restated(Form.DEFINES, f"What {copula} {name}?", said)


def _is_genus(said: str) -> bool:
    """Whether what is said of a thing is what it is and what sets it apart, and no praise or blame."""
    head = re.split(r" (?:that|which|who|where|when|of|for|to|with|used|in|by|from|on|whose|between|\w{4,}ing) ", said)[
        0
    ]
    low = [word.strip(",()\"'“”") for word in head.casefold().split()]
    if set(low) & _EVALUATES or low[-1] in _NO_GENUS or len(words(said)) < 5:
        return False
    if _GROUP.match(said) and set(said.casefold().split()[3:6]) & (_EVALUATES - {"one", "more"}):
        return False
    rest = said[len(head) :]
    return bool(_DIFFERENTIA.search(rest)) and len(words(rest)) >= 3


def _abbreviates(short: str, term: str) -> bool:
    return short.isupper() or (bool(short) and short[0].isupper() and " " not in short)


def _first_clause(said: str, least: int = 5) -> str:
    """`said` up to where another statement begins, if at least `least` words are left."""
    cut = re.split(
        r"(?:,? (?:but|so|because|since|although|though|while|whereas|however) |; | [-–—] |, (?:and|or) "
        r"(?=(?:is|are|can|was|were|has|have|it|they|which|its)\b)|\. )",
        said,
        maxsplit=1,
    )[0].rstrip(" ,")
    for verb in re.finditer(r",? and (\w+s) (?=(?:the|an?|its|something|that|to|how|what)\b)", cut):
        if base_form(verb[1]) not in ("", verb[1]) and len(words(cut[: verb.start()])) >= least:
            return cut[: verb.start()]
    return cut if len(words(cut)) >= least else said


# --- what it has to do with others --------------------------------------------------------------------

_NOUN_OF = re.compile(
    r"^(The (?:[\w-]+ ){1,4}(?:of|in|for|with|behind|between|to) (?:[\w+#./'’()-]+ ?){1,7}?) (is|are)"
    r"(?: (?:mainly|usually|often|that|typically|simply))* (to \w+ .+|an? .+|the .+|\S+|that .+|\w+ing .+)$"
)
_ASSUMES = re.compile(r"^(The (?:[\w-]+ ){1,4}?)(is|are) (that .+|to \w+ .+)$")
_VERBAL = re.compile(
    r"^(.{3,70}?) "
    r"(consists? of|stands? for|refers? to|depends? on|relies on|rely on|focus on|focuses on|means? that) (.+)$"
)
_PASSIVE = re.compile(
    r"^(.{3,70}?) (is|are|can be|must be) (?:(?:often|usually|typically|mainly|mostly|commonly|primarily) )?"
    r"(called|known as|responsible for|based on|made up of|made of|composed of|divided into|"
    r"used for|used to|named after|built on|built on top of|defined as|designed to|measured in|referred to as) (.+)$"
)


def _noun_of(text: str, seen: str, about: str) -> Restated | None:
    found = _NOUN_OF.match(text)
    found = found or _ASSUMES.match(text)
    if not found or not _is_subject(found[1].strip(), about, 12):
        return None
    asked, said = found[1].strip(), found[3]
    if re.match(r"The (?:first|second|third|next|last|same|only|rest|number of|end) ", asked):
        return None
    low = said.casefold().split()
    if (
        set(low[:3]) & _EVALUATES
        or re.search(r"['’]s?$", said)
        or (len(low) == 1 and low[0] in STOP)
        or re.search(r"\bas\b.*\bas\b", said)
    ):
        return None
    if len(low) == 1 and not re.search(r"(?i)\b(?:default|name|type|unit|size|value|language|format|port)\b", asked):
        return None
    said = _first_clause(said.removeprefix("that "))
    return Restated(Form.RELATES, f"What {found[2]} t{asked[1:]}?", said)


def _verbal(text: str, seen: str, about: str) -> Restated | None:
    found = _VERBAL.match(text)
    if not found or not _is_subject(found[1], about):
        return None
    verb, particle = found[2].split(" ", 1)
    base = base_form(verb.casefold()) or ("focus" if verb.startswith("focus") else verb.removesuffix("s"))
    if base == "mean":
        if len(found[1].split()) > 4 or re.match(r"(?i)\w+ing\b", found[1]):
            return None
        particle = ""
    does = "do" if verb == base else "does"
    form = Form.DEFINES if verb.startswith(("stand", "refer", "mean")) else Form.RELATES
    said = _first_clause(found[3], 2)
    if verb.startswith(("depend", "rel", "focus")) and len(words(said)) < 3:
        return None
    return Restated(form, f"What {does} {uncapitalised(found[1], seen)} {base} {particle}".rstrip() + "?", said)


def _passive(text: str, seen: str, about: str) -> Restated | None:
    found = _PASSIVE.match(text)
    if not found or not _is_subject(found[1], about) or re.search(r" (?:and|or)$| and .*(?: .*){3}", found[1]):
        return None
    subject, aux, verb, said = uncapitalised(found[1], seen), found[2], found[3], _first_clause(found[4])
    if verb == "called" and (
        len(found[1].split()) < 4 or " called " in said or re.search(r"\b(?:with|by|when)\b", said)
    ):
        return None
    asked = f"{aux.split()[0]} {subject}{' be' if ' ' in aux else ''} {verb}"
    if verb in ("used to", "designed to"):
        asked = f"{asked} do"
        if said.startswith("be "):
            return None
    if verb in ("used for", "used to", "designed to", "based on") and len(words(said)) < 4:
        return None
    return Restated(Form.RELATES, f"What {asked}?", said)


# --- why, and what follows ----------------------------------------------------------------------------

_BECAUSE = re.compile(r"^(.{8,140}?)(?:,? because|, since) (?!of\b|then\b)(.{12,})$")
_LEADING = re.compile(r"^Because (?!of\b)([^,]{12,}), (.{8,140})$")
_IN_ORDER = re.compile(
    r"^(?:In order to|To) ([^,]{6,90}), (.{3,50}?) (must|has to|have to|needs to|need to) (?:first )?(\w+) (.{6,})$"
)
_WHEN = re.compile(r"^(When|If|Whenever|Once) ([^,]{12,100}), (?:then )?(.{10,})$")


def _reason(text: str, seen: str, about: str) -> Restated | None:
    if found := _BECAUSE.match(text):
        main, reason = found[1], found[2]
    elif found := _LEADING.match(text):
        main, reason = found[2][0].upper() + found[2][1:], found[1]
    else:
        return None
    asked = _inverted(main, seen, about)
    reason = re.split(r"[;:]| [-–—] |, (?:so|but|and|which) ", reason)[0]
    if not asked or _vague_pronoun(reason, main) or len(words(reason)) < 4:
        return None
    return Restated(Form.EXPLAINS, f"Why {asked}?", reason)


def _need(text: str, seen: str, about: str) -> Restated | None:
    """ "What must X do to Y?" for "To Y, X must do Z"."""
    found = _IN_ORDER.match(text)
    if not found or not base_form(found[4]) or found[4] in ("start", "begin") or _vague_pronoun(found[5], found[1]):
        return None
    subject = found[2][:1].upper() + found[2][1:]
    if not _is_subject(subject, about, 6):
        return None
    aux = {"must": "must", "has to": "does", "needs to": "does"}.get(found[3], "do")
    also = "" if aux == "must" else f"{found[3].split()[0].replace('has', 'have').removesuffix('s')} to "
    asked = f"What {aux} {uncapitalised(subject, seen)} {also}{found[4]} to {found[1]}?"
    return Restated(Form.RELATES, asked, _first_clause(found[5], 2))


def _inverted(main: str, seen: str, about: str) -> str:
    """ "is X slower" for "X is slower", "does X need Y" for "X needs Y"; '' where the subject can't be made out."""
    if re.search(r"[;:]|, ", main):
        return ""
    main = main.replace(" also ", " ")
    parts = main.split(" ")
    for n in range(1, min(12, len(parts) - 1)):
        word, subject = parts[n].casefold(), " ".join(parts[:n])
        if re.fullmatch(_AUX, word):
            rest = " ".join(parts[n + 1 :])
            if re.match(r"an? \w", rest):  # a definition, whatever reason is given for it
                return ""
            good = _is_subject(subject, about, 11) and not re.search(rf"\b(?:{_AUX})\b", rest)
            return f"{word} {uncapitalised(subject, seen)} {rest}" if good else ""
        if n <= 6 and word.endswith("s") and not word.endswith("ss") and base_form(word) not in ("", word):
            before = parts[n - 1].casefold()
            if re.search(r"[^s]s$", before):
                return ""
            if before in ("a", "an", "the", "of", "in", "to") or not _is_subject(subject, about, 6):
                continue
            if parts[n + 1].casefold() in _AUX.split("|") or re.search(r"\band\b", " ".join(parts[n + 1 :])):
                continue
            if word == "has" and re.search(r"(?:ed|en|been|become|had|made)$", parts[n + 1]):
                return ""
            return f"does {uncapitalised(subject, seen)} {base_form(word)} {' '.join(parts[n + 1 :])}"
    return ""


def _condition(text: str, seen: str, about: str) -> Restated | None:
    found = _WHEN.match(text)
    if not found:
        return None
    word, given, main = found[1].casefold(), found[2], found[3]
    subject = re.split(r" (?:is|are|has|have|can|cannot|does|do|gets?|becomes?|\w+s) ", given, maxsplit=1)
    if len(subject) < 2 or not _is_subject(subject[0][:1].upper() + subject[0][1:], about, 6):
        return None
    named = set(content(given)) - generic()
    if not named & set(content(about)) or re.match(r"(?:and|or|but) ", main):
        return None
    if len(words(given)) < 4 or base_form(main.split(" ")[0].casefold()) == main.split(" ")[0].casefold():
        return None
    if _vague_pronoun(main, given) or not re.search(r"\b(?:is|are|will|can|cannot|must|\w{3,}s|does|has)\b", main):
        return None
    if re.search(r"\b(?:should|could|might|may|would|want\w*)\b", f"{given} {main}"):
        return None
    main = re.split(r"; | [-–—] |, (?:so|but|and) ", main)[0]
    when = "if" if word == "if" else "when" if word in ("when", "whenever") else "once"
    return Restated(Form.FOLLOWS, f"What happens {when} {given}?", main)


def _vague_pronoun(text: str, before: str) -> bool:
    """Whether `text` has a pronoun that `before` offers nothing for, or too much."""
    if re.search(r"\b(?:them|they|their)\b", text, re.I):
        return len(re.findall(r"\b\w{3,}(?<!s)s\b", before)) != 1 and not re.match(r"(?i)they\b", text)
    return bool(re.match(r"(?i)(?:that|this|these|those|there)\b", text))


_AT = re.compile(r"^(.{3,60}?) (happens?|occurs?|arises?|occurs) (?:only )?(when|if) (.+)$")
_STATE = re.compile(r"^(.{3,60}?) (is|are) ((?:[\w-]+ ){0,2}[\w-]+) (only )?(when|if) (.+)$")


def _moment(text: str, seen: str, about: str) -> Restated | None:
    """ "When is X stale?" for "X is stale when …"."""
    if found := _AT.match(text):
        subject, verb, word, said = found[1], base_form(found[2]) or found[2].removesuffix("s"), found[3], found[4]
        asked = f"do{'' if verb == found[2] else 'es'} {uncapitalised(subject, seen)} {verb}"
    elif found := _STATE.match(text):
        subject, word, said = found[1], f"{found[4] or ''}{found[5]}", found[6]
        if set(found[3].casefold().split()) & (_EVALUATES | STOP):
            return None
        asked = f"{found[2]} {uncapitalised(subject, seen)} {found[3]}"
    else:
        return None
    if not _is_subject(subject, about, 6) or len(words(said)) < 4 or _vague_pronoun(said, subject):
        return None
    return Restated(Form.FOLLOWS, f"When {asked}?", f"{word} {_first_clause(said)}")


# --- how things differ ----------------------------------------------------------------------------------

_UNLIKE = re.compile(r"^Unlike ([^,]{2,60}), (.{12,})$")
_DIFFERS = re.compile(
    r"^(.{2,60}?) (differs?|is different|are different) from (.{2,60}?) (?:in that|because|by) (.{10,})$"
)


def _contrast(text: str, seen: str, about: str) -> Restated | None:
    if found := _DIFFERS.match(text):
        subject, other, said = found[1], found[3], found[4]
        does = "does" if found[2] in ("differs", "is different") else "do"
    elif found := _UNLIKE.match(text):
        other, said = found[1], found[2]
        subject, does = _doer(said[0].upper() + said[1:], about)
    else:
        return None
    if not subject or not _is_subject(subject, about, 6) or _LEANS.search(other):
        return None
    return Restated(Form.EXPLAINS, f"How {does} {uncapitalised(subject, seen)} differ from {other}?", said)


def _doer(main: str, about: str) -> tuple[str, str]:
    """The subject of `main` and the "do" or "does" that goes with it; '' if it can't be made out."""
    parts = main.split(" ")
    for n in range(1, min(7, len(parts) - 1)):
        word, subject = parts[n].casefold(), " ".join(parts[:n])
        singular = word in ("is", "was", "has") or (base_form(word) not in ("", word) and not word.endswith("ss"))
        plural = word in ("are", "were", "have") or (base_form(word) == word and parts[n - 1].endswith("s"))
        if (singular or plural) and _is_subject(subject, about, 6):
            return subject, "does" if singular else "do"
    return "", ""


_FORMS: tuple[Callable[[str, str, str], Restated | None], ...] = (
    _reason,
    _contrast,
    _condition,
    _need,
    _moment,
    _noun_of,
    _verbal,
    _passive,
    _definition,
)
