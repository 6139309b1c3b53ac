"""A whole article with its cards: what is quoted, what no card touches, and a card drafted from a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flashgen.app.review.articles import Articles
from flashgen.app.spending import spending
from flashgen.carding import Origin, card_of, sealed
from flashgen.coverage import STANDING, Counts, coverage
from flashgen.desk.index import Found, Index
from flashgen.desk.marked import Mark, html
from flashgen.errors import CallFailed, Locked, UsageError
from flashgen.gates import judge
from flashgen.halt import Halt
from flashgen.ledger import Entry, LinkRecord, LinkState, Spend
from flashgen.quotes import stands
from flashgen.sections import split, without_marks
from flashgen.selection import IdeaCount
from flashgen.selection import counted as ideas_counted
from flashgen.settings import Settings
from flashgen.store import Store, locked
from flashgen.store.cards import Change
from flashgen.types import Card, Judged, Passage, Section, Status, Verdict

if TYPE_CHECKING:
    from flashgen.app.model import Model


@dataclass(frozen=True, slots=True)
class Part:
    """One section as it is shown: its heading path, its HTML with the quotes marked, its cards in order, and the ideas
    that selection named in it and no card is about."""

    path: tuple[str, ...]
    html: str
    cards: tuple[Found, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """An article as it is shown. `elsewhere` are its cards whose quote stands in none of its sections; `ideas` counts
    what selection named in it."""

    list_name: str
    source: str
    record: LinkRecord
    title: str
    parts: tuple[Part, ...]
    counts: Counts
    elsewhere: tuple[Found, ...] = ()
    ideas: IdeaCount = IdeaCount()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A card that was drafted from a sentence, and what it cost in US dollars (None: the price is not known)."""

    card: Card
    model: str
    usd: float | None


class Studies:
    """Articles of the lists of an index, studied. The model is opened at the first draft; `clock` as for a desk."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        index: Index,
        articles: Articles,
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._root = root
        self._settings = settings
        self._index = index
        self._articles = articles
        self._clock = clock
        self._new_id = new_id
        self._model: Model | None = None

    async def aclose(self) -> None:
        """Let go of the model."""
        if self._model:
            await self._model.aclose()
            self._model = None

    async def study(self, list_name: str, source: str) -> Study:
        """The article with its cards. Raises LinkError where it is not at hand."""
        article = await self._articles.read(list_name, source)
        sections = split(article)
        found = {each.card.id: each for each in self._index.of_source(list_name, source)}
        standing = [each.card for each in found.values() if each.card.status in STANDING]
        covered = coverage(sections, standing)
        record = self._index.record(list_name, source)
        ideas = ideas_counted(record.ideas, standing)
        parts = []
        for section, touched in zip(sections, covered.sections, strict=True):
            marks = [
                Mark(found[card_id].card.quote, card_id, str(found[card_id].card.status)) for card_id in touched.cards
            ]
            shown = html(section.text, marks)
            missing = tuple(
                idea.text for idea in record.ideas if idea.section == section.path and idea.text in ideas.missing
            )
            parts.append(Part(section.path, shown, tuple(found[card_id] for card_id in touched.cards), missing))
        placed = {each.card.id for part in parts for each in part.cards}
        rest = tuple(found[card.id] for card in standing if card.id not in placed)
        title = article.title or record.title or source
        return Study(list_name, source, record, title, tuple(parts), covered.counts, rest, ideas)

    async def draft(self, list_name: str, source: str, sentence: str) -> Drafted:
        """A card drafted from a sentence of the article, which waits as a draft then.

        Raises UsageError where the sentence is not in the article or gives no card, LinkError, ModelError, OverBudget.
        """
        article = await self._articles.read(list_name, source)
        section = next((each for each in split(article) if stands(sentence, each.text)), None)
        if section is None:
            raise UsageError("this is no sentence of one section of the article: select less, or more")
        record = self._index.record(list_name, source)
        item = self._articles.item(list_name, source)
        language = article.language or record.language
        whole = Passage(
            without_marks(section.text),
            section.path,
            item.topic,
            article.title or record.title,
            source,
            self._settings.language or language,
            language,
            item.options.focus,
        )
        model = self._opened()
        before = model.meter.usage
        earlier = Store(self._index.places[list_name].home).ledger.spend
        spent = spending(earlier, model.meter, lambda: model.name)
        try:
            drafted = await model.draft(replace(whole, text=sentence), 1)
        except CallFailed as error:
            raise UsageError(f"the model gave no card: {error}") from None
        judged = _best([judge(one.draft, whole, self._settings.gates) for one in drafted.judged])
        if judged is None:
            raise UsageError(
                f"the model found no card in this sentence{f': {why}' if (why := drafted.problem) else ''}"
            )
        card = self._kept(list_name, source, section, judged, spent())
        return Drafted(card, model.name, (model.meter.usage - before).cost_usd)

    def _opened(self) -> Model:
        from flashgen.app.model import Model

        if self._model is None:
            self._model = Model(self._root, self._settings, lambda event: None, Halt())
        return self._model

    def _kept(self, list_name: str, source: str, section: Section, judged: Judged, spent: Mapping[str, Spend]) -> Card:
        """The draft as a card of the files. Where no run is at work the ledger is told too, so that a card that is
        deleted later stays away. What a gate rejected waits all the same: a person asked for it, and sees why."""
        made = card_of(judged, Origin(source, section, self._clock()), self._new_id(), review=True)
        card = sealed(replace(made, status=Status.DRAFT))
        place = self._index.places[list_name]
        try:
            with locked(self._root / ".flashgen" / "lock", "flashgen review"), Store(place.home) as store:
                if record := store.ledger.links.get(source):
                    known = replace(record, state=LinkState.CARDED, made={**record.made, card.id: card.quote})
                    store.record(Entry(known, (card,), spent))
                    return card
        except Locked:
            pass
        topic = self._articles.item(list_name, source).topic
        self._index.files[list_name].upsert(topic, [Change(card)])
        return card


def _best(judged: list[Judged]) -> Judged | None:
    """The first that no gate rejected, else the first."""
    good = [one for one in judged if one.verdict is not Verdict.REJECT]
    return next(iter(good or judged), None)
