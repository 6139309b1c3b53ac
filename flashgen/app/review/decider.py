"""Decisions carried out: written at once to the card files, as an editor would, so that no lock of a run is needed.

A card is written only if it still is what the person was shown, or if both changes go together.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flashgen import judging
from flashgen.app.review.articles import Articles, section_of
from flashgen.decks import unshippable
from flashgen.desk.index import Found, Index
from flashgen.desk.queue import note_judged
from flashgen.errors import Conflict, UsageError
from flashgen.judging import Rank, Step, Wording
from flashgen.sections import anchor
from flashgen.types import Article, Card, Judged, Status

REMEMBERED = 5000
"""Cards as they were shown, and decisions that can be taken back."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on one card (`action` on the card `card_id`, as shown in `version`)."""

    action: str
    list_name: str
    card_id: str
    version: str = ""
    texts: Wording | None = None
    reason: str = ""
    parts: tuple[Wording, ...] = ()
    other: tuple[str, str] = ("", "")
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A decision that was carried out: in words, how to take it back, and how many cards it changed."""

    said: str
    undo: str = ""
    cards: int = 0


@dataclass(frozen=True, slots=True)
class _Write:
    list_name: str
    path: Path
    step: Step


class Decider:
    """What becomes of decisions on the cards of an index. `judged` are the gates; `clock` gives seconds since 1970."""

    def __init__(
        self,
        index: Index,
        articles: Articles,
        judged: Callable[[Found, Wording, Article | None], Judged],
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._index = index
        self._articles = articles
        self._judged = judged
        self._clock = clock
        self._new_id = new_id
        self._seen: OrderedDict[str, Card] = OrderedDict()
        self._done: OrderedDict[str, tuple[_Write, ...]] = OrderedDict()

    def saw(self, version: str, card: Card) -> None:
        """A person was shown a card: a decision on this version may come."""
        self._seen[version] = card
        self._seen.move_to_end(version)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def decide(self, decision: Decision) -> Done:
        """Carry a decision out. Raises Conflict where the card is not any more what was shown, UsageError for what
        can't be meant, FileError."""
        self._index.sync()
        found = self._index.named(decision.list_name, decision.card_id)
        shown = self._seen.get(decision.version)
        if shown is None or shown.id != decision.card_id:
            raise Conflict(decision.card_id, "this card was shown too long ago")
        said, writes = self._writes(decision, found, shown)
        note_judged(self._index.db, self._clock(), found, decision.action, decision.milliseconds)
        return self._carry_out(said, writes)

    def decide_article(self, action: str, list_name: str, source: str) -> Done:
        """Accept or reject all cards of an article that wait for a person."""
        self._index.sync()
        now = self._clock()
        waiting = [found for found in self._index.of_source(list_name, source) if found.place[0] < Rank.DONE]
        waiting = [found for found in waiting if action == "reject" or not unshippable(found.card)]
        writes = []
        for found in waiting:
            decision = Decision(action, list_name, found.card.id, reason="the whole article was rejected")
            after = self._one(decision, found, found.card, now)
            writes.append(_Write(list_name, self._index.file_of(found), Step(found.card, after)))
        word = "Accepted" if action == "accept" else "Rejected"
        return self._carry_out(f"{word} {len(writes)} cards of the article", writes)

    def undo(self, token: str) -> Done:
        """Take a decision back. Raises Conflict where its cards were changed since, UsageError for an unknown one."""
        writes = self._done.pop(token, None)
        if writes is None:
            raise UsageError("this decision can't be taken back any more")
        back = [_Write(each.list_name, each.path, Step(each.step.after, each.step.before)) for each in writes]
        done = self._carry_out("Taken back", back[::-1])
        self._done.pop(done.undo, None)
        return Done(done.said, cards=done.cards)

    def _writes(self, decision: Decision, found: Found, shown: Card) -> tuple[str, list[_Write]]:
        now = self._clock()
        if decision.action == "split":
            return self._split(decision, found, shown, now)
        if decision.action == "merge":
            return self._merge(decision, found, shown, now)
        after = self._one(decision, found, shown, now)
        said = {
            "accept": "Accepted",
            "edit": "Saved and accepted",
            "reject": "Rejected" if after.status is Status.REJECTED else "Retired: Anki has it already",
            "take": "Proposal taken",
            "leave": "Proposal declined",
        }[decision.action]
        return said, [_Write(found.list_name, self._index.file_of(found), Step(shown, after))]

    def _one(self, decision: Decision, found: Found, shown: Card, now: int) -> Card:
        """The card after a decision on it alone."""
        if decision.action == "accept":
            _refuse_unshippable(shown)
            return judging.accept(shown, now)
        if decision.action == "edit" and decision.texts:
            return self._worded(found, shown, decision.texts, now)
        if decision.action == "reject":
            return judging.reject(
                shown, decision.reason, now, in_anki=self._index.in_anki(found.list_name, found.card.id)
            )
        if decision.action == "take":
            return judging.take_proposal(shown, now)
        if decision.action == "leave":
            return judging.leave_proposal(shown, now)
        raise UsageError(f"there is no decision {decision.action!r}")

    def _worded(self, found: Found, shown: Card, texts: Wording, now: int) -> Card:
        article = self._articles.at_hand(found.list_name, shown.source)
        findings = self._judged(found, texts, article).findings
        section = section_of(shown, article) if article else None
        place = anchor(texts.quote, section.text) if section and texts.quote != shown.quote else shown.anchor
        edited = judging.edit(shown, texts, findings, place, now)
        _refuse_unshippable(edited)
        return edited

    def _split(self, decision: Decision, found: Found, shown: Card, now: int) -> tuple[str, list[_Write]]:
        if len(decision.parts) < 2:
            raise UsageError("a card is split into two at least")
        cards = judging.split(shown, decision.parts, [self._new_id() for _ in decision.parts[1:]], now)
        for card in cards:
            _refuse_unshippable(card)
        steps = [Step(shown, cards[0]), *(Step(None, card) for card in cards[1:])]
        return f"Split into {len(cards)}", [_Write(found.list_name, self._index.file_of(found), step) for step in steps]

    def _merge(self, decision: Decision, found: Found, shown: Card, now: int) -> tuple[str, list[_Write]]:
        other = self._index.named(*decision.other)
        if other.card.id == shown.id:
            raise UsageError("a card can't be merged with itself")
        in_anki = [each.card.id for each in (found, other) if self._index.in_anki(each.list_name, each.card.id)]
        kept, gone = judging.oldest_first(shown, other.card, in_anki)
        texts = decision.texts or Wording(shown.question, shown.answer, shown.quote)
        homes = {shown.id: found, other.card.id: other}
        after, rejected = judging.merge(kept, gone, texts, now, in_anki=gone.id in in_anki)
        _refuse_unshippable(after)
        pairs = [(kept, after), (gone, rejected)]
        return "Merged: one of the two is left", [
            _Write(homes[old.id].list_name, self._index.file_of(homes[old.id]), Step(old, new)) for old, new in pairs
        ]

    def _carry_out(self, said: str, writes: Sequence[_Write]) -> Done:
        """Write all or nothing: what was written already is put back where a later card can't be."""
        groups: dict[tuple[str, Path], list[Step]] = {}
        for write in writes:
            groups.setdefault((write.list_name, write.path), []).append(write.step)
        written: list[tuple[str, Path, list[Step]]] = []
        try:
            for (list_name, path), steps in groups.items():
                self._index.files[list_name].decide(path, steps)
                written.append((list_name, path, steps))
        except BaseException:
            for list_name, path, steps in written:
                self._index.files[list_name].decide(path, [Step(step.after, step.before) for step in steps])
            raise
        finally:
            self._index.sync()
        token = secrets.token_hex(8)
        self._done[token] = tuple(writes)
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        return Done(said, token, len(writes))


def _refuse_unshippable(card: Card) -> None:
    if why := unshippable(card):
        raise UsageError(f"this can't be a card: {why}")
