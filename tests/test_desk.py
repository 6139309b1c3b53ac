"""The desk over real card files: the index follows them, decisions are written at once, and nothing is overwritten."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.app.review import Decision, Desk
from flashgen.carding import sealed
from flashgen.desk.marked import Mark, html
from flashgen.desk.queue import Filter
from flashgen.embeddings import Embed, Remembered
from flashgen.errors import Conflict, FileError, UsageError
from flashgen.judging import Step, Wording
from flashgen.ledger import Ledger, ShippedRecord
from flashgen.lists import ListPlace
from flashgen.settings import Settings
from flashgen.store.cards import CardFiles, Change
from flashgen.store.ledger_file import LedgerFile
from flashgen.types import Card, Finding, Kind, Proposal, Status, Topic, Verdict

NOW = 1_790_000_000
CACHES: Topic = ("Design", "Caches")
LOCKS: Topic = ("Design", "Locks › and leases")
URL = "https://a.example/caches"


def card(name: str, **changes: Any) -> Card:
    """A card that flashgen wrote, named so that its id and words tell it apart."""
    base = Card(f"{name:0>16}", f"What does {name} keep?", f"It keeps the {name} value.", f"{name} keeps it.", URL)
    return sealed(replace(base, **{"created": NOW - 100, "changed": NOW - 100, **changes}))


WARNED = card("write", findings=(Finding("vague", Verdict.WARN, "asks for a description"),))
DRAFT = card("read", status=Status.DRAFT)
PROPOSED = card("proxy", proposal=Proposal("What does a proxy keep?", "Copies.", "", "the text changed"))
PLAIN = card("lease", source="https://b.example/locks")
CARDS: dict[Topic, list[Card]] = {
    CACHES: [card("page"), WARNED, DRAFT, PROPOSED, card("old", status=Status.REJECTED)],
    LOCKS: [PLAIN],
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk over one list of six cards."""
    return laid_out(tmp_path, CARDS)


def laid_out(root: Path, cards: dict[Topic, list[Card]], vectors: Remembered | None = None) -> Desk:
    """A desk over a list `demo` of these cards."""
    home = root / "decks" / "demo"
    home.mkdir(parents=True)
    (home / "reading-list.md").write_text(f"# Design\n\n- {URL}\n")
    for topic, of_topic in cards.items():
        CardFiles(home / "cards").upsert(topic, [Change(each) for each in of_topic])
    return opened(root, vectors)


def opened(root: Path, vectors: Remembered | None = None) -> Desk:
    """Another desk over the same files."""
    home = root / "decks" / "demo"
    ids = iter(f"new{number:013d}" for number in range(100))
    place = ListPlace("demo", home / "reading-list.md", home)
    desk = Desk(root, Settings(), [place], clock=lambda: NOW, new_id=lambda: next(ids), vectors=vectors)
    desk.index.sync()
    return desk


def file_of(desk: Desk, topic: Topic = CACHES) -> Path:
    """The card file of a topic."""
    return desk.index.files["demo"].path(topic)


def stored(desk: Desk, card_id: str, topic: Topic = CACHES) -> dict[str, Any]:
    """A card as YAML has it."""
    found = yaml.safe_load(file_of(desk, topic).read_text())["cards"]
    return dict(next(each for each in found if each["id"] == card_id))


def decided(desk: Desk, action: str, on: Card, **more: Any) -> str:
    """A decision on a card as it is shown now; the token that takes it back."""
    version = desk.show(desk.index.named("demo", on.id)).version
    return desk.decide(Decision(action, "demo", on.id, version, **more)).undo


# --- the queue ----------------------------------------------------------------------------------


def test_what_is_urgent_comes_first(desk: Desk) -> None:
    """Warnings, proposals, drafts, then what is in the deck unjudged, each in the order of the files."""
    everything = Filter()
    found = desk.queue.first(everything)
    order = []
    while found and found.card.id not in order:
        order.append(found.card.id)
        found = desk.queue.after(everything, found.place, but=found.card.id)
    assert order == [each.id for each in (WARNED, PROPOSED, DRAFT, CARDS[CACHES][0], PLAIN)]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(), 5),
        (Filter("warned"), 1),
        (Filter("proposed"), 1),
        (Filter("draft"), 1),
        (Filter("rejected"), 1),
        (Filter("all"), 6),
        (Filter("all", topic=("Design",)), 6),
        (Filter("all", topic=LOCKS), 1),
        (Filter("all", topic=("Des",)), 0),
        (Filter("all", gate="vague"), 1),
        (Filter("all", gate="vag"), 0),
        (Filter("all", text="READ value"), 1),
        (Filter("all", text="%"), 0),
        (Filter("all", source=URL), 5),
        (Filter("all", lists=("other",)), 0),
    ],
)
def test_a_filter_means_what_it_says(desk: Desk, wanted: Filter, count: int) -> None:
    """State, topic with all below it, gate, words and source narrow the queue."""
    assert desk.queue.count(wanted) == count


def test_the_queue_goes_both_ways_and_by_article(desk: Desk) -> None:
    """Back from the first is the last; the next article is of another source."""
    first = desk.queue.first(Filter())
    assert first
    last = desk.queue.before(Filter(), first.place)
    assert last
    assert last.card.id == PLAIN.id
    other = desk.queue.after_source(Filter(), first)
    assert other
    assert other.card.source == PLAIN.source


def test_the_index_follows_the_files(desk: Desk, tmp_path: Path) -> None:
    """What an editor changes, adds or deletes is seen at the next look; another process begins with what is known."""
    path = file_of(desk)
    path.write_text(path.read_text().replace("It keeps the page value.", "Frames."))
    file_of(desk, LOCKS).unlink()
    desk.index.sync()
    assert desk.index.named("demo", CARDS[CACHES][0].id).card.answer == "Frames."
    assert desk.index.find("demo", PLAIN.id) is None
    again = opened(tmp_path)
    assert again.queue.count(Filter("all")) == 5


def test_a_slip_in_one_file_leaves_the_others(desk: Desk) -> None:
    """A file that can't be read is named with its line; its cards stay as last seen, those of others can be judged."""
    broken, whole = file_of(desk, LOCKS), file_of(desk)
    broken.write_text("version: 1\ncards: [\n")
    desk.index.sync()
    (problem,) = desk.index.problems
    assert f"{broken}, line 3" in problem
    assert desk.queue.count(Filter("all")) == 6
    decided(desk, "accept", DRAFT)
    assert "reviewed:" in whole.read_text()


def test_a_damaged_index_is_made_anew(desk: Desk, tmp_path: Path) -> None:
    """The index is a cache: nothing is lost with it."""
    desk.index.close()
    (tmp_path / ".flashgen" / "cards.sqlite").write_bytes(b"no database at all, but long enough to be looked at")
    assert opened(tmp_path).queue.count(Filter("all")) == 6


def test_an_index_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """A folder that stands in its place is named."""
    laid_out(tmp_path, CARDS).index.close()
    path = tmp_path / ".flashgen" / "cards.sqlite"
    path.unlink()
    path.mkdir()
    with pytest.raises(FileError, match="can't be used"):
        opened(tmp_path)


def test_near_duplicates_are_found_without_comparing_all(tmp_path: Path) -> None:
    """Cards that say nearly the same are named, rejected ones are not."""
    one = card("a", question="What does a write-through cache do before it answers?", answer="It writes to the store.")
    two = card("b", question="What does a write-through cache do before answering?", answer="It writes to the store.")
    gone = replace(two, id="c" * 16, status=Status.REJECTED)
    desk = laid_out(tmp_path, {CACHES: [one, two, gone, card("d")]})
    assert [found.card.id for found in asyncio.run(desk.near(one))] == [two.id]


def test_near_duplicates_by_meaning_wait_for_no_page(tmp_path: Path) -> None:
    """With vectors meaning decides, in a thread of its own; who has gone on to another card gets no late answer."""
    one = card("a", question="What does a cache keep?", answer="Copies of pages.")
    two = card("b", question="What is kept in a cache?", answer="Pages, copied.")
    asked: list[str] = []
    may_go_on = threading.Event()

    def load() -> Embed:
        def embed(texts: Sequence[str]) -> Sequence[Sequence[float]]:
            asked.append(threading.current_thread().name)
            may_go_on.wait(30)
            return [(0.0, 1.0) if text.endswith("?") else (1.0, 0.0) for text in texts]

        return embed

    desk = laid_out(tmp_path, {CACHES: [one, two]}, Remembered(load))

    async def judged() -> None:
        first, second = asyncio.ensure_future(desk.near(one)), asyncio.ensure_future(desk.near(two))
        third = asyncio.ensure_future(desk.near(one))
        await asyncio.sleep(0)
        assert not first.done()
        may_go_on.set()
        found = [[each.card.id for each in await near] for near in (first, second, third)]
        assert found[1:] == [[], [two.id]]
        await desk.aclose()

    asyncio.run(judged())
    assert set(asked) == {"flashgen-near_0"}


# --- deciding -----------------------------------------------------------------------------------


def test_a_decision_is_in_the_file_at_once(desk: Desk) -> None:
    """Accepted, rejected, edited: the YAML says so, and its comments stay."""
    path = file_of(desk)
    path.write_text(path.read_text().replace("cards:", "# mine\ncards:", 1))
    decided(desk, "accept", DRAFT)
    decided(desk, "reject", WARNED, reason="trivial")
    decided(desk, "edit", PROPOSED, texts=Wording("Mine?", "Yes.", PROPOSED.quote))
    assert stored(desk, DRAFT.id)["status"] == "active"
    assert stored(desk, DRAFT.id)["reviewed"]
    assert stored(desk, WARNED.id)["findings"][-1] == {"gate": "person", "verdict": "reject", "reason": "trivial"}
    assert stored(desk, PROPOSED.id)["question"] == "Mine?"
    assert "# mine" in path.read_text()


def test_every_decision_can_be_taken_back(desk: Desk) -> None:
    """Undo restores the wording and the status, whatever was decided."""
    for action, more in (
        ("accept", {}),
        ("reject", {"reason": "no"}),
        ("take", {}),
        ("leave", {}),
        ("edit", {"texts": Wording("Mine?", "Yes.", "")}),
        ("split", {"parts": (Wording("One?", "1.", ""), Wording("Two?", "2.", ""))}),
        ("merge", {"other": ("demo", PLAIN.id), "texts": Wording("Both?", "Yes.", "")}),
    ):
        before = [{**each, "changed": ""} for each in all_cards(desk)]
        token = decided(desk, action, PROPOSED, **more)
        assert [{**each, "changed": ""} for each in all_cards(desk)] != before, action
        desk.undo(token)
        assert [{**each, "changed": ""} for each in all_cards(desk)] == before, action
        with pytest.raises(UsageError):
            desk.undo(token)


def all_cards(desk: Desk) -> list[dict[str, Any]]:
    """Everything in the files."""
    return [each for topic in CARDS for each in yaml.safe_load(file_of(desk, topic).read_text())["cards"]]


def test_a_split_makes_a_card_beside_the_old_one(desk: Desk) -> None:
    """The first part keeps the id, the second is new, in the same file."""
    decided(desk, "split", DRAFT, parts=(Wording("One?", "1.", ""), Wording("Two?", "2.", "")))
    assert stored(desk, DRAFT.id)["question"] == "One?"
    assert stored(desk, "new0000000000000")["question"] == "Two?"
    with pytest.raises(UsageError, match="question is empty"):
        decided(desk, "split", WARNED, parts=(Wording("One?", "1.", ""), Wording(" ", "2.", "")))


def test_a_merge_over_two_files_is_both_or_none(desk: Desk) -> None:
    """The older card stays with the words that were chosen; where the second can't be written the first is put back."""
    version = desk.show(desk.index.named("demo", PLAIN.id)).version
    merge = Decision("merge", "demo", PLAIN.id, version, Wording("Both?", "Yes.", ""), other=("demo", WARNED.id))
    before = all_cards(desk)
    whole = desk.index.files["demo"]
    desk.index.files["demo"] = Failing(whole, file_of(desk, LOCKS))
    with pytest.raises(Conflict):
        desk.decide(merge)
    desk.index.files["demo"] = whole
    assert [{**each, "changed": ""} for each in all_cards(desk)] == [{**each, "changed": ""} for each in before]
    desk.decide(merge)
    assert {stored(desk, WARNED.id)["status"], stored(desk, PLAIN.id, LOCKS)["status"]} == {"active", "rejected"}


class Failing(CardFiles):
    """Card files of which one was changed elsewhere."""

    def __init__(self, whole: CardFiles, path: Path) -> None:
        super().__init__(whole.folder)
        self._changed = path

    def decide(self, path: Path, steps: Sequence[Step]) -> None:
        """Conflicts for the one."""
        if path == self._changed:
            raise Conflict("x", "changed elsewhere")
        super().decide(path, steps)


def test_a_card_that_anki_has_is_retired_not_rejected(desk: Desk, tmp_path: Path) -> None:
    """An import takes nothing away from Anki: the no becomes a retirement there."""
    ledger = Ledger({}, {DRAFT.id: ShippedRecord("hash", NOW)})
    LedgerFile(tmp_path / "decks" / "demo" / "sources.json").save(ledger)
    decided(desk, "reject", DRAFT)
    assert stored(desk, DRAFT.id)["status"] == "retired"


def test_all_cards_of_an_article_at_once(desk: Desk) -> None:
    """What waits is accepted, what is rejected stays so; one undo takes all back."""
    done = desk.decide_article("accept", "demo", URL)
    assert done.cards == 4
    assert desk.queue.count(Filter("active")) == 5
    assert desk.queue.count(Filter("rejected")) == 1
    desk.undo(done.undo)
    assert desk.queue.count(Filter()) == 5


def test_the_pace_is_the_median(desk: Desk) -> None:
    """The page tells how many were judged today and how long one takes."""
    for each, seconds in ((WARNED, 2), (DRAFT, 4), (PLAIN, 90)):
        decided(desk, "accept", each, milliseconds=1000 * seconds)
    assert desk.pace() == (3, 4.0)


# --- others at work -----------------------------------------------------------------------------


def test_an_editor_is_never_overwritten(desk: Desk) -> None:
    """The words that were shown are not the ones in the file any more: nothing is written, and the person is told."""
    version = desk.show(desk.index.named("demo", DRAFT.id)).version
    path = file_of(desk)
    path.write_text(path.read_text().replace("It keeps the read value.", "From my editor."))
    with pytest.raises(Conflict, match="changed elsewhere"):
        desk.decide(Decision("accept", "demo", DRAFT.id, version))
    with pytest.raises(Conflict):
        desk.decide(Decision("edit", "demo", DRAFT.id, version, Wording(DRAFT.question, "From the page.", "")))
    assert stored(desk, DRAFT.id)["answer"] == "From my editor."


def test_changes_to_different_fields_go_together(desk: Desk) -> None:
    """The editor changed the tags and the question, the page the answer: all three are in the file."""
    version = desk.show(desk.index.named("demo", DRAFT.id)).version
    path = file_of(desk)
    text = path.read_text().replace("What does read keep?", "What does a read cache keep?")
    path.write_text(text.replace(f"id: {DRAFT.id}\n", f"id: {DRAFT.id}\n  tags: [mine]\n"))
    desk.decide(Decision("edit", "demo", DRAFT.id, version, Wording(DRAFT.question, "From the page.", DRAFT.quote)))
    found = stored(desk, DRAFT.id)
    assert found["question"] == "What does a read cache keep?"
    assert found["answer"] == "From the page."
    assert found["tags"] == ["mine"]
    assert desk.index.named("demo", DRAFT.id).place[0] < 9, "these words together nobody has said yes to"


def test_two_windows_do_not_fight(desk: Desk, tmp_path: Path) -> None:
    """The second of two decisions on one card is refused if it differs, and goes through if it is the same."""
    other = opened(tmp_path)
    mine = desk.show(desk.index.named("demo", DRAFT.id)).version
    theirs = other.show(other.index.named("demo", DRAFT.id)).version
    other.decide(Decision("accept", "demo", DRAFT.id, theirs))
    with pytest.raises(Conflict):
        desk.decide(Decision("reject", "demo", DRAFT.id, mine))
    desk.decide(Decision("accept", "demo", DRAFT.id, mine))
    assert stored(desk, DRAFT.id)["status"] == "active"


def test_what_was_deleted_meanwhile_stays_deleted(desk: Desk) -> None:
    """A card that an editor took out does not come back by a decision."""
    version = desk.show(desk.index.named("demo", PLAIN.id)).version
    file_of(desk, LOCKS).unlink()
    with pytest.raises(Conflict):
        desk.decide(Decision("accept", "demo", PLAIN.id, version))
    assert len(list((desk.root / "decks/demo/cards").iterdir())) == 1


def test_an_undo_spares_what_was_changed_since(desk: Desk) -> None:
    """What an editor made of a card after the decision is kept."""
    token = decided(desk, "edit", DRAFT, texts=Wording("Mine?", "Yes.", ""))
    path = file_of(desk)
    path.write_text(path.read_text().replace("question: Mine?", "question: Mine, later?"))
    with pytest.raises(Conflict):
        desk.undo(token)
    assert stored(desk, DRAFT.id)["question"] == "Mine, later?"


def test_a_decision_needs_what_was_shown(desk: Desk) -> None:
    """Without the version that a person saw nothing is decided; what can't be meant is said."""
    with pytest.raises(Conflict):
        desk.decide(Decision("accept", "demo", DRAFT.id, "0123456789abcdef"))
    with pytest.raises(UsageError):
        decided(desk, "frobnicate", DRAFT)
    with pytest.raises(UsageError):
        desk.index.named("elsewhere", DRAFT.id)


# --- how it looks -------------------------------------------------------------------------------


def test_a_card_looks_as_in_anki(tmp_path: Path) -> None:
    """The note type's own templates are filled in; a cloze card shows both sides; nothing in it runs."""
    cloze = card("c", kind=Kind.CLOZE, question="A {{c1::lease}} ends.", answer="")
    hostile = card("h", question="<img src=x onerror=alert(1)>", answer="<script>alert(1)</script>")
    desk = laid_out(tmp_path, {CACHES: [cloze, hostile]})
    shown = desk.show(desk.index.named("demo", cloze.id)).previews[0]
    assert 'class="fg-question fg-text"' in shown
    assert "[…]" in shown
    assert shown.count("lease") == 1
    plain = desk.show(desk.index.named("demo", hostile.id)).previews[0]
    assert "<img" not in plain
    assert "<script" not in plain
    assert "{{" not in shown + plain


def test_a_proposal_shows_what_differs(desk: Desk) -> None:
    """Old and new stand side by side, and only the words that changed are marked."""
    changes = desk.show(desk.index.named("demo", PROPOSED.id)).changes
    assert [name for name, _, _ in changes] == ["question", "answer"]
    _, old, new = changes[0]
    assert "".join(run.text for run in old) == PROPOSED.question
    assert [run.text.strip() for run in new if run.differs] == ["a"]


MARKDOWN = """# T

A *write-through* cache `writes` every
change to the **store** before it answers. <script>alert(1)</script> [x](javascript:alert(1)) ![plan](http://a/b.png)

| a | b |
|---|---|
| one two three four | five six seven eight |
"""


def test_a_quote_is_marked_through_the_markup() -> None:
    """The sentence is found whatever emphasis and line breaks it has; the page runs and loads nothing."""
    quote = "A write-through cache writes every change to the store before it answers."
    page = html(MARKDOWN, [Mark(quote, "c1", "this"), Mark("five six seven eight", "c2"), Mark("not in it at all")])
    marked = "".join(part.partition("</mark>")[0] for part in page.split('data-card="c1">')[1:])
    assert " ".join(marked.split()) == quote.replace(" before", " before")
    assert '<td><mark data-card="c2">five six seven eight</mark></td>' in page
    assert "<script" not in page
    assert "javascript" not in page or "href" not in page
    assert "<img" not in page
    assert "[plan]" in page
    assert page.startswith("<h2>")


async def beside(desk: Desk, on: Card) -> Any:
    """What stands beside a card."""
    try:
        return await desk.passage(desk.index.named("demo", on.id))
    finally:
        await desk.aclose()


def test_the_passage_comes_from_the_lists_own_files(tmp_path: Path) -> None:
    """The section around the quote is shown with the quote marked, without the web; what is not at hand is said."""
    import asyncio

    mine = card("file", source="caches.md", section=("Writing",), quote="It writes to the store before it answers you.")
    text = "# Caches\n\n" + "Word " * 90 + ".\n\n## Writing\n\n" + "Other " * 90 + mine.quote + "\n"
    desk = laid_out(tmp_path, {CACHES: [mine, WARNED]})
    home = tmp_path / "decks" / "demo"
    (home / "reading-list.md").write_text("# Design\n\n- [c](caches.md)\n")
    (home / "caches.md").write_text(text)
    found = asyncio.run(beside(desk, mine))
    assert found.path == ("Writing",)
    assert f">{mine.quote}</mark>" in found.html
    assert "Word" not in found.html
    missing = asyncio.run(beside(opened(tmp_path), WARNED))
    assert missing.html == ""
    assert missing.missing


def test_the_index_is_json_and_no_pickle(desk: Desk) -> None:
    """What stands in the cache is data."""
    (content,) = desk.index.db.execute("SELECT body FROM content LIMIT 1").fetchone()
    assert json.loads(content)["id"]
