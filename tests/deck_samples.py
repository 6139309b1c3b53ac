"""Cards and lists for the tests of decks and outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flashgen.decks import Deck, decks
from flashgen.ledger import LinkRecord, SectionRecord
from flashgen.types import Card, Kind, Link, Note, Proposal, ReadingList, Status, Topic

CACHING: Topic = ("Caching",)
POLICIES: Topic = ("Caching", "Write policies")
CPP: Topic = ("C++ std::vector",)
WEB, PDF = "https://a.example/caching", "https://b.example/bloom.pdf"
TIME = 1_790_000_000

READING_LIST = ReadingList(
    "system-design",
    (CACHING, POLICIES, CPP),
    (Link(WEB, CACHING, 3), Link(PDF, POLICIES, 7, "Bloom filters"), Link("https://c.example/", CPP, 9)),
    (Note(CACHING, 4, "my own words"),),
)
RECORDS = {
    WEB: LinkRecord(
        WEB, CACHING, title="Caching <strategies>", date="2025-03-14T10:00:00Z", language="en",
        final_url="https://www.a.example/caching",
        sections=(SectionRecord(("Why",), "1"), SectionRecord(("Cache-aside",), "2")),
    ),
    PDF: LinkRecord(PDF, POLICIES, kind="pdf", final_url=PDF),
}  # fmt: skip


def card(number: int, **changes: Any) -> Card:
    """A sound card; the same for the same number."""
    base = Card(
        f"card{number:012d}", f"What does part {number} do with `put({number})`?", f"It writes item {number}.",
        f"Part number {number} writes every item through to the store.", WEB, ("Cache-aside",),
        created=TIME + number, changed=TIME + 100 + number,
    )  # fmt: skip
    return replace(base, **changes)


def cards() -> dict[Topic, list[Card]]:
    """One of each sort: plain, early section, important, cloze, retired, proposed, own notes, PDF, unshipped."""
    return {
        POLICIES: [card(7, source=PDF, anchor="page=4", section=())],
        CACHING: [
            card(1),
            card(2, importance=5),
            card(3, section=("Why",), tags=("web cache", "a::b")),
            card(4, kind=Kind.CLOZE, question="A {{c1::cache}} keeps {{c3::copies::what?}} of `std::map`.", answer=""),
            card(5, status=Status.RETIRED, source="https://gone.example/", section=()),
            card(6, source="list:system-design#Caching", section=()),
            card(8, proposal=Proposal("New?", "Yes.", "", "the page was reworded")),
            card(90, status=Status.DRAFT),
            card(91, status=Status.REJECTED),
            card(92, kind=Kind.CLOZE, question="no mark"),
            card(93, question="\u200b "),
        ],
        CPP: [card(9, source="https://c.example/", question="Чем `vector` лучше массива?", answer="Он растёт сам.")],
        (): [card(10, source="https://other.example/")],
        ("Left the list",): [card(11, source="https://left.example/")],
    }


def sample() -> tuple[Deck, ...]:
    """The decks of all that."""
    return decks(READING_LIST, cards(), RECORDS)
