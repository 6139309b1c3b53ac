"""Selection before drafting: one question to the model over a whole article, or for small models a choice in code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flashgen.choosing import facts
from flashgen.directives import speaks_to_model
from flashgen.drafting import Selector
from flashgen.drafting.article import Context
from flashgen.drafting.beginnings import beginning
from flashgen.drafting.narrow import worth_asking
from flashgen.drafting.prompting import Wishes, shared_variables
from flashgen.drafts import SELECTION_SCHEMA, parse_selection
from flashgen.errors import BadReply, CallFailed, Deferred
from flashgen.llm.tokens import estimate
from flashgen.prompts import Prompts, line, neutralise
from flashgen.sections import without_marks
from flashgen.selection import EVERYTHING, Selection, chosen, crowded, outline
from flashgen.sentences import split as sentences
from flashgen.types import Complete, Idea, Prompt, Section

_WHOLE = 12_000
"""Tokens up to which an article is shown whole; a longer one by its headings and lead sentences."""
_LEADS = 2
_LONGEST_LEAD = 300
_LONGEST_IDEA = 200
_PER_IDEA = {True: 80, False: 140}
_SPARE = 1.2
"""In code more cards are hoped for than the cap holds, …"""
_SURE, _ASKED = 0.9, 0.3
"""… at so many for a sentence whose grammar tells the card, and for one that the model has to be asked about …"""
_MOST = 2
"""… and at most so many sentences are tried for each card that there is room for."""

Setting = Literal[True, False, "auto"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The article as the model sees it for a selection; `whole` if nothing of it is left out."""

    text: str
    whole: bool


def selecting(complete: Complete, prompts: Prompts, wishes: Wishes, setting: Setting = "auto") -> Selector:
    """A Selector that asks the model once, where the article has more than its cap allows (or, with `setting` true,
    more than one section). A reply without ideas, or none at all, means that nothing is selected: it is not asked
    again, and drafting goes on without."""

    async def select(context: Context, sections: Sequence[Section], cap: int) -> Selection:
        if not _is_wanted(setting, sections, cap):
            return EVERYTHING
        prompt = selection_prompt(prompts, context, sections, cap, wishes)
        try:
            named = parse_selection((await complete(prompt)).text)
        except Deferred:
            raise
        except (BadReply, CallFailed):
            return EVERYTHING
        ideas = _ideas(named, sections, cap)
        return chosen(ideas, sections, whole=shown(sections).whole or len(ideas) >= cap)

    return select


def _is_wanted(setting: Setting, sections: Sequence[Section], cap: int) -> bool:
    return cap > 0 and (crowded(sections, cap) if setting == "auto" else setting and len(sections) > 1)


def _ideas(named: Sequence[tuple[str, int, int]], sections: Sequence[Section], cap: int) -> list[Idea]:
    """Ideas of sections that there are, each once, `cap` of them; the order is the model's. What tells a model what to
    do is none."""
    found: dict[str, Idea] = {}
    for text, number, importance in named:
        idea = line(text)[:_LONGEST_IDEA].strip()
        if idea and 1 <= number <= len(sections) and not speaks_to_model(idea):
            section = sections[number - 1]
            found.setdefault(idea, Idea(idea, importance, section.path, section.fingerprint))
    return list(found.values())[:cap]


def selection_prompt(
    prompts: Prompts, context: Context, sections: Sequence[Section], cap: int, wishes: Wishes
) -> Prompt:
    """What the model is asked for a whole article. Raises FileError where the template is broken."""
    article = shown(sections)
    variables = shared_variables(context.passage(sections[0]), wishes)
    messages = prompts.render("select", **variables, article=article.text, whole=article.whole, most=cap)
    ascii_text = sum(map(str.isascii, article.text)) > 0.8 * len(article.text)
    return Prompt(messages, SELECTION_SCHEMA, "selection", max_tokens=200 + _PER_IDEA[ascii_text] * cap)


def shown(sections: Sequence[Section]) -> Shown:
    """An article for a selection: its sections numbered, with their headings, whole or by their first sentences."""
    texts = [neutralise(without_marks(section.text)) for section in sections]
    whole = sum(map(estimate, texts)) <= _WHOLE
    bodies = texts if whole else list(map(_lead, texts))
    parts = []
    for number, (section, body) in enumerate(zip(sections, bodies, strict=True), 1):
        heading = " / ".join(map(line, section.path))
        parts.append(f"[section {number}] {heading}".rstrip() + f"\n{body}")
    return Shown("\n\n".join(parts), whole)


def _lead(text: str) -> str:
    """The first sentences of a section; of one without sentences, its beginning."""
    first = " ".join(sentences(text)[:_LEADS]) or " ".join(text.split())
    return first[:_LONGEST_LEAD]


# --- without a model --------------------------------------------------------------------------------


def selecting_in_code() -> Selector:
    """A Selector for small models, which are asked about single sentences: of an article that has more good sentences
    than its cap allows, the best ones of the whole, wherever they stand."""

    async def select(context: Context, sections: Sequence[Section], cap: int) -> Selection:
        if not crowded(sections, cap):
            return EVERYTHING
        scored = [
            (fact.score, -number, section.fingerprint, _SURE if fact.said else _ASKED)
            for number, section in enumerate(sections)
            for fact in facts(context.passage(section))
            if fact.said or worth_asking(fact.text, beginning(fact.text))
        ]
        rooms = dict.fromkeys((section.fingerprint for section in sections), 0)
        hoped = 0.0
        for _, _, at, hope in sorted(scored, reverse=True)[: _MOST * cap]:
            if hoped >= _SPARE * cap:
                break
            rooms[at] += 1
            hoped += hope
        return Selection((), rooms, outline(sections))

    return select
