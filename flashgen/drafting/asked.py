"""What is wrong with a question that a small model asked of a sentence: it asks about something else, or for another
part of the sentence than the answer, or turns what is said round."""

from __future__ import annotations

import re
from collections.abc import Callable

from flashgen.drafting.case import Case, share
from flashgen.restating.verbs import base_form
from flashgen.text import fold, words
from flashgen.vocabulary import listed

_KNOWN = 0.6
"""Share of the question's own stems that the passage, or of a "why" the sentence, must have."""


def _is_no_question(case: Case) -> bool:
    return not case.question.endswith("?")


def _is_broken_russian(case: Case) -> bool:
    """«Чтобы» wants a past tense or an infinitive: «чтобы номер выбирается» is none."""
    aim = _AIM.search(case.question)
    return aim is not None and bool(_PRESENT.search(aim[0])) and not _PAST_OR_INFINITIVE.search(aim[0])


_AIM = re.compile(r"\bчтобы\b[^,?]*")
_PRESENT = re.compile(r"(?:[аяуи]ет|[аяую]ют|ит|ят)(?:ся)?\b")
_PAST_OR_INFINITIVE = re.compile(r"(?:ть|ти|чь|л|ла|ло|ли)(?:ся|сь)?\b")


def _dangles(case: Case) -> bool:
    return bool(_POINTER.search(case.question))


_POINTER = re.compile(
    r"\b(?:this|these|those)\b|"
    r"\bthe (?:fact|passage|sentence|statement|code|snippet|text|topic|above|following|given)\b|"
    r"^(?:what|why|how|when|where|which|who)\b(?: \w+)? "
    r"(?:do|does|did|is|are|was|were|can|should|must|will|would|has|have) (?:it|they|he|she|we|you|i|there)\b|"
    r"\b(?:in|by|for|of) (?:it|them)\?$|"
    r"\b(?:факт\w*|отрыв\w+|предложени\w+|текст\w*|эт(?:от|а|о|и|ого|ой|их))\b|"
    r"^(?:что|почему|как|когда|где|зачем) (?:он|она|оно|они|его|ее|их|ему|мы|вы|нам)\b"
)


def _names_nothing(case: Case) -> bool:
    return not case.subject_stems or bool(_ANYBODY.match(case.question))


_ANYBODY = re.compile(
    r"(?:what|how|why) (?:does|do|can|should|must) (?:the |an? |some |many )?"
    r"(?:users?|people|developers?|programmers?|engineers?|teams?|companies|author)(?: do)?\?$"
)


def _asks_about_another_thing(case: Case) -> bool:
    """Too few of its words are the passage's, or none the sentence's or its heading's."""
    near = case.fact_stems | case.topic_stems
    return share(case.subject_stems, case.known_stems) < _KNOWN or not case.subject_stems & near


def _defines_the_undefined(case: Case) -> bool:
    """ "What is X?" where the sentence says what X does or has, and not what it is."""
    subject = _WHAT_IS.match(case.question)
    if not subject or " of " in subject[1]:
        return False
    if (done := _IS_DONE.search(subject[1])) and re.search(rf"\b(?:is|are|be) (?:\w+ )?{done[1]}\b", case.fact):
        return False
    if re.match(r"\w+ed\b", case.answer):
        return True
    name = re.escape(subject[1].removesuffix("s"))
    like = r"(?:(?:like|such as) [\w ]{2,40} )?"
    says = r"(?:is|are|was|were|means?|refers? to|stands? for|consists? of|describes?|это|-)(?= |$)"
    is_said = rf"\b{name}\w{{0,2}}\W+(?:\([^)]*\) )?{like}{says}"
    is_named = rf"(?:called|known as|is|are|называ\w+)\W+(?:an? |the )?{name}"
    return not re.search(f"{is_said}|{is_named}", case.fact)


_WHAT_IS = re.compile(
    r"(?:what (?:is|are)|что такое) (?:an? |the )?+"
    r"(?!(?:purpose|role|goal|difference|advantage|disadvantage|benefit|recommended|best|basic|result|effect|reason|"
    r"point|use)s? )((?:[\w+#./'-]+ ?){1,8}?)\?$"
)


_IS_DONE = re.compile(
    r" ((?:used|designed) to(?= do$)|(?:used|responsible) for$|(?:based|built) on$|built on top of$|"
    r"(?:made|composed|made up) of$|named after$|divided into$|measured in$|(?:known|defined) as$)"
)
"""How a question ends that asks what is done with a thing, or to it, and not what it is."""


def _takes_passive_for_active(case: Case) -> bool:
    """ "What does X reduce?" where the sentence says that X is reduced."""
    found = _ACTIVE.match(case.question)
    for verb in words(found[1])[1:] if found else ():
        root = re.escape(verb.removesuffix("e"))
        is_done = re.search(rf"\b(?:is|are|was|were|be|been|being)(?: \w+)? {root}\w*(?:d|n|t)\b", case.fact)
        if is_done and not re.search(rf"\b{root}(?:e|es|s)?\b", case.fact):
            return True
    return False


_ACTIVE = re.compile(r"what (?:does|do|did|can|could|should|must|will|would) (.+)\?$")


def _answers_another_deed(case: Case) -> bool:
    """ "What does X do?" answered with a thing, or with what something else does."""
    found = _DEED.match(case.question)
    if not found:
        return False
    name = re.escape(found[1].removesuffix("s"))
    deed = re.sub(r"^(?:it|they|he|she) ", "", case.answer)
    if deed == case.answer and not base_form(deed.split(" ")[0]):
        return True
    does = re.escape(deed.split(" ")[0][:4])
    beside = r"(?: \([^)]*\))?(?:,? \w+,?)?"
    return not re.search(rf"\b{name}\w{{0,2}}{beside} {does}", case.fact)


_DEED = re.compile(r"what (?:does|do) (?:an? |the )?(.+) do(?: (?:in|for|with|to|on) .+)?\?$")


def _doubles_its_verb(case: Case) -> bool:
    """ "What do they detect and abort?" answered with "Deadlocks and abort one": the question swallowed a verb."""
    joined = re.findall(r"\band (\w+)", case.question)
    return any(re.search(rf"\band {re.escape(verb)}\b", case.answer) for verb in joined)


def _asks_what_a_product_does(case: Case) -> bool:
    """ "What does PostgreSQL do?" has a thousand answers."""
    return bool(re.match(r"What does \w*[A-ZА-Я]\w* do\?$", case.question_as_written))


def _compares_nothing(case: Case) -> bool:
    """A difference is asked for where the sentence makes none."""
    return bool(_DIFFERENCE.search(case.question)) and not _CONTRAST.search(case.fact)


_DIFFERENCE = re.compile(r"\b(?:differences?|differs?|compared?|отлича\w+|отличи\w+|разниц\w+)\b")
_CONTRAST = re.compile(
    r"\b(?:unlike|whereas|while|than|but|differ\w*|instead|contrast|compared|rather|only|both|same|"
    r"в отличие|тогда как|а|но|чем|отлич\w+|вместо)\b"
)


def _asks_for_another_part(case: Case) -> bool:
    """The answer stands behind a preposition ("with a server link") that the question does not ask with."""
    if not re.match(r"(?:what|which|who)\b(?! (?:is|are) the (?:purpose|role|goal|reason))", case.question):
        return False
    answer = re.escape(re.sub(r"^(?:an?|the) ", "", case.answer))
    before = re.search(rf"\b(\w+) (?:an? |the )?{answer}", case.fact)
    return before is not None and before[1] in _PREPOSITIONS and before[1] not in words(case.question)


_PREPOSITIONS = listed("with by from at on in through via without during after before")


def _gives_no_reason(case: Case) -> bool:
    """ "Why …?" of something that the sentence does not say, or answered with another part than its reason."""
    if not case.question.startswith(("why", "почему", "зачем")):
        return False
    if _BECAUSE.search(case.question) or not _REASON.search(case.fact):
        return True
    if share(case.subject_stems, case.fact_stems) < _KNOWN:
        return True
    again = re.match(r"(?:it|they) (\w+)", case.answer)
    if again and base_form(again[1]) and base_form(again[1]) in map(base_form, words(case.question)):
        return True  # "Why does it keep copies?" – "It keeps copies"
    reason = _BECAUSE.search(case.fact)
    behind = set(words(case.fact[reason.end() :])) if reason else set()
    said = [word for word in words(case.answer) if word in words(case.fact)]
    return bool(reason) and share(said, behind) < 0.5


_REASON = re.compile(
    r"\b(?:because|due to|since|as|so|to|for|by \w+ing|therefore|thus|hence|which|so that|"
    r"потому|поэтому|чтобы|так как|поскольку|из-за|благодаря|для|позволя\w+)\b"
)
_BECAUSE = re.compile(r"\b(?:because(?: of)?|due to|so that|in order to|потому что|чтобы)\b")


def _takes_sides_for_each_other(case: Case) -> bool:
    """An advantage is asked for where the text tells of a disadvantage, or the other way round."""
    told, card = f"{case.fact} {case.heading}", f"{case.question} {case.answer}"
    return any(
        ours.search(card) and not ours.search(told) and theirs.search(told) for ours, theirs in (_SIDES, _SIDES[::-1])
    )


_SIDES = (
    re.compile(r"\b(?:advantages?|benefits?|pros|strengths?|upsides?|преимуществ\w*|плюс\w*|достоинств\w*)\b"),
    re.compile(
        r"\b(?:disadvantages?|drawbacks?|cons|weakness\w*|downsides?|costs?|problems?|недостат\w*|минус\w*|проблем\w*)\b"
    ),
)


def _denies(case: Case) -> bool:
    """The card says "not" and the sentence doesn't."""
    return bool(_NOT.search(f"{case.question} {case.answer}")) and not _NOT.search(case.fact)


_NOT = re.compile(
    r"\b(?:not|never|no|cannot|without|nor|none|un\w+|in\w+|non\w*|\w+n't|less|lack\w*|avoid\w*|prevent\w*|"
    r"не\w*|ни\w*|без\w*|нельзя)\b"
)


def _asks_for_a_person(case: Case) -> bool:
    """ "Who works with APIs?" answered with somebody's name."""
    if not re.match(r"(?:who|whom|кто|кого|кому|кем)\b", case.question):
        return False
    return any(fold(name) == case.answer for name in _FULL_NAME.findall(case.fact_as_written))


_FULL_NAME = re.compile(r"(?:[A-ZА-ЯЁ][\w.'’-]* ){1,2}[A-ZА-ЯЁ][\w'’-]+")

CHECKS: tuple[tuple[Callable[[Case], bool], str], ...] = (
    (_is_no_question, "the question does not end as one"),
    (_is_broken_russian, "the question is no correct Russian"),
    (_dangles, "the question points at something that is not there"),
    (_names_nothing, "the question does not say what it is about"),
    (_asks_about_another_thing, "the question is about something else than the sentence"),
    (_defines_the_undefined, "the question asks what something is, and the sentence does not say it"),
    (_takes_passive_for_active, "the question takes what is done to something for what it does"),
    (_answers_another_deed, "the question asks what something does, and the answer is something else"),
    (_doubles_its_verb, "question and answer share a verb"),
    (_asks_what_a_product_does, "the question has a thousand answers"),
    (_asks_for_a_person, "the question asks for a person's name"),
    (_compares_nothing, "the question asks for a difference, and the sentence makes none"),
    (_asks_for_another_part, "the answer is another part of the sentence than the question asks for"),
    (_gives_no_reason, "the answer is not the reason that the sentence gives"),
    (_takes_sides_for_each_other, "advantage and disadvantage are mixed up"),
    (_denies, "the card denies what the sentence says"),
)
"""Each check and what it says of the card, in words for a person."""
