"""What English sentences are made of, as far as turning them needs it: subjects, clauses, words that lean."""

from __future__ import annotations

import re

from flashgen.restating import Form, Restated
from flashgen.restating.verbs import base_form
from flashgen.text import stem, words
from flashgen.vocabulary import content, generic, listed

_MOST_WORDS = 24
"""Words of an answer that can be remembered as one thing."""

AUX = "is|are|was|were|can|cannot|could|must|should|will|may|has to|have to"
_NOT_FIRST = listed(
    """all each every some any another other others most many several both one two three four this that these those such
    what there here it its their his her our your my no first second third last next single common typical popular
    similar good best better important key main great simple easy real same whole certain few more less much only even
    if when while as in on at by with for to from of after before since because although though unlike whereas using use
    creating note also then so but and or not"""
)
_NOT_IN_SUBJECT = listed(
    """that which who whose where when while if because since so but is are was were be been has had do does did can
    could must should will would may might not never cannot also than then it they this these you we i them their your
    our my he she therefore thus hence however therein thereof thereby named turn either
    rarely often usually always sometimes there"""
)
_ANOTHER = re.compile(
    r"((?:(?!\b(?:that|which|who|where|how)\b).)+?),? and (?:(?:in|for|with) [^,]{3,40} (?:it|they) |\w+ )?"
    r"(?:can|cannot|will|must|should|is|are) "
)
"""One statement, and behind it an "and" with another one that has a subject of its own."""
_BROKEN = re.compile(r"[:;]|\. |\w\.[A-Z][a-z]+ |[,(]$")
_KNOWN_ONE = re.compile(
    r"\bthe ([a-z]+)"
    r"(?= (?:is|are|was|has|have|does|do|can|must|will|used|depend|consist|refer|mean|and|or|occurs?)\b|\?)"
)
"""What a question takes for known: "the record", "the function", without a word that says which."""
_KNOWN_DOER = re.compile(r"[Tt]he (\w+) (?:is|are|was|has|have|will|can|must|does|\w+s)\b")
"""The same of a reason: "The container restarts"; and of what code does: "The function returns 0"."""
_CODE = listed("function method command routine call")
_QUOTES = (("“", "”"), ("«", "»"))
LEANS = re.compile(r"\b(?:this|these|those|you\w*|we|our|us|i|my|he|she|here|above|below|such|so far|now)\b", re.I)
EVALUATES = listed(
    """good poor great bad best better worse easy simple slow fast nice common popular important useful powerful key
    critical essential major real big huge few hard difficult tough solid perfect excellent valid single possible
    necessary recommended first last next main primary similar same right wrong fundamental crucial relatively very
    pretty quite rather more most less well-known handy interesting only other another different vital must
    convenient reasonable little lot sort fairly fine must-have predominant
    appealing easiest simplest hardest"""
)


def is_sound(found: Restated, about: str) -> bool:
    """Whether question and answer are of a sensible length, and lean on nothing but the headings `about`."""
    asked, said = words(found.question), words(found.answer)
    if not (3 <= len(asked) <= 26 and 1 <= len(said) <= _MOST_WORDS):
        return False
    if found.answer.count("(") != found.answer.count(")") or _BROKEN.search(found.answer):
        return False
    if any(text.count(left) != text.count(right) for text in (found.question, found.answer) for left, right in _QUOTES):
        return False
    if found.form in (Form.DEFINES, Form.RELATES) and _ANOTHER.match(found.answer):
        return False
    if {stem(word) for word in _KNOWN_ONE.findall(found.question)} - set(content(about)):
        return False
    known = _KNOWN_DOER.match(found.answer)
    if known and found.form in (Form.EXPLAINS, Form.FOLLOWS):
        leaves_open = found.form is Form.EXPLAINS or known[1] in _CODE
        if leaves_open and stem(known[1]) not in content(f"{found.question} {about}"):
            return False
    said_of_all = re.sub(r"(?i)^you (?=\w)", "", found.answer) if found.form is Form.EXPLAINS else found.answer
    return not LEANS.search(said_of_all) and not LEANS.search(found.question)


def is_subject(text: str, about: str, most: int = 8) -> bool:
    """Whether `text` names something without what stands before it."""
    parts = text.split(" ")
    low = [word.casefold().strip("(),") for word in parts]
    if not 1 <= len(parts) <= most or low[0] in _NOT_FIRST or set(low) & _NOT_IN_SUBJECT or low[-1] == "and":
        return False
    if re.search(r"[,:;?!=]| [-–—]|\d+\)|(?<![\w/'’.+-])[b-zB-Z](?![\w/'’.+#-])", text) or low[0].rstrip(".").isdigit():
        return False
    if low[0] in ("a", "an", "the") and (len(low) < 2 or low[1] in _NOT_FIRST):
        return False
    if low[0] in ("slow", "fast", "poor", "bad", "great", "nice", "big", "huge", "poorly", "well"):
        return False
    matter = [stem for stem in content(text) if stem not in generic()]
    if not matter:
        return False
    if low[0] == "the" and not re.search(r" (?:of|in|for|with|between) ", text) and not _is_name(text[4:]):
        return set(matter) <= set(content(about))
    return True


def _is_name(text: str) -> bool:
    return any(map(str.isupper, text))


_NEXT = re.compile(
    r",? (?:but|so|because|although|though|while|whereas|however|hence) |; | [-–—] |\. |"
    r", (?:since|originally|documented|introduced|developed|written|see|its|it|they) | and (?:it|they) |"
    r", (?:and|or) (?=(?:is|are|can|was|were|has|have|it|they|which|its|as|[A-Z][\w-]+ \w+s|"
    r"(?:an?|the) (?:[\w-]+ ){1,3}?(?:is|are|has|have|can|will|must|consists?|contains?))\b)"
)
"""Where another statement begins, or a remark."""
_LISTED = re.compile(r", [\w.+#/-]+(?: [\w.+#/-]+)?$")


def _in_list(said: str, found: re.Match[str]) -> bool:
    """Whether ", and" stands before a list's last item: "Java, Python, and Ruby programs"."""
    behind = said[found.end() :]
    return found[0] in (", and ", ", or ") and behind[:1].isupper() and bool(_LISTED.search(said[: found.start()]))


_AND_DOES = re.compile(
    r"(?:, and|,? and \w+ly) (\w+s) |,? and (\w+s) (?=(?:the|an?|its|something|that|to|how|what|\w+ly)\b)"
)


def first_clause(said: str, least: int = 5) -> str:
    """`said` up to where another statement begins, if at least `least` words are left."""
    ends = (found.start() for found in _NEXT.finditer(said) if not _in_list(said, found))
    cut = said[: next(ends, None)].rstrip(" ,")
    if (more := _ANOTHER.match(cut)) and len(words(more[1])) >= least:
        return more[1]
    for verb in _AND_DOES.finditer(cut):
        if re.search(r"\b(?:that|which|who)\b", cut[: verb.start()]):  # what is cut off is what sets the thing apart
            break
        does = verb[1] or verb[2]
        if base_form(does) not in ("", does) and len(words(cut[: verb.start()])) >= least:
            return cut[: verb.start()]
    return cut if len(words(cut)) >= least else said


def vague_pronoun(text: str, before: str) -> bool:
    """Whether `text` has a pronoun that `before` offers nothing for, or too much."""
    if re.search(r"\b(?:them|they|their)\b", text, re.I):
        return len(re.findall(r"\b\w{3,}(?<!s)s\b", before)) != 1 and not re.match(r"(?i)they\b", text)
    return bool(re.match(r"(?i)(?:that|this|these|those|there)\b", text))
