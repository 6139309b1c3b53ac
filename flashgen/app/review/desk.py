"""The desk that a person judges cards at."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flashgen import judging
from flashgen.anki.preview import previews
from flashgen.app.review.articles import Articles, section_of, text_of
from flashgen.app.review.decider import Decider, Decision, Done
from flashgen.app.review.linked import Links
from flashgen.app.review.shown import Shown, note_of, shown
from flashgen.app.review.study import Studies
from flashgen.app.review.twins import Twins
from flashgen.desk.index import Found, Index
from flashgen.desk.marked import Mark, html
from flashgen.desk.queue import Queue, pace
from flashgen.embeddings import Remembered
from flashgen.errors import LinkError
from flashgen.gates import judge
from flashgen.identity import new_card_id
from flashgen.judging import Wording
from flashgen.lists import ListPlace
from flashgen.settings import Settings
from flashgen.types import Article, Draft, Judged, Passage


@dataclass(frozen=True, slots=True)
class Beside:
    """The passage of a card: its heading path and its HTML, or why it is not at hand; `marked` says whether the quote
    was found in it."""

    path: tuple[str, ...] = ()
    html: str = ""
    missing: str = ""
    marked: bool = False


class Desk:
    """Cards of some lists laid out to be judged. For one thread; times come from `clock`, in seconds since 1970, and
    `vectors`, where there are some, tell which cards mean the same."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        places: Sequence[ListPlace],
        *,
        clock: Callable[[], int] = lambda: int(time.time()),
        new_id: Callable[[], str] = new_card_id,
        vectors: Remembered | None = None,
    ) -> None:
        self.root = root
        self.settings = settings
        self.index = Index(root / ".flashgen" / "cards.sqlite", places)
        self.queue = Queue(self.index)
        self.articles = Articles(root, settings, self.index)
        self.studies = Studies(root, settings, self.index, self.articles, clock, new_id)
        self.links = Links(root, settings, self.index, self.articles)
        self._twins = Twins(self.index, vectors, settings.gates.get("duplicate", "warn"))
        self.near = self._twins.near
        self._clock = clock
        self._decider = Decider(self.index, self.articles, self.judged, clock, new_id)
        self.decide = self._decider.decide
        self.decide_article = self._decider.decide_article
        self.undo = self._decider.undo

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of the lists."""
        return tuple(self.index.places)

    async def aclose(self) -> None:
        """Let go of all files."""
        await self.studies.aclose()
        await self.articles.aclose()
        self._twins.close()
        self.index.close()

    def show(self, found: Found) -> Shown:
        """A card with what stands around it. A decision on it may come back."""
        record = self.index.record(found.list_name, found.card.source)
        made = shown(found, record, in_anki=self.index.in_anki(found.list_name, found.card.id))
        self._decider.saw(made.version, found.card)
        return made

    async def passage(self, found: Found) -> Beside:
        """The section around a card's quote, the quote marked."""
        card = found.card
        if not card.source:
            return Beside(missing="a card of your own: it has no source")
        try:
            article = await self.articles.read(found.list_name, card.source)
        except LinkError as error:
            return Beside(missing=error.reason)
        section = section_of(card, article)
        if section is None:
            return Beside(missing="the article as it was last read doesn't hold this sentence any more")
        shown = html(section.text, [Mark(card.quote, card.id, "this")])
        return Beside(section.path, shown, marked="<mark" in shown)

    def judged(self, found: Found, texts: Wording, article: Article | None) -> Judged:
        """What the gates say of a wording, held against its passage where that is at hand."""
        worded = judging.edit(found.card, texts, (), "", 0)
        draft = Draft(texts.question, texts.answer, texts.quote, worded.kind, found.card.importance)
        return judge(draft, self.around(found, article), self.settings.gates)

    def previews(self, found: Found, texts: Wording) -> tuple[str, ...]:
        """How Anki would show a wording: the HTML of each card that it would make."""
        worded = judging.edit(found.card, texts, (), "", 0)
        return previews(note_of(found, worded, self.index.record(found.list_name, found.card.source)))

    def around(self, found: Found, article: Article | None) -> Passage:
        """What a card is held against."""
        card, record = found.card, self.index.record(found.list_name, found.card.source)
        section = section_of(card, article) if article else None
        return Passage(
            text_of(section),
            section.path if section else card.section,
            found.topic,
            record.title,
            card.source,
            self.settings.language or record.language,
            record.language,
        )

    def pace(self) -> tuple[int, float]:
        """How many cards were judged today, and the median of the seconds for one."""
        today = datetime.fromtimestamp(self._clock()).replace(hour=0, minute=0, second=0)
        return pace(self.index.db, int(today.timestamp()))


__all__ = ["Decision", "Desk", "Done"]
