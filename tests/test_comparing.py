"""What a run tells of cards and links: told by comparing them before and after."""

from dataclasses import replace

import pytest

from flashgen import comparing
from flashgen.changes import CardChange, CardEvent, LinkChange, LinkEvent, SectionChange, SectionEvent, Wording
from flashgen.ledger import LinkRecord, LinkState, SectionRecord
from flashgen.refresh import Plan
from flashgen.types import Card, Proposal, Status

CARD = Card("a", "What cools slowly?", "Granite.", "Granite cools slowly.", "u", section=("Rocks",))
BASE = LinkRecord("u", state=LinkState.CARDED, sections=(SectionRecord(("Rocks",), "1"),), final_url="http://a/x")
REWORDED = Wording("What cools very slowly?", "Granite.", "Granite cools very slowly.")


def events(before: Card | None, after: Card) -> list[CardEvent]:
    known = {before.id: before} if before else {}
    return [change.event for change in comparing.changed_cards(known, [after])]


def test_what_became_of_a_card() -> None:
    """Added, revised, offered a rewording, back again; a change of status or tags alone is none of these."""
    offered = replace(CARD, proposal=Proposal(REWORDED.question, REWORDED.answer, REWORDED.quote))
    assert events(None, CARD) == [CardEvent.ADDED]
    assert events(CARD, replace(CARD, quote="Granite cools very slowly.")) == [CardEvent.REVISED]
    assert events(CARD, offered) == [CardEvent.PROPOSED]
    assert events(offered, offered) == []
    assert events(replace(CARD, status=Status.RETIRED), CARD) == [CardEvent.RETURNED]
    assert events(CARD, replace(CARD, tags=("hard",))) == []
    assert events(None, replace(CARD, status=Status.REJECTED)) == []


def test_a_lost_card_is_shown_beside_the_sentence_in_its_place() -> None:
    """The nearest sentence of today's passages stands beside the quote that is gone; nothing, where none is like it."""
    text = "Basalt cools fast. Granite, they say now, cools slowly enough. Marble was limestone."
    (near,) = comparing.waiting_cards([CARD], [text])
    assert near.today == "Granite, they say now, cools slowly enough."
    (alone,) = comparing.waiting_cards([CARD], ["Clouds are made of water."])
    assert alone.today == ""


@pytest.mark.parametrize(
    ("base", "after", "event"),
    [
        (BASE, replace(BASE, sections=(SectionRecord(("Rocks",), "2"),)), LinkEvent.CHANGED),
        (BASE, replace(BASE, final_url="http://b/x"), LinkEvent.MOVED),
        (BASE, replace(BASE, final_url="http://a/x?utm_source=feed"), LinkEvent.KNOWN),
        (replace(BASE, state=LinkState.GONE), BASE, LinkEvent.BACK),
        (replace(BASE, state=LinkState.FAILED), BASE, LinkEvent.BACK),
        (replace(BASE, removed=5), BASE, LinkEvent.RELISTED),
        (LinkRecord("u"), BASE, LinkEvent.NEW),
        (LinkRecord("u", state=LinkState.FAILED), BASE, LinkEvent.NEW),
        (replace(BASE, state=LinkState.PENDING, sections=(SectionRecord((), "1", False),)), BASE, LinkEvent.NEW),
    ],
)
def test_what_became_of_a_link(base: LinkRecord, after: LinkRecord, event: LinkEvent) -> None:
    """New, changed, moved, back, listed again; a tracking parameter moves nothing."""
    assert comparing.of_article(base, after, Plan(), (), 3).event is event


def test_only_news_is_told() -> None:
    """A link that fails as it did before, or is doubted as it was before, is told once."""
    dead = replace(BASE, state=LinkState.FAILED, reason="404")
    told = comparing.without_article(BASE, dead, (), 1)
    assert told
    assert (told.event, told.reason) == (LinkEvent.FAILED, "404")
    assert comparing.without_article(dead, dead, (), 1) is None
    assert comparing.doubted(BASE, replace(BASE, suspect_since=5), 1)
    assert comparing.doubted(replace(BASE, suspect_since=5), BASE, 1) is None
    assert not comparing.is_news(comparing.of_article(BASE, BASE, Plan(), (), 1))


def test_cards_of_a_new_link_are_only_counted() -> None:
    """A first build makes thousands; they are no change of anything. Those of a known link are told one by one."""
    added = CardChange(CardEvent.ADDED, "a", comparing.wording(CARD))
    first = comparing.of_article(LinkRecord("u"), BASE, Plan(), (added,), 0)
    assert (first.cards, first.added) == ((), 1)
    passage = SectionChange(SectionEvent.NEW, ("Rocks",))
    longer = replace(BASE, sections=(*BASE.sections, SectionRecord((), "3")))
    later = comparing.of_article(BASE, longer, Plan(passages=(passage,)), (added,), 0)
    assert (later.cards, later.added, later.sections) == ((added,), 1, (passage,))


def test_retirement_is_told_when_it_is_done() -> None:
    """Cards wait until the end of a run; those that waited since an earlier one are told under their link too."""
    waiting = tuple(comparing.waiting_cards([CARD], ["Granite cools very slowly."]))
    changes = [LinkChange("u", "Rocks", (), LinkEvent.CHANGED, cards=waiting)]
    earlier = replace(CARD, id="b", source="v")
    links = {"u": BASE, "v": LinkRecord("v", state=LinkState.GONE, reason="410")}
    one, other = comparing.with_retired(changes, [CARD, earlier], links)
    assert [(card.id, card.event, card.today) for card in one.cards] == [
        ("a", CardEvent.RETIRED, "Granite cools very slowly.")
    ]
    assert (other.url, other.event, other.reason) == ("v", LinkEvent.GONE, "410")
    assert [(card.id, card.event) for card in other.cards] == [("b", CardEvent.RETIRED)]
    assert comparing.with_retired(changes, [], links) == changes


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("Redis keeps **all** in memory.", "Redis keeps most in memory.", "all", "most"),
        ("It waits 5 seconds.", "It waits 10 long seconds.", "5", "10 long"),
        ("“Fast” is slow.", '"fast" is slow.', "", ""),
        ("One thing.", "", "One thing.", ""),
        ("Раз два три.", "Раз четыре пять три.", "два", "четыре пять"),
    ],
)
def test_words_that_differ_are_marked(old: str, new: str, left: str, right: str) -> None:
    """Of both sentences, only the words that the other lacks; the runs together are the sentence."""
    sides = comparing.marked(old, new)
    assert ["".join(run.text for run in side if run.differs).strip() for side in sides] == [left, right]
    assert "".join(run.text for run in sides[1]) == new
