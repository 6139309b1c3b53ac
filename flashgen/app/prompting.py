"""`flashgen prompts`: the templates, one filled in for a source, one copied to be edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flashgen.agenda import items
from flashgen.app.lists import read_list
from flashgen.app.model import choice_of
from flashgen.app.single import Source, item_of, open_source
from flashgen.app.taught import taught
from flashgen.choosing import facts
from flashgen.drafting.critique import critique_prompt
from flashgen.drafting.cue import subject_prompt
from flashgen.drafting.prompting import Wishes, draft_prompt, revision_prompt
from flashgen.drafting.selecting import selection_prompt
from flashgen.drafting.sentence_prompt import sentence_prompt
from flashgen.errors import ModelError, UsageError
from flashgen.genres import genre_of
from flashgen.halt import Halt
from flashgen.ledger import LinkRecord
from flashgen.lists import every
from flashgen.prompts import DEFAULTS, Prompts
from flashgen.sections import word_count
from flashgen.selection import crowded, recalled
from flashgen.settings import Settings
from flashgen.store import Store
from flashgen.strategy import by_sentences
from flashgen.study import most_cards
from flashgen.types import Card, Draft, Example, Message, Passage, Prompt

_ABOUT_CARDS = ("feedback",)
"""Templates that ask about cards that are there, and can't be filled in from a source alone."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template: what it is for, the file in use, and whether that is the workspace's own and not the package's."""

    name: str
    about: str
    path: Path
    own: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt as the model gets it: from which template, for which of how many sections, and what a person should
    know of it."""

    name: str
    section: int
    sections: int
    messages: tuple[Message, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lists know of a source: its record, its cards, and what a build would add to the prompt."""

    source: Source
    record: LinkRecord
    cards: tuple[Card, ...] = ()
    cap: int = 0
    examples: tuple[Example, ...] = ()


def templates(root: Path) -> list[Template]:
    """Every template of the workspace, and of the package where it has no own. Raises FileError."""
    prompts = Prompts(root / "prompts")
    return [
        Template(name, prompts.about(name), prompts.path(name), prompts.path(name).parent != DEFAULTS)
        for name in prompts.names(parts=True)
    ]


async def rendered(
    root: Path, settings: Settings, name: str, target: str, section: int, halt: Halt, *, offline: bool
) -> Rendered:
    """The prompt for one section of a source (from 1), as it would be sent; without a name, by the template that a
    build would choose.

    Raises FileError for a template that there isn't or that is broken, UsageError for a section that there isn't,
    LinkError.
    """
    prompts = Prompts(root / "prompts")
    if name:
        prompts.path(name)
    if name in _ABOUT_CARDS:
        raise UsageError(
            f"{name} is not asked about a source but about cards; its text: flashgen prompts --show {name}"
        )
    source = await open_source(root, settings, target, halt, offline=offline)
    if not 1 <= section <= len(source.sections):
        raise UsageError(f"there is no section {section}: the article has {len(source.sections)}")
    known = _known(root, settings, target, source)
    selection = recalled(known.record, source.sections)
    passage = known.source.context.passage(source.sections[section - 1], selection)
    name = name or _chosen(settings, passage)
    prompt = _prompt(prompts, name, passage, known, Wishes(settings.focus, settings.avoid, known.examples))
    remark = ""
    if not selection.ideas and settings.selection is not False and crowded(source.sections, known.cap):
        remark = "A build asks `select` first, and adds the ideas that it names."
    return Rendered(name, section, len(source.sections), prompt.messages, remark)


def _chosen(settings: Settings, passage: Passage) -> str:
    """The template that a build would take: that of a small model, or that of the passage's genre."""
    try:
        local = choice_of(settings).kind == "local"
    except ModelError:
        local = False
    return "sentence" if by_sentences(settings, local=local) else str(genre_of(passage.kind, passage.text))


def _known(root: Path, settings: Settings, target: str, source: Source) -> _Known:
    """What the first list that has the source says of it; nothing where none has it."""
    asked = item_of(target)
    for place in every(root):
        store = Store(place.home)
        for item in items(read_list(place), store.ledger):
            if item.url == asked.url or asked.address == str((place.path.parent / item.address).resolve()):
                url = item.url
                context = replace(source.context, url=url, topic=item.topic, focus=item.options.focus)
                record = store.ledger.links.get(url, LinkRecord(url))
                cap = item.options.cards or settings.cards_per_article
                return _Known(replace(source, context=context), record, store.cards_from(url), cap, taught([place]))
    return _Known(source, LinkRecord(asked.url), cap=settings.cards_per_article, examples=taught(every(root)))


def _prompt(prompts: Prompts, name: str, passage: Passage, known: _Known, wishes: Wishes) -> Prompt:
    most = most_cards(word_count(passage.text))
    if name == "revise":
        return revision_prompt(prompts, passage, known.cards, most, wishes)
    if name == "select":
        return selection_prompt(prompts, known.source.context, known.source.sections, known.cap, wishes)
    if name == "critique":
        return critique_prompt(prompts, passage, [_draft(card) for card in known.cards], wishes)
    if name == "sentence":
        return _about_first_fact(prompts, passage)
    if name == "subject":
        return subject_prompt(prompts, passage)
    return draft_prompt(prompts, passage, most, wishes, name=name)


def _draft(card: Card) -> Draft:
    return Draft(card.question, card.answer, card.quote, card.kind)


def _about_first_fact(prompts: Prompts, passage: Passage) -> Prompt:
    found = facts(passage)
    if not found:
        raise UsageError("no sentence of this section is worth a question to a small model: choose another --section")
    return sentence_prompt(prompts, passage, found[0])


def copy(root: Path, names: Sequence[str]) -> list[Path]:
    """Copies of the package's templates in the workspace's prompts/. Raises FileError; nothing is overwritten."""
    prompts = Prompts(root / "prompts")
    return [prompts.copy(name.removesuffix(".md"), root / "prompts") for name in names]
