"""What today's text of an article asks for."""

from dataclasses import replace

from flashgen.changes import SectionEvent
from flashgen.ledger import LinkRecord, LinkState, SectionRecord
from flashgen.refresh import DAY, HOUR, Plan, failed, plan, retry_time
from flashgen.text import fold, plain
from flashgen.types import Card, Proposal, Section, Status

NOW = 1_800_000_000
SEA = Section(("Sea",), "Salt water freezes at about minus two degrees. Tides follow the moon.", "sea")
LAND = Section(("Land",), "Granite is an igneous rock. Basalt covers most of the ocean floor.", "land")


def stands(quote: str, text: str) -> bool:
    return fold(quote) in fold(plain(text))


def card(name: str, quote: str, status: Status = Status.ACTIVE, section: tuple[str, ...] = ()) -> Card:
    return Card(name, f"{name}?", "yes", quote, "u", section=section, status=status)


def record(*sections: Section) -> LinkRecord:
    return LinkRecord(
        "u", state=LinkState.CARDED, sections=tuple(SectionRecord(s.path, s.fingerprint) for s in sections)
    )


def counts(found: Plan) -> tuple[int, ...]:
    return tuple(found.count(event) for event in (SectionEvent.NEW, SectionEvent.CHANGED, SectionEvent.GONE))


def test_everything_of_a_new_link_is_drafted() -> None:
    """A link that was never read: each section is new, and no card goes with it."""
    found = plan(None, [], [SEA, LAND], stands)
    assert [(work.section, work.cards) for work in found.work] == [(SEA, ()), (LAND, ())]
    assert counts(found) == (2, 0, 0)


def test_known_text_costs_nothing() -> None:
    """Sections that moved, and headings that were renamed, ask for nothing."""
    renamed = replace(SEA, path=("The sea",))
    assert plan(record(SEA, LAND), [card("a", "Tides follow the moon.")], [LAND, renamed], stands) == Plan()


def test_only_the_changed_section_is_asked() -> None:
    """A card whose sentence still stands goes along but isn't lost; the other section isn't asked at all."""
    edited = replace(SEA, text=SEA.text.replace("two", "1.9"), fingerprint="sea2")
    cards = [card("a", "Tides follow the moon."), card("b", "Salt water freezes at about minus two degrees.")]
    found = plan(record(SEA, LAND), cards, [edited, LAND], stands)
    assert [work.section for work in found.work] == [edited]
    assert {one.id for one in found.work[0].cards} == {"a", "b"}
    assert (found.lost, counts(found)) == ((), (0, 1, 0))


def test_a_card_without_a_home_is_lost() -> None:
    """A card whose passage is gone, with nothing like it in today's text, is lost."""
    old = card("a", "Granite is an igneous rock.", section=("Land",))
    other = card("b", "Tides follow the moon.")
    assert plan(record(SEA, LAND), [old, other], [SEA], stands).lost == (old,)


def test_a_retired_card_is_back_when_its_sentence_is() -> None:
    """Comes the passage back, the card comes back."""
    old = card("a", "Granite is an igneous rock.", Status.RETIRED)
    found = plan(record(SEA), [old, card("b", "Tides follow the moon.")], [SEA, LAND], stands)
    assert found.back == (old,)


def test_most_quotes_missing_at_once_is_suspect() -> None:
    """A page that lacks over half of its quotes may be a wall: nothing is to be believed yet."""
    cards = [card("a", "Tides follow the moon."), card("b", "Granite is an igneous rock.")]
    wall = Section((), "Please accept our cookies to go on reading this page today.", "wall")
    assert plan(record(SEA, LAND), cards, [wall], stands).suspect
    assert not plan(record(SEA, LAND), cards, [SEA], stands).suspect


def test_a_reworded_sentence_of_a_short_article_is_no_sign_of_a_wall() -> None:
    """Two of two quotes missing, and new wordings at hand: they are revised at once. Three at once wait a day."""
    said = [
        card(name, quote) for name, quote in (("a", "Salt water freezes at two degrees."), ("b", "Tides follow it."))
    ]
    edited = replace(SEA, text="Salt water freezes at three degrees. Tides follow the moon only.", fingerprint="sea2")
    found = plan(record(SEA), said, [edited], stands)
    assert (found.suspect, len(found.work), found.lost) == (False, 1, ())
    third = card("c", "Salt water freezes late.")
    assert plan(record(SEA), [*said, third], [edited], stands).suspect


def test_cards_that_wait_to_be_retired_are_not_forgotten() -> None:
    """A page that is read again while its cards wait for a yes: they still wait, and don't make it suspect."""
    old = card("a", "Granite is an igneous rock.")
    waits = replace(record(SEA), retiring=("a",))
    found = plan(waits, [old], [SEA], stands)
    assert (found.lost, found.suspect) == ((old,), False)
    assert plan(replace(record(SEA, LAND), retiring=("a",)), [old], [SEA, LAND], stands).lost == ()


def test_a_card_that_was_offered_a_rewording_stands_with_it() -> None:
    """The person edited it, so that its own sentence is an old one; the one that it was offered is in the text."""
    offered = Proposal("q", "a", "Tides follow the moon.")
    mine = replace(card("a", "Tides follow the sun."), proposal=offered)
    assert plan(record(SEA, LAND), [mine], [SEA], stands).lost == ()


def test_a_failing_link_is_asked_ever_less_often() -> None:
    """The wait grows from an hour to a week, and is never shorter than the server wishes."""
    waits = [retry_time(n, NOW) - NOW for n in (1, 2, 3, 4, 5, 50)]
    assert waits == [HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 7 * DAY]
    assert retry_time(1, NOW, wish=2 * DAY) == NOW + 2 * DAY


def test_failing_since_is_the_first_failure() -> None:
    """How long a link has been failing is counted from the first failure in a row."""
    once = failed(LinkRecord("u"), LinkState.FAILED, "time-out", NOW)
    twice = failed(once, LinkState.FAILED, "time-out", NOW + DAY)
    assert (twice.failing_since, twice.failures, twice.retry_at) == (NOW, 2, NOW + DAY + 4 * HOUR)
