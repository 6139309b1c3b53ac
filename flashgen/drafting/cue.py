"""What a question is about, said in front of it where its own words don't: "Overlay filesystems: what happens when …?"

A sentence stands under the title of its article, and leaves out what that has said. Its card doesn't: reviewed in two
years, "What is the default value of each column?" is of no use. A cue of a few words mends it without a longer question
(Wozniak, Effective learning: twenty rules of formulating knowledge, rule 16: context cues simplify wording).
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from flashgen.cues import parted
from flashgen.drafting.asking import Spoil, never_mind
from flashgen.gates.anchor import named
from flashgen.prompts import Prompts, line
from flashgen.text import fold, words
from flashgen.types import Complete, Draft, Passage, Prompt
from flashgen.vocabulary import STOP, content, generic, listed

About = Callable[[Passage], Awaitable[str]]
"""The short name of what a passage's article is about; '' where nobody can say. Raises CallFailed, OverBudget."""

_MOST_WORDS = 4
_ENOUGH = 0.5
"""Share of the subject's stems beyond which a question says itself what it is about."""
_MOST_TOKENS = 40
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"subject": {"type": "string"}},
    "required": ["subject"],
    "additionalProperties": False,
}


async def nobody_says(passage: Passage) -> str:
    """An About that knows nothing: questions stay as they are."""
    return ""


def asking(complete: Complete, prompts: Prompts, spoil: Spoil = never_mind) -> About:
    """An About that takes a short title as it is, and asks the model to shorten a long one, once. What the model says
    counts only where title or text have its words; else the heading counts that the person put the link under."""
    said: dict[str, str] = {}

    async def about(passage: Passage) -> str:
        title = _REPOSITORY.sub("", _NUMBERING.sub("", line(passage.title)))
        if not title or _is_name(title):
            return title or _shelf(passage)
        if title not in said:
            prompt = subject_prompt(prompts, passage)
            said[title] = _read((await complete(prompt)).text)
            if not said[title]:
                spoil(prompt)
        return _sound(said[title], passage) or _shelf(passage)

    return about


def subject_prompt(prompts: Prompts, passage: Passage) -> Prompt:
    """What a small model is asked about a title. Raises FileError where the template is broken."""
    title = _NUMBERING.sub("", line(passage.title))[:200]
    language = passage.source_language.casefold().split("-")[0]
    messages = prompts.render("subject", title=title, language=language)
    return Prompt(messages, SCHEMA, "subject", max_tokens=_MOST_TOKENS)


def _read(text: str) -> str:
    """The subject in a reply; '' where it is of no use."""
    try:
        return str(json.loads(text)["subject"])
    except (ValueError, TypeError, KeyError):
        return ""


_NUMBERING = re.compile(
    r"^(?:(?:chapter|part|section|appendix|глава|часть|раздел) )?(?:\d+(?:\.\d+)+[.:)]?|(?:\d+|[A-ZА-Я])[.:)]) ", re.I
)
_OF_TEXTS = listed(
    """howto guide tutorial handbook manual documentation docs reference introduction intro overview summary basics faq
    faqs chapter section part appendix lecture lesson course talk notes post blog article page home index welcome
    edition quickstart example examples frequently asked questions answers explained understanding readme series
    введение обзор руководство учебник документация глава часть раздел урок лекция статья заметки основы пример
    примеры"""
)
"""Words for kinds of text, which name no subject."""
_NO_SUBJECT = _OF_TEXTS | listed("you your we our my i вы ваш вам мы наш мой")
_REPOSITORY = re.compile(r"^[\w.-]+/(?=[\w.-]+$)")
"""The owner before a repository's name."""


def _is_name(title: str) -> bool:
    """Whether a title is the name of its subject and nothing more."""
    low = words(title)
    return len(low) <= 3 and bool(_PLAIN.fullmatch(title)) and not any(word in STOP | _OF_TEXTS for word in low)


_PLAIN = re.compile(r"[\w+#.'’&/-]*\w[\w+#.'’&/-]*(?: [\w+#.'’&/-]*\w[\w+#.'’&/-]*)*")
"""Words and nothing between them."""


def _shelf(passage: Passage) -> str:
    """The heading of the reading list over the article, where title or text say one of its words; else ''."""
    shelf = line(passage.topic[-1]) if passage.topic else ""
    return shelf if _is_short(shelf) and set(content(shelf, passage.source_language)) & _known(passage) else ""


def _known(passage: Passage) -> set[str]:
    """The stems of title, headings and text."""
    return set(content(" ".join((passage.title, *passage.path, passage.text)), passage.source_language)) - generic()


def _sound(said: str, passage: Passage) -> str:
    """A subject without words for kinds of text; '' where title and text don't have its words."""
    plain = re.sub(r" ?\([^)]*\)", "", line(said)).strip(" .\"'")
    named = [word for word in plain.split(" ") if fold(word) not in _OF_TEXTS]
    while named and fold(named[-1]) in STOP:
        named.pop()
    if not named or fold(named[0]) in STOP:
        return ""
    subject = " ".join(named)
    stems = set(content(subject, passage.source_language))
    if not stems - generic() or not stems - generic() <= _known(passage):
        return ""
    return subject if _is_short(subject) else ""


def cued(draft: Draft, subject: str, heading: str, passage: Passage) -> Draft:
    """`draft` with what it is about in front of the question: the subject, and the heading that its sentence stands
    under, each where the question doesn't say it itself.

    A name that stands in title or headings says it as well. What happens, when and why depend on the heading.
    """
    language = passage.language
    said = set(content(draft.question, language))
    over = set(content(" ".join((passage.title, *passage.path)), language))
    if any(over.issuperset(content(name, language) or [name]) for name in named(draft.question)):
        subject = ""
    pieces = [_NUMBERING.sub("", line(piece)) for piece in (subject, heading if _DEPENDS.match(draft.question) else "")]
    missing = [piece for piece in pieces if _is_short(piece) and not _is_said(piece, said, language)]
    if len(missing) == 2 and _is_said(missing[0], set(content(missing[1], language)), language):
        del missing[0]
    if not missing:
        return draft
    lead = ", ".join(_lowered(piece) if n else f"{piece[:1].upper()}{piece[1:]}" for n, piece in enumerate(missing))
    return replace(draft, question=f"{lead}: {draft.question[:1].lower()}{draft.question[1:]}")


_DEPENDS = re.compile(
    r"(?:What happens|When|Why|Что происходит|Когда|Почему|Зачем)\b|"
    r"What (?:is|are|do|does|can|must) the .* (?:of|for|in|to|with|between|behind)\b"
)


def _is_short(piece: str) -> bool:
    """Whether a piece is a name of a few words, and speaks neither to the reader nor of what kind of text it is."""
    said = words(piece)
    return bool(_PLAIN.fullmatch(piece)) and len(said) <= _MOST_WORDS + 1 and not any(w in _NO_SUBJECT for w in said)


def _is_said(piece: str, said: set[str], language: str) -> bool:
    """Whether most of a piece's words are said already, or it has none that say something."""
    own = set(content(piece, language))
    return not own - generic() or len(own & said) > _ENOUGH * len(own)


def _lowered(piece: str) -> str:
    """Without the capital that only begins a heading."""
    first, _, rest = piece.partition(" ")
    begins = first in ("The", "A", "An") or (first[1:].islower() and rest.islower())
    return piece[:1].lower() + piece[1:] if begins else piece


def without_cue(draft: Draft) -> Draft:
    """`draft` with its question as it would stand alone."""
    return replace(draft, question=parted(draft.question)[1])
