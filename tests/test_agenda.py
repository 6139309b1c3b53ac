"""What a list asks for, and what of it a run takes on."""

from typing import Any

import pytest

from flashgen.agenda import Request, agenda, items
from flashgen.errors import UsageError
from flashgen.ledger import Ledger, LinkRecord, LinkState, SectionRecord
from flashgen.types import Link, LinkOptions, Note, ReadingList

NOW = 1_800_000_000
A, B, C = "https://a.example/", "https://b.example/", "https://c.example/"


def reading_list(*links: Link, notes: tuple[Note, ...] = ()) -> ReadingList:
    return ReadingList("demo", tuple(dict.fromkeys(link.topic for link in links)), links, notes)


def asked(ledger: Ledger, **request: Any) -> list[str]:
    found = reading_list(*(Link(url, ("T",), n + 1) for n, url in enumerate((A, B, C))))
    return [item.url for item in agenda(items(found, ledger), ledger, Request(**request), NOW)]


def known(state: LinkState, **more: Any) -> Ledger:
    return Ledger({A: LinkRecord(A, ("T",), state, **more)})


def test_a_link_is_asked_once_at_its_first_place() -> None:
    """The same link under two topics, or with a fragment or tracking, is one source with the first topic."""
    found = reading_list(Link(A, ("One",), 1), Link(f"{A}#part", ("Two",), 2), Link(f"{A}?utm_source=x", ("Three",), 3))
    assert [(item.url, item.topic) for item in items(found, Ledger())] == [(A, ("One",))]


def test_a_link_keeps_its_home_while_it_is_listed_there() -> None:
    """A new first place doesn't move a link's cards; losing the old place does."""
    ledger = Ledger({A: LinkRecord(A, ("Two",), LinkState.CARDED)})
    both = reading_list(Link(A, ("One",), 1), Link(A, ("Two",), 2))
    assert items(both, ledger)[0].topic == ("Two",)
    assert items(reading_list(Link(A, ("One",), 1)), ledger)[0].topic == ("One",)


def test_known_links_are_left_alone() -> None:
    """A carded, empty, skipped, refused or gone link is not asked again by a build."""
    for state in (LinkState.CARDED, LinkState.EMPTY, LinkState.SKIPPED, LinkState.REFUSED, LinkState.GONE):
        assert asked(known(state)) == [B, C]


def test_failed_links_wait_for_their_time() -> None:
    """A failed link is asked again only when its time has come; a refresh and a retry don't wait."""
    assert asked(known(LinkState.FAILED, retry_at=NOW + 1)) == [B, C]
    assert asked(known(LinkState.FAILED, retry_at=NOW)) == [A, B, C]
    assert asked(known(LinkState.FAILED, retry_at=NOW + 1), refresh=True) == [A, B, C]
    assert asked(known(LinkState.FAILED, retry_at=NOW + 1), retry=True) == [A]


def test_a_section_without_an_answer_is_asked_again() -> None:
    """A link of which the model still owes a section is taken up again."""
    assert asked(known(LinkState.CARDED, sections=(SectionRecord((), "f", drafted=False),))) == [A, B, C]


def test_refresh_asks_known_links_but_never_unsafe_ones() -> None:
    """A refresh asks everything except what was refused."""
    assert asked(known(LinkState.CARDED), refresh=True) == [A, B, C]
    assert asked(known(LinkState.REFUSED), refresh=True) == [B, C]


def test_limit_counts_links_that_are_asked() -> None:
    """--limit takes the first links that would be asked."""
    assert asked(known(LinkState.CARDED), limit=1) == [B]


def test_skip_option() -> None:
    """A link marked with skip is never asked."""
    found = reading_list(Link(A, (), 1, options=LinkOptions(skip=True)), Link(B, (), 2))
    assert [item.url for item in agenda(items(found, Ledger()), Ledger(), Request(), NOW)] == [B]


def test_topic_by_any_run_of_headings() -> None:
    """--topic names a heading, or headings in a row, in any letter case."""
    found = reading_list(Link(A, ("Design", "Streaming"), 1), Link(B, ("Coding",), 2))
    every = items(found, Ledger())
    for name in ("streaming", "Design", "design/Streaming", "Design::Streaming"):
        assert [item.url for item in agenda(every, Ledger(), Request(topic=name), NOW)] == [A]


def test_unknown_topic_names_the_known_ones() -> None:
    """A topic that isn't there is a person's mistake: the message lists those that are."""
    found = items(reading_list(Link(A, ("Design", "Streaming"), 1)), Ledger())
    with pytest.raises(UsageError, match="Design / Streaming"):
        agenda(found, Ledger(), Request(topic="Streams"), NOW)


def test_notes_are_one_source_per_heading_from_25_words() -> None:
    """The lines under one heading are put together; few words are no source of cards."""
    notes = (Note(("T",), 1, "word " * 20), Note(("T",), 9, "more " * 20), Note(("U",), 12, "too few words"))
    found = items(reading_list(notes=notes), Ledger())
    assert [(item.url, item.kind) for item in found] == [("list:demo#T", "note")]
    assert found[0].text.count("word") == 20
