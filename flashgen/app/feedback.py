"""`flashgen feedback`, wired: Anki read, the person's edits taken over, better cards proposed for the bad ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

from flashgen import proposals
from flashgen.agenda import items
from flashgen.app import anki
from flashgen.app.lists import read_list
from flashgen.app.model import Model
from flashgen.app.passages import Passages
from flashgen.app.pushing import home_of
from flashgen.app.spending import spending, this_month
from flashgen.app.web import open_web
from flashgen.carding import Origin, card_of
from flashgen.drafting.mending import Mended
from flashgen.drafts import Remedy
from flashgen.errors import AnkiError, FlashgenError
from flashgen.feedback import Noticed, Signal, notice, now_answered, still_answered
from flashgen.halt import Halt
from flashgen.identity import new_card_id
from flashgen.ledger import Entry, ShippedRecord
from flashgen.lists import ListPlace, every
from flashgen.outcome import Emit
from flashgen.seen import Seen
from flashgen.settings import Settings
from flashgen.store import Store, examples_file, locked
from flashgen.types import AnkiNews, Card, Finding, Passage, Section, Status, Usage, Verdict


@dataclass(frozen=True, slots=True)
class CardFeedback:
    """One card that asks for a better one: what was noticed, and what became of it.

    `state` is "proposed" (a proposal was made now), "waiting" (one waits for a yes), "noticed" (this run made none: it
    was stopped, or only looked) or "no better" (the model had none that the gates let through; `problem` says why).
    """

    card: Card
    signals: Sequence[Signal]
    state: str
    second: Card | None = None
    problem: str = ""


@dataclass(slots=True)
class ListFeedback:
    """What reviews said of one list's cards. `examples` counts the cards that the next prompts learn from."""

    name: str
    anki: AnkiNews = AnkiNews()
    cards: list[CardFeedback] = field(default_factory=list)
    waiting: list[CardFeedback] = field(default_factory=list)
    examples: int = 0
    llm: Usage = Usage()


@dataclass(slots=True)
class FeedbackResult:
    """A whole run. `stopped` says why it ended early; `exit_status` as the design has it."""

    lists: list[ListFeedback] = field(default_factory=list)
    stopped: str = ""
    exit_status: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked: at most `limit` proposals; `look_only` makes none, and writes nothing. `confirm` puts questions
    to a person."""

    limit: int | None = None
    look_only: bool = False
    confirm: Callable[[str], bool] = lambda question: False


async def feedback(
    root: Path, settings: Settings, places: Sequence[ListPlace], wanted: Wanted, emit: Emit, halt: Halt
) -> FeedbackResult:
    """Read Anki, take the person's edits over, and propose better cards. Raises AnkiError where nothing can be read."""
    result = FeedbackResult()
    async with AsyncExitStack() as stack:
        stack.enter_context(locked(root / ".flashgen" / "lock", "flashgen feedback"))
        homes = [stack.enter_context(home_of(place, dry_run=wanted.look_only)) for place in places]
        stores = [stack.enter_context(Store(home)) for home in homes]
        back = await asyncio.to_thread(anki.look, settings.anki, stores, studied=True, reviews=True)
        if back.seen is None:
            raise AnkiError(_unread(back.troubles, any(store.ledger.shipped for store in stores)))
        for place, store in zip(places, stores, strict=True):
            merged = anki.take_over(store, back.seen, int(time.time()), wanted.confirm)
            told = ListFeedback(place.name, anki.news(back, merged), examples=len(examples_file.load(place.home)))
            result.lists.append(told)
        web = await stack.enter_async_context(open_web(root, settings, offline=True))
        taught = [example for place in places for example in examples_file.load(place.home)]
        ledgers = (Store(place.home).ledger for place in every(root))
        model = Model(root, settings, emit, halt, spent_month=this_month(ledgers, settings), examples=taught)
        await stack.enter_async_context(aclosing(model))
        left = wanted.limit
        for told, place, store in zip(result.lists, places, stores, strict=True):
            everything = {item.url: item for item in items(read_list(place), store.ledger)}
            passages = Passages(everything, store.ledger.links, web.reader(place.home), settings)
            desk = _Desk(store, settings, model, passages, halt)
            await desk.work(told, back.seen, 0 if wanted.look_only else left)
            left = left - sum(one.state == "proposed" for one in told.cards) if left is not None else None
    if halt.error:
        result.stopped, result.exit_status = str(halt.error), halt.error.exit_status
    return result


def _unread(troubles: Sequence[str], shipped: bool) -> str:
    if not shipped:
        return "Anki was never given these cards: build, import the deck, and review it for some days first"
    tried = f" ({'; '.join(troubles)})" if troubles else ""
    return (
        f"Anki can't be read{tried}: start it with the AnkiConnect add-on (2055492159), or name its profile or "
        "collection with --collection, or under [anki] in flashgen.toml"
    )


class _Desk:
    """The cards of one list, and what makes better ones of them."""

    def __init__(self, store: Store, settings: Settings, model: Model, passages: Passages, halt: Halt) -> None:
        self._store = store
        self._settings = settings
        self._model = model
        self._passages = passages
        self._halt = halt
        self._spent = spending(store.ledger.spend, model.meter, lambda: model.name)

    async def work(self, told: ListFeedback, seen: Seen, most: int | None) -> None:
        """Notice, and propose for at most `most` cards; all that comes of it stands in `told` and in the store."""
        before = self._model.meter.usage
        todo: list[Noticed] = []
        for card in self._store.all_cards():
            noticed = self._notice(card, seen)
            if card.proposal:
                second = self._second(card)
                told.waiting.append(CardFeedback(card, (*noticed.new, *noticed.known), "waiting", second))
            elif noticed.new:
                todo.append(noticed)
        chosen = todo if most is None else todo[:most]
        told.cards = list(await asyncio.gather(*(self._mend(noticed) for noticed in chosen)))
        told.cards += [CardFeedback(one.card, one.new, "noticed") for one in todo[len(chosen) :]]
        told.llm = self._model.meter.usage - before
        self._book(card.card.source for card in told.cards)
        self._store.checkpoint()

    def _notice(self, card: Card, seen: Seen) -> Noticed:
        """What Anki says of a card; states that are gone are forgotten, so that they are news when they come back."""
        note, record = seen.notes.get(card.id), self._store.ledger.shipped.get(card.id, ShippedRecord())
        if note is None:
            return Noticed(card)
        noticed = notice(card, note, record, self._settings.feedback)
        left = still_answered(noticed, record.answered)
        if left != record.answered:
            self._store.ship({card.id: replace(record, answered=left)})
        return noticed

    def _second(self, card: Card) -> Card | None:
        record = self._store.ledger.shipped.get(card.id)
        wanted = record.second if record else ""
        near = self._store.cards_from(card.source) if wanted else ()
        return next((one for one in near if one.id == wanted and one.status is Status.DRAFT), None)

    async def _mend(self, noticed: Noticed) -> CardFeedback:
        card, signals = noticed.card, noticed.new
        try:
            self._halt.check()
            passage = await self._passages.of(card)
            others = [one for one in self._store.cards_from(card.source) if one.id != card.id]
            mended = await self._model.mend(passage, card, [signal.reason for signal in signals], others)
        except FlashgenError as error:
            self._halt.set(error)
            return CardFeedback(card, signals, "noticed", problem=str(error))
        if mended.again:
            return CardFeedback(card, signals, "noticed", problem=mended.problem)
        return self._keep(noticed, passage, mended)

    def _keep(self, noticed: Noticed, passage: Passage, mended: Mended) -> CardFeedback:
        """Write a proposal to the card's file, and remember what it answers. It is on the disk when this returns."""
        card, now = noticed.card, int(time.time())
        record = self._store.ledger.shipped.get(card.id, ShippedRecord())
        record = replace(record, answered=now_answered(noticed.new, record.answered, now))
        if mended.problem:
            self._store.ship({card.id: record})
            return CardFeedback(card, noticed.new, "no better", problem=mended.problem)
        why = "; ".join(filter(None, (mended.reason, *(signal.reason for signal in noticed.new))))
        draft = mended.cards[0].draft if mended.cards else None
        waiting = proposals.proposing(card, draft, why, now)
        second = self._half(card, passage, mended, now) if mended.remedy is Remedy.SPLIT else None
        self._store.ship({card.id: replace(record, second=second.id if second else "")})
        self._enter(waiting, second)
        return CardFeedback(waiting, noticed.new, "proposed", second)

    def _half(self, card: Card, passage: Passage, mended: Mended, now: int) -> Card:
        """The second half of a split, as a draft."""
        section = Section(passage.path, passage.text)
        half = card_of(mended.cards[1], Origin(card.source, section, now), new_card_id(), review=True)
        why = Finding("split", Verdict.WARN, f"the second half of {card.id}: it waits for your yes to the first")
        return replace(half, tags=card.tags, importance=card.importance, findings=(*half.findings, why))

    def _enter(self, waiting: Card, second: Card | None) -> None:
        record = self._store.ledger.links.get(waiting.source)
        cards = (waiting, second) if second else (waiting,)
        if record is None:  # a card of the person's own, of a source that is no link
            home = next(topic for topic, of in self._store.cards_by_topic().items() if waiting.id in {c.id for c in of})
            self._store.upsert(cards, home)
            return
        made = {**record.made, second.id: second.quote} if second else record.made
        self._store.record(Entry(replace(record, made=made), cards, self._spent()))

    def _book(self, sources: Iterable[str]) -> None:
        """Note what was spent, also where no proposal came of it: the ledger keeps that with a link."""
        spent, links = self._spent(), self._store.ledger.links
        if spent and (known := next((links[source] for source in sources if source in links), None)):
            self._store.record(Entry(known, spend=spent))
