"""Whatever the web, the list and the person do in whatever order, runs keep what they promise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from small_world import Page, World, number_of, sentence

from flashgen.ledger import LinkRecord
from flashgen.store import Store
from flashgen.types import Card, Status

TOPICS = (("Sea",), ("Stone",), ("Sea", "Ice"))
TEXTS = ("question", "answer")
HOURS = 3600
pick = st.integers(0, 10**6)


@dataclass
class Owed:
    """What the person must find again: their texts by card and field, statuses they set, cards they threw out."""

    texts: dict[tuple[str, str], str]
    statuses: dict[str, Status]
    deleted: set[str]
    unwanted: dict[int, set[str]]
    """Sentences that they want no more cards of, with the cards that there were then."""


class Runs(RuleBasedStateMachine):
    """Two lists, some articles, a person with an editor, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.numbers = iter(range(4000))
        self.owed = Owed({}, {}, set(), {})
        self.seen: set[str] = set()
        self.dirty = True

    def teardown(self) -> None:
        self.world.folder.cleanup()

    # --- the web ---------------------------------------------------------------------------------

    @initialize(lengths=st.lists(st.integers(1, 6), min_size=2, max_size=3), words=st.sampled_from([0, 10_000]))
    def begin(self, lengths: list[int], words: int) -> None:
        """A few links to begin with, in both lists, and a build; sections are asked about alone or together."""
        self.world.words_per_call = words
        for n, length in enumerate(lengths):
            self._publish([length, 14][: 1 + n % 2])
        self.world.run(refresh=False, yes=False)
        self.seen |= self._all().keys()

    def _publish(self, lengths: list[int]) -> None:
        n = len(self.world.pages)
        url = f"https://example.org/{n}"
        sections = [(f"Part {k}", [next(self.numbers) for _ in range(length)]) for k, length in enumerate(lengths)]
        self.world.pages[url] = Page(sections)
        self.world.lists["two" if n % 3 == 2 else "one"].links.append((url, TOPICS[n % 2]))

    def _page(self, at: int) -> Page:
        return list(self.world.pages.values())[at % len(self.world.pages)]

    @rule(at=pick, which=pick)
    def reword(self, at: int, which: int) -> None:
        """A sentence is reworded."""
        page = self._page(at)
        if page.numbers:
            number = page.numbers[which % len(page.numbers)]
            page.versions[number] = page.versions.get(number, 0) + 1

    @rule(at=pick, which=pick)
    def insert(self, at: int, which: int) -> None:
        """A sentence is added."""
        sections = self._page(at).sections
        _, numbers = sections[which % len(sections)]
        numbers.insert(which % (len(numbers) + 1), next(self.numbers))

    @rule(at=pick, which=pick)
    def cut(self, at: int, which: int) -> None:
        """A sentence is taken out."""
        _, numbers = self._page(at).sections[which % len(self._page(at).sections)]
        if len(numbers) > 1:
            del numbers[which % len(numbers)]

    @rule(at=pick, which=pick)
    def reorder(self, at: int, which: int) -> None:
        """Sections, or sentences of one, in another order; or another heading."""
        sections = self._page(at).sections
        place = which % len(sections)
        if which % 3 == 0:
            sections.append(sections.pop(place))
        elif which % 3 == 1:
            sections[place][1].reverse()
        else:
            sections[place] = (f"Renamed {which % 7}", sections[place][1])

    @rule(at=pick, state=st.sampled_from(["up", "up", "down", "gone", "wall"]))
    def answer(self, at: int, state: str) -> None:
        """A page goes down, for good or for a while, hides behind a wall, or is back."""
        self._page(at).state = state

    @rule(at=pick)
    def redecorate(self, at: int) -> None:
        """Another advert."""
        self._page(at).chrome += 1

    @rule(at=pick)
    def relocate(self, at: int) -> None:
        """A page moves to another address, and the old one leads there."""
        page = self._page(at)
        if not page.final_url:
            page.final_url = f"https://example.org/new/{next(self.numbers)}"
            self.world.pages[page.final_url] = page

    @rule(hours=st.sampled_from([1, 25, 24 * 8, 24 * 31]))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.world.clock += hours * HOURS

    # --- the person's list -----------------------------------------------------------------------

    @rule(length=st.integers(1, 5))
    def add_link(self, length: int) -> None:
        """A new link."""
        self._publish([length])

    @rule(at=pick, name=st.sampled_from(["one", "two"]), topic=st.sampled_from(TOPICS), fate=st.integers(0, 5))
    def change_link(self, at: int, name: str, topic: tuple[str, ...], fate: int) -> None:
        """A link is taken out, moved to a topic of either list, listed twice, or written with its new address."""
        everywhere = [(books, link) for books in self.world.lists.values() for link in books.links]
        if not everywhere:
            return
        books, (url, old) = everywhere[at % len(everywhere)]
        goal = self.world.lists[name]
        moved = self.world.pages[url].final_url or url
        if fate == 0 and len(everywhere) > 1:
            books.links.remove((url, old))
        elif fate == 1:
            goal.links.append((url, topic))
        elif fate == 2 and moved not in {link for one in self.world.lists.values() for link, _ in one.links}:
            books.links[books.links.index((url, old))] = (moved, old)
        elif fate > 2:
            books.links.remove((url, old))
            goal.links.append((url, topic))

    @rule(name=st.sampled_from(["one", "two"]), old=st.sampled_from(TOPICS))
    def rename_topic(self, name: str, old: tuple[str, ...]) -> None:
        """A heading of a list is renamed."""
        new = (f"Renamed {next(self.numbers)}",)
        books = self.world.lists[name]
        books.links = [(url, new if topic == old else topic) for url, topic in books.links]
        if old in books.notes:
            books.notes[new] = books.notes.pop(old)

    @rule(name=st.sampled_from(["one", "two"]), topic=st.sampled_from(TOPICS), which=pick)
    def write_note(self, name: str, topic: tuple[str, ...], which: int) -> None:
        """The person writes under a heading, rewords a line of theirs, or moves all of it to the other list."""
        books, other = self.world.lists[name], self.world.lists["two" if name == "one" else "one"]
        if topic not in books.notes:
            books.notes[topic] = [next(self.numbers) for _ in range(3 + which % 3)]
        elif which % 3 == 0:
            number = books.notes[topic][which % len(books.notes[topic])]
            books.versions[number] = books.versions.get(number, 0) + 1
        elif which % 3 == 1:
            books.notes[topic].append(next(self.numbers))
        elif topic not in other.notes:
            other.notes[topic] = books.notes.pop(topic)
            other.versions |= books.versions

    # --- the person's card files -----------------------------------------------------------------

    def _all(self) -> dict[str, Card]:
        return {card_id: card for cards in self.world.cards().values() for card_id, card in cards.items()}

    def _one(self, which: int) -> Card | None:
        cards = [card for card in self._all().values() if card.quote]
        return cards[which % len(cards)] if cards else None

    def _write(self, card: Card, field: str, value: str) -> None:
        path = self.world.card_file(card.id)
        pattern = rf"(- id: {card.id}\n(?:(?!- id:).*\n)*?  {field}: )[^\n]*(?:\n    .*)*"
        text, count = re.subn(pattern, lambda found: found[1] + value, path.read_text())
        assert count == 1
        path.write_text(text)

    @rule(which=pick, field=st.sampled_from(TEXTS))
    def edit(self, which: int, field: str) -> None:
        """A person rewrites a side of a card."""
        if card := self._one(which):
            mine = f"Mine {next(self.numbers)}"
            self._write(card, field, mine)
            self.owed.texts[card.id, field] = mine

    @rule(which=pick, status=st.sampled_from([Status.ACTIVE, Status.REJECTED, Status.RETIRED, Status.DRAFT]))
    def set_status(self, which: int, status: Status) -> None:
        """A person sets a status by hand; what they set a card to that it already has is no sign of their hand."""
        card = self._one(which)
        if card and card.status is not status and card.id not in self.owed.statuses:
            self._write(card, "status", status)
            self.owed.statuses[card.id] = status
            if status is Status.REJECTED:
                self._unwant(card)

    @rule(which=pick)
    def delete(self, which: int) -> None:
        """A person takes a card out of its file."""
        if card := self._one(which):
            path = self.world.card_file(card.id)
            head, *cards = re.split(r"^(?=- id: )", path.read_text(), flags=re.M)
            kept = [text for text in cards if not text.startswith(f"- id: {card.id}\n")]
            assert len(kept) == len(cards) - 1
            path.write_text(head.replace("cards:\n", "cards: []\n") if not kept else head + "".join(kept))
            self.owed.deleted.add(card.id)
            self._unwant(card)

    def _unwant(self, card: Card) -> None:
        number = number_of(card.quote)
        of_it = {one.id for one in self._all().values() if one.quote and number_of(one.quote) == number}
        self.owed.unwanted.setdefault(number, set()).update(of_it)

    # --- runs ------------------------------------------------------------------------------------

    @rule(yes=st.booleans())
    def build(self, yes: bool) -> None:
        """A build."""
        self._run(refresh=False, yes=yes)

    @rule(yes=st.booleans())
    def refresh(self, yes: bool) -> None:
        """A refresh."""
        self._run(refresh=True, yes=yes)

    @rule(hours=st.sampled_from([1, 25]))
    def refresh_later(self, hours: int) -> None:
        """A refresh by clock."""
        self.wait(hours)
        self._run(refresh=True, yes=True)

    @rule(at=pick, which=pick)
    def refresh_after_an_edit(self, at: int, which: int) -> None:
        """A refresh that finds something."""
        self.reword(at, which)
        self.edit(which, "answer")
        self._run(refresh=True, yes=True)

    @rule(at=pick, which=pick)
    def refresh_after_a_cut(self, at: int, which: int) -> None:
        """A refresh that finds something missing."""
        self.cut(at, which)
        self._run(refresh=True, yes=True)

    def _run(self, *, refresh: bool, yes: bool) -> None:
        """A run, and then everything that must hold."""
        before, known = self._all(), self.seen
        self.world.run(refresh=refresh, yes=yes)
        after = self._all()
        self.seen = known | before.keys() | after.keys()
        self._check_nothing_is_lost(before, after)
        self._check_the_persons_hand(after)
        self._check_what_stands(before, after, refresh=refresh)
        self._check_decks()
        self._check_again(refresh=refresh, yes=yes)

    def _check_nothing_is_lost(self, before: dict[str, Card], after: dict[str, Card]) -> None:
        """Every card that was ever made is there, but for those that the person deleted; and those don't return."""
        assert after.keys() == self.seen - self.owed.deleted
        assert {card_id: card.created for card_id, card in before.items()}.items() <= {
            card_id: card.created for card_id, card in after.items()
        }.items()

    def _check_the_persons_hand(self, after: dict[str, Card]) -> None:
        """Their texts and statuses are as they left them; what they threw out has not come back in other words."""
        for (card_id, field), text in self.owed.texts.items():
            assert card_id not in after or getattr(after[card_id], field) == text
        for card_id, status in self.owed.statuses.items():
            assert card_id not in after or after[card_id].status is status
        for card in after.values():
            allowed = self.owed.unwanted.get(number_of(card.quote)) if card.quote else None
            assert allowed is None or card.id in allowed

    def _check_what_stands(self, before: dict[str, Card], after: dict[str, Card], *, refresh: bool) -> None:
        """A card whose sentence stands is not touched by us, and not retired where a refresh could see its page."""
        links: dict[str, LinkRecord] = {}
        for name in self.world.lists:
            links |= Store(self.world.root / "decks" / name).ledger.links
        for card_id, card in after.items():
            page, record = self.world.pages.get(card.source), links.get(card.source)
            if page is None or page.state != "up" or record is None or record.removed or record.suspect_since:
                continue
            quotes = {page.text(number) for number in page.numbers}
            old = before.get(card_id)
            if old is not None and old.quote in quotes:
                assert (card.question, card.answer, card.quote) == (old.question, old.answer, old.quote)
            if refresh and card.quote in quotes and card_id not in self.owed.statuses:
                assert card.status is not Status.RETIRED

    def _check_decks(self) -> None:
        """The notes of a package are the list's cards, with today's questions."""
        for name, cards in self.world.cards().items():
            shipped = Store(self.world.root / "decks" / name).ledger.shipped
            ours = {
                card.id: card.question
                for card in cards.values()
                if card.status is Status.ACTIVE or (card.status is Status.RETIRED and card.id in shipped)
            }
            if ours:
                assert self.world.notes(name) == ours

    def _check_again(self, *, refresh: bool, yes: bool) -> None:
        """The same run once more changes no file and asks no model."""
        files, calls = self.world.files(), self.world.calls
        self.world.run(refresh=refresh, yes=yes)
        assert self.world.files() == files
        assert self.world.calls == calls


def test_the_small_world_tells_sentences_apart() -> None:
    """Each sentence says which it is, in every version."""
    assert [number_of(sentence(n, n % 40)) for n in range(4000)] == list(range(4000))


def test_whatever_happens_between_runs() -> None:
    """Some dozens of steps, in the default run."""
    run_state_machine_as_test(Runs, settings=_bounded(3, 12))


@pytest.mark.slow
def test_whatever_happens_between_many_runs() -> None:
    """Hundreds of steps."""
    run_state_machine_as_test(Runs, settings=_bounded(20, 30))


def _bounded(examples: int, steps: int) -> Any:
    return settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
