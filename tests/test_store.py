"""The card files of a list and the store over them: merging with a person's work, moving, folding, never losing."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen.errors import FileError
from flashgen.hand import made_of
from flashgen.ledger import Entry, LinkRecord, LinkState, ShippedRecord, Spend
from flashgen.store import Store
from flashgen.store.atomic import Write
from flashgen.store.cards import CardFiles, Change
from flashgen.store.merge import WHILE_EDITED, merged
from flashgen.types import Card, Finding, Proposal, Status, Topic, Verdict

A, B, C = "https://example.org/a", "https://example.org/b", "https://example.org/c"
QUEUES: Topic = ("Systems", "Queues")
LOGS: Topic = ("Systems", "Logs")


def card(card_id: str, source: str = A, **fields: Any) -> Card:
    made = Card(
        card_id, f"What is {card_id}?", f"It is {card_id}.", f"{card_id} is a thing.", source, created=1, changed=1
    )
    made = replace(made, **fields)
    return replace(made, made=made_of(made, ("question", "answer", "quote", "status")))


def entry(url: str, topic: Topic, *cards: Card) -> Entry:
    made = {each.id: each.quote for each in cards}
    return Entry(LinkRecord(url, topic, LinkState.CARDED, made=made, checked=100), cards)


def store(home: Path, **options: Any) -> Store:
    ids = (f"new{number}" for number in range(1000))
    return Store(home, clock=lambda: 1000, new_id=lambda: next(ids), **options)


def by_hand(path: Path, old: str, new: str) -> None:
    """Replace `old`, which stands once in the file, as a person would."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new), encoding="utf-8")


def ids(cards: object) -> list[str]:
    assert isinstance(cards, list | tuple)
    return [each.id for each in cards]


# --- which file ---------------------------------------------------------------------------------


def test_topics_with_the_same_file_name_get_files_of_their_own(tmp_path: Path) -> None:
    """Topics that a system without letter case would put into one file are told apart by a hash, for good."""
    files = CardFiles(tmp_path)
    topics: list[Topic] = [("Elastic Search",), ("Elastic search",), ("elastic-search",), (), ("Untitled",), ("Con",)]
    for number, topic in enumerate(topics):
        files.upsert(topic, [Change(card(f"c{number}"))])
    names = [path.name for path in files.files().values()]
    assert len({name.casefold() for name in names}) == len(topics)
    again = CardFiles(tmp_path)
    assert {topic: ids(again.read(topic)) for topic in topics} == {t: [f"c{n}"] for n, t in enumerate(topics)}


def test_a_file_holds_the_topic_that_it_says(tmp_path: Path) -> None:
    """A file may be renamed by hand: its topic: counts, not its name."""
    files = CardFiles(tmp_path)
    files.upsert(QUEUES, [Change(card("a"))])
    files.path(QUEUES).rename(tmp_path / "my favourites.yml")
    files.upsert(QUEUES, [Change(card("b"))])
    assert [path.name for path in tmp_path.iterdir()] == ["my favourites.yml"]
    assert ids(files.read(QUEUES)) == ["a", "b"]


def test_two_files_of_one_topic_are_told(tmp_path: Path) -> None:
    """A copied file would double every card: both files are named."""
    files = CardFiles(tmp_path)
    files.upsert(QUEUES, [Change(card("a"))])
    (tmp_path / "copy.yaml").write_bytes(files.path(QUEUES).read_bytes())
    with pytest.raises(FileError, match=r"systems-queues\.yaml.*same topic.*copy\.yaml"):
        files.read_all()


def test_an_id_in_two_files_is_told(tmp_path: Path) -> None:
    """A card that was copied into another file has to give up one of its ids: both files are named."""
    files = CardFiles(tmp_path)
    files.upsert(LOGS, [Change(card("same"))])
    files.upsert(QUEUES, [Change(card("same"))])
    with pytest.raises(FileError, match=r"systems-queues\.yaml: the id same also stands in systems-logs\.yaml"):
        files.read_all()


@pytest.mark.parametrize("work", [Store.all_cards, lambda kept: kept.cards_from(A)])
def test_an_id_in_two_files_stops_a_run(tmp_path: Path, work: Callable[[Store], object]) -> None:
    """A store says so as soon as it has read both files, also when it only reads."""
    files = CardFiles(tmp_path / "cards")
    files.upsert(LOGS, [Change(card("same"))])
    files.upsert(QUEUES, [Change(card("same"))])
    with pytest.raises(FileError, match="the id same also stands in"):
        work(store(tmp_path))


# --- merging ------------------------------------------------------------------------------------

BASE = card("a", tags=("x",))


@pytest.mark.parametrize(
    ("ours", "theirs", "wanted"),
    [
        ({"answer": "ours"}, {}, {"answer": "ours"}),
        ({}, {"answer": "theirs"}, {"answer": "theirs"}),
        ({"answer": "ours"}, {"question": "theirs"}, {"answer": "ours", "question": "theirs"}),
        ({"answer": "same"}, {"answer": "same"}, {"answer": "same"}),
        ({"status": Status.RETIRED}, {"status": Status.REJECTED}, {"status": Status.REJECTED}),
        ({"status": Status.RETIRED}, {"tags": ("mine",)}, {"status": Status.RETIRED, "tags": ("mine",)}),
        ({"importance": 5}, {"importance": 1}, {"importance": 1}),
        ({"section": ("New",)}, {"source": B}, {"section": ("New",), "source": B}),
        ({"changed": 9}, {"changed": 5}, {"changed": 9}),
        ({}, {"changed": 5}, {"changed": 5}),
        ({"findings": (Finding("g", Verdict.WARN, "r"),)}, {}, {"findings": (Finding("g", Verdict.WARN, "r"),)}),
    ],
)
def test_each_field_goes_to_who_changed_it(
    ours: dict[str, Any], theirs: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """A field that one side changed has that side's value; where both did, the person's."""
    result = merged(BASE, replace(BASE, **ours), replace(BASE, **theirs))
    assert replace(result, made={}) == replace(BASE, **wanted, made={})


def test_our_wording_waits_beside_theirs() -> None:
    """A card that was revised while the person edited it keeps their text and gets ours as a proposal."""
    ours = replace(BASE, answer="ours", made={**BASE.made, **made_of(replace(BASE, answer="ours"), ("answer",))})
    result = merged(BASE, ours, replace(BASE, answer="theirs"))
    assert (result.answer, result.proposal) == ("theirs", Proposal(BASE.question, "ours", BASE.quote, WHILE_EDITED))
    assert result.made == BASE.made


def test_without_a_base_made_tells_whose_a_text_is() -> None:
    """After a crash, a text that no longer matches its fingerprint is the person's; all else is as entered."""
    ours = replace(BASE, answer="ours", question="ours", section=("New",), tags=())
    result = merged(None, ours, replace(BASE, answer="theirs"))
    assert (result.answer, result.question, result.section, result.tags) == ("theirs", "ours", ("New",), ("x",))


values = {
    "question": st.sampled_from("abc"),
    "answer": st.sampled_from("abc"),
    "tags": st.sampled_from([(), ("a",), ("b",)]),
    "status": st.sampled_from(Status),
    "section": st.sampled_from([(), ("s",)]),
    "importance": st.integers(1, 5),
}
versions = st.fixed_dictionaries({}, optional=values).map(lambda change: replace(BASE, **change))


@given(versions, versions, versions)
def test_nothing_a_person_typed_is_lost(base: Card, ours: Card, theirs: Card) -> None:
    """Whatever was changed on both sides: the person's changes are all there, ours where they changed nothing."""
    result = merged(base, ours, theirs)
    for name in values:
        before, mine, hand = (getattr(version, name) for version in (base, ours, theirs))
        assert getattr(result, name) == (hand if hand != before else mine)
    assert merged(result, result, theirs if result == theirs else result) == result


def test_an_edit_made_during_the_run_survives(tmp_path: Path) -> None:
    """A person may edit a card file while flashgen works on it: both changes are in the file afterwards."""
    files = CardFiles(tmp_path)
    files.upsert(QUEUES, [Change(card("a")), Change(card("b"))])
    one, two = files.read(QUEUES)
    by_hand(files.path(QUEUES), "It is a.", "Mine, really.  # so")
    by_hand(files.path(QUEUES), "What is b?", "Who is b?")
    files.upsert(QUEUES, [Change(replace(one, importance=5), one), Change(replace(two, answer="Ours."), two)])
    now = files.read(QUEUES)
    assert [(each.question, each.answer, each.importance) for each in now] == [
        ("What is a?", "Mine, really.", 5), ("Who is b?", "Ours.", 3)
    ]  # fmt: skip
    assert "# so" in files.path(QUEUES).read_text()


def test_a_card_deleted_during_the_run_stays_deleted(tmp_path: Path) -> None:
    """A known card that is not in the file any more is not put back; a new one is added."""
    files = CardFiles(tmp_path)
    files.upsert(QUEUES, [Change(card("a"))])
    (one,) = files.read(QUEUES)
    files.path(QUEUES).write_text(f"topic: {json.dumps(QUEUES)}\ncards: []\n")
    assert ids(files.upsert(QUEUES, [Change(replace(one, answer="x"), one), Change(card("b"))])) == ["b"]
    assert ids(files.read(QUEUES)) == ["b"]


def test_a_file_broken_during_the_run_is_left_alone(tmp_path: Path) -> None:
    """A file that can't be read now is not written: the error names its line."""
    files = CardFiles(tmp_path)
    files.upsert(QUEUES, [Change(card("a"))])
    (one,) = files.read(QUEUES)
    by_hand(files.path(QUEUES), "question: What", "question: 'What")
    before = files.path(QUEUES).read_bytes()
    with pytest.raises(FileError, match="not valid YAML"):
        files.upsert(QUEUES, [Change(replace(one, answer="x"), one)])
    assert files.path(QUEUES).read_bytes() == before


# --- moving -------------------------------------------------------------------------------------


def test_a_card_moves_with_all_that_was_typed(tmp_path: Path) -> None:
    """Comments, unknown keys and quoting go with a card; other cards and comments stay; an empty file goes."""
    source = tmp_path / "systems-queues.yaml"
    source.write_text(
        "topic: [Systems, Queues]\ncards:\n# about one\n- id: one # x\n  question: 'q'\n  mine: [1,  2]\n\n"
        "# about two\n- id: two\n  question: r\n  # last words on two\n\n- id: three\n  question: s\n"
    )
    (tmp_path / "systems-logs.yaml").write_text(
        "topic: [Systems, Logs]\ncards:\n    - id: four\n      question: t\n# end\n"
    )
    files = CardFiles(tmp_path)
    assert files.move({"one", "two", "nowhere"}, QUEUES, LOGS) == {"one", "two"}
    assert source.read_text() == "topic: [Systems, Queues]\ncards:\n- id: three\n  question: s\n"
    assert (tmp_path / "systems-logs.yaml").read_text() == (
        "topic: [Systems, Logs]\ncards:\n    - id: four\n      question: t\n\n"
        "    # about one\n    - id: one # x\n      question: 'q'\n      mine: [1,  2]\n\n"
        "    # about two\n    - id: two\n      question: r\n      # last words on two\n# end\n"
    )
    files.move({"three"}, QUEUES, ("New",))
    assert ids(files.read(("New",))) == ["three"]
    assert source.exists(), "a file that a person wrote is not deleted"
    files.move({"three"}, ("New",), LOGS)
    assert not (tmp_path / "new.yaml").exists()


@pytest.mark.parametrize(
    "form", ["- {id: a, question: q, mine: 1}", "cards: [{id: a, question: q, mine: 1}, {id: b, question: r}]"]
)
@pytest.mark.parametrize("target", ["cards: []", "cards: [{id: z, question: q}]", "cards:\n- id: z\n  question: q"])
def test_cards_move_between_all_kinds_of_lists(tmp_path: Path, form: str, target: str) -> None:
    """Cards in braces and in lines move into lists in brackets and in lines."""
    (tmp_path / "s.yaml").write_text(form + "\n")
    (tmp_path / "t.yaml").write_text("topic: [T]\n" + target + "\n")
    files = CardFiles(tmp_path)
    before = ids(files.read(("T",)))
    files.move({"a"}, ("s",), ("T",))
    assert ids(files.read(("T",))) == [*before, "a"]
    assert "a" not in ids(files.read(("s",)))
    assert "mine" in (tmp_path / "t.yaml").read_text()


def test_a_move_that_was_broken_off_is_finished(tmp_path: Path) -> None:
    """A card that a killed run left in both files is in the target alone after moving again, edits included."""
    files = CardFiles(tmp_path)
    files.upsert(QUEUES, [Change(card("a"))])
    before = files.path(QUEUES).read_bytes()
    path = files.path(QUEUES)
    files.move({"a"}, QUEUES, LOGS)
    path.write_bytes(before)
    by_hand(path, "It is a.", "Mine.")
    files.move({"a"}, QUEUES, LOGS)
    assert [each.answer for each in files.read(LOGS)] == ["Mine."]
    assert files.read(QUEUES) == ()


# --- the store ----------------------------------------------------------------------------------


def test_what_is_recorded_is_there_the_next_time(tmp_path: Path) -> None:
    """Entries end in the card files and the ledger; the journal is gone when all is folded in."""
    spend = {"2026-11 m": Spend(0.5, 10, 20)}
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a"), card("b")))
        kept.record(replace(entry(B, LOGS, card("c", B)), spend=spend))
        assert (tmp_path / "sources.journal").exists()
        kept.ship({"a": ShippedRecord("0", 1)})
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "sources.json", "systems-logs.yaml", "systems-queues.yaml"
    ]  # fmt: skip
    again = store(tmp_path)
    assert ids(again.all_cards()) == ["c", "a", "b"]
    assert ids(again.cards_from(A)) == ["a", "b"]
    assert again.ledger.links[B].state is LinkState.CARDED
    assert (again.ledger.spend, again.ledger.shipped) == (spend, {"a": ShippedRecord("0", 1)})


def test_reading_changes_nothing(tmp_path: Path) -> None:
    """Outside a `with` nothing is written: no id for cards of a person's, no folding of what a killed run left."""
    home = crashed(tmp_path, lambda kept: kept.record(entry(A, QUEUES, card("a"))))
    (home / "cards").mkdir()
    (home / "cards" / "mine.yaml").write_text("- question: q\n")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    kept = store(home)
    assert [each.question for each in kept.all_cards()] == ["q", "What is a?"]
    assert ids(kept.cards_from(A)) == ["a"]
    assert kept.ledger.links[A].checked == 100
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def crashed(home: Path, work: Callable[[Store], None]) -> Path:
    """A home in which a run did `work` and was then killed: nothing was folded in."""
    kept = store(home)
    kept.__enter__()
    work(kept)
    return home


def test_what_a_killed_run_left_is_folded_in(tmp_path: Path) -> None:
    """Entries of a run that was killed are in the files after the next run has begun, in the order they came."""

    def work(kept: Store) -> None:
        kept.record(entry(A, QUEUES, card("a"), card("b")))
        kept.record(entry(A, QUEUES, card("a", answer="better")))

    crashed(tmp_path, work)
    assert not (tmp_path / "sources.json").exists()
    with store(tmp_path) as kept:
        assert [(each.id, each.answer) for each in kept.cards_from(A)] == [("a", "better"), ("b", "It is b.")]
        assert not (tmp_path / "sources.journal").exists()
        assert (tmp_path / "sources.json").exists()


def test_a_card_deleted_after_a_crash_stays_deleted(tmp_path: Path) -> None:
    """Cards that stood in the files before the crash, and were then deleted, are not put back by the journal."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a"), card("b")))

    def work(kept: Store) -> None:
        one, two = kept.cards_from(A)
        kept.record(entry(A, QUEUES, replace(one, answer="x"), replace(two, answer="x")))

    crashed(tmp_path, work)
    path = tmp_path / "cards" / "systems-queues.yaml"
    path.write_text(path.read_text().split("\n- id: b")[0] + "\n")
    with store(tmp_path) as kept:
        assert [(each.id, each.answer) for each in kept.all_cards()] == [("a", "x")]


def test_a_link_that_moves_takes_its_cards_along(tmp_path: Path) -> None:
    """Cards follow their link to its new topic, new ones too; those of other links stay; the emptied file goes."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a")))
        kept.record(entry(B, ("Other",), card("b", B)))
    with store(tmp_path) as kept:
        (one,) = kept.cards_from(A)
        kept.record(entry(A, LOGS, replace(one, importance=5), card("n")))
        assert {topic: ids(cards) for topic, cards in kept.cards_by_topic().items()} == {
            ("Other",): ["b"], LOGS: ["a", "n"]
        }  # fmt: skip
    assert not (tmp_path / "cards" / "systems-queues.yaml").exists()
    with store(tmp_path) as kept:
        kept.move(A, ("Other",))
        assert kept.ledger.links[A].topic == ("Other",)
        assert ids(kept.cards_by_topic()[("Other",)]) == ["b", "a", "n"]


def test_a_card_that_a_person_put_elsewhere_stays_there(tmp_path: Path) -> None:
    """A card cut and pasted into another file is still its link's, is changed where it is, and does not move."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a"), card("b")))
    files = CardFiles(tmp_path / "cards")
    files.move({"b"}, QUEUES, ("My own",))
    with store(tmp_path) as kept:
        assert sorted(ids(kept.cards_from(A))) == ["a", "b"]
        changed = [replace(each, answer="x") for each in kept.cards_from(A)]
        kept.record(entry(A, LOGS, *changed))
    found = CardFiles(tmp_path / "cards").read_all()
    assert {topic: [(c.id, c.answer) for c in cards] for topic, cards in found.items()} == {
        ("My own",): [("b", "x")], LOGS: [("a", "x")]
    }  # fmt: skip


def test_an_edit_between_giving_out_and_recording_survives(tmp_path: Path) -> None:
    """While a link is in hand its cards may be edited, and its file read again for another link: the edit stays."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a")))
        kept.record(entry(B, QUEUES, card("b", B)))
    with store(tmp_path) as kept:
        (one,) = kept.cards_from(A)
        by_hand(tmp_path / "cards" / "systems-queues.yaml", "What is a?", "Who is a?")
        kept.record(entry(B, QUEUES, card("c", B)))
        kept.checkpoint()
        kept.cards_from(B)
        kept.record(entry(A, QUEUES, replace(one, answer="New.")))
    (now,) = store(tmp_path).cards_from(A)
    assert (now.question, now.answer) == ("Who is a?", "New.")


def test_cards_written_by_hand_are_taken_in(tmp_path: Path) -> None:
    """A card that a person wrote has an id and a time from the first run on."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "mine.yaml").write_text("topic: [Mine]\ncards:\n- question: q\n  answer: a\n")
    with store(tmp_path) as kept:
        assert kept.all_cards() == [Card("new0", "q", "a", "", "", created=1000, changed=1000)]
    assert ids(store(tmp_path).all_cards()) == ["new0"]


def test_upsert_writes_at_once(tmp_path: Path) -> None:
    """Cards changed outside a link's work are in the files when the call returns; new ones go to the topic given."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a"), card("b")))
        one, two = kept.all_cards()
        by_hand(tmp_path / "cards" / "systems-queues.yaml", "It is b.", "Mine.")
        kept.record(entry(C, LOGS))
        kept.upsert([replace(one, changed=50), replace(two, changed=60), card("n", "")], LOGS)
        files = CardFiles(tmp_path / "cards")
        assert [(each.changed, each.answer) for each in files.read(QUEUES)] == [(50, "It is a."), (60, "Mine.")]
        assert ids(files.read(LOGS)) == ["n"]
        assert ids(kept.all_cards()) == ["n", "a", "b"]


def test_upsert_finds_a_card_that_it_never_gave_out(tmp_path: Path) -> None:
    """A card that was had in another way is changed in the file where it stands, never added a second time."""
    CardFiles(tmp_path / "cards").upsert(QUEUES, [Change(card("a"))])
    with store(tmp_path) as kept:
        kept.upsert([card("a", importance=5)], LOGS)
    found = CardFiles(tmp_path / "cards").read_all()
    assert {topic: [each.importance for each in cards] for topic, cards in found.items()} == {QUEUES: [5]}


@pytest.mark.parametrize("at_hand", [0, 2000])
def test_what_is_looked_at_is_amended(tmp_path: Path, at_hand: int) -> None:
    """Cards that were only looked at are changed by the card that the change was decided on: an edit made meanwhile
    stays, and a card deleted meanwhile stays away."""
    with store(tmp_path) as kept:
        for number, topic in enumerate((QUEUES, LOGS, ())):
            kept.record(entry(f"{A}{number}", topic, card(f"a{number}", f"{A}{number}")))
    with store(tmp_path, at_hand=at_hand) as kept:
        seen = [each for _, cards in kept.each_topic() for each in cards]
        by_hand(tmp_path / "cards" / "systems-queues.yaml", "What is a0?", "Who is a0?")
        (tmp_path / "cards" / "systems-logs.yaml").unlink()
        kept.amend([(each, replace(each, answer="New.")) for each in seen])
        found = sorted((each.id, each.question, each.answer) for _, cards in kept.each_topic() for each in cards)
    assert found == [("a0", "Who is a0?", "New."), ("a2", "What is a2?", "New.")]


def test_upsert_puts_no_deleted_card_back(tmp_path: Path) -> None:
    """A card that was deleted since it was given out stays deleted."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a")))
        (one,) = kept.all_cards()
        (tmp_path / "cards" / "systems-queues.yaml").unlink()
        kept.checkpoint()
        kept.record(entry(B, LOGS))
        kept.upsert([replace(one, changed=50)])
        assert kept.all_cards() == []


def test_most_of_a_file_gone_is_asked_about(tmp_path: Path) -> None:
    """Many cards gone at once are doubtful until they are accepted; then they count as deleted."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, *(card(f"c{number}") for number in range(5))))
        kept.record(entry(B, LOGS, card("b", B)))
    (tmp_path / "cards" / "systems-queues.yaml").unlink()
    with store(tmp_path) as kept:
        assert kept.missing() == {QUEUES: 5}
        kept.accept_deletions()
        assert kept.missing() == {}
    assert store(tmp_path).ledger.links[A].deleted == ("c0", "c1", "c2", "c3", "c4")


def test_a_broken_file_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """Entries for a file that can't be written wait in the journal, those for others are folded in; nothing is lost."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a")))
    path = tmp_path / "cards" / "systems-queues.yaml"
    whole = path.read_text()

    def run() -> None:
        with store(tmp_path) as kept:
            kept.cards_from(A)
            path.write_text(whole.replace("question: What", "question: 'What"))
            kept.record(entry(A, QUEUES, card("n")))
            kept.record(entry(B, LOGS, card("b", B)))

    with pytest.raises(FileError, match=r"systems-queues\.yaml, line 9: not valid YAML"):
        run()
    assert ids(CardFiles(tmp_path / "cards").read(LOGS)) == ["b"]
    assert (tmp_path / "sources.journal").exists()
    with pytest.raises(FileError, match="not valid YAML"), store(tmp_path):
        pass
    path.write_text(whole)
    with store(tmp_path) as kept:
        assert ids(kept.cards_from(A)) == ["a", "n"]
    assert not (tmp_path / "sources.journal").exists()


def test_an_error_of_the_run_is_not_hidden_by_one_of_the_files(tmp_path: Path) -> None:
    """What ended the run is what is told, also when the last checkpoint fails; the journal has what was entered."""

    def run() -> None:
        with store(tmp_path) as kept:
            kept.record(entry(A, QUEUES, card("a")))
            (tmp_path / "cards").write_text("in the way")
            raise RuntimeError("the run")

    with pytest.raises(RuntimeError, match="the run"):
        run()
    (tmp_path / "cards").unlink()
    assert ids(store(tmp_path).all_cards()) == ["a"]


def test_only_files_that_are_needed_are_read(tmp_path: Path) -> None:
    """The cards of one link are had although the file of another topic is broken."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a")))
        kept.record(entry(B, LOGS, card("b", B)))
    by_hand(tmp_path / "cards" / "systems-logs.yaml", "question: What", "question: 'What")
    assert ids(store(tmp_path).cards_from(A)) == ["a"]
    with pytest.raises(FileError, match="systems-logs"):
        store(tmp_path).cards_from(B)


def test_a_second_run_without_news_writes_nothing(tmp_path: Path) -> None:
    """Opening and closing a store leaves every file as it was, its time included."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a")))
    before = {path: written(path) for path in tmp_path.rglob("*")}
    with store(tmp_path) as kept:
        kept.upsert(kept.all_cards())
        kept.accept_deletions()
        kept.checkpoint()
    assert {path: written(path) for path in tmp_path.rglob("*")} == before


def written(path: Path) -> tuple[int, int, int]:
    """What of a file changes when it is written, and not when it is read."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def counted(limit: int) -> Write:
    """An os.write for which the disk is full from the `limit`th call on."""
    calls = iter(range(limit))

    def write(descriptor: int, data: bytes) -> int:
        if next(calls, None) is None:
            raise OSError(errno.ENOSPC, "full")
        return os.write(descriptor, data)

    return write


@pytest.mark.parametrize("limit", range(12))
def test_a_full_disk_loses_nothing_that_was_recorded(tmp_path: Path, limit: int) -> None:
    """Wherever the disk is full, every file stays whole, and what was recorded before is there afterwards."""
    with store(tmp_path) as kept:
        kept.record(entry(A, QUEUES, card("a")))
    recorded: list[str] = []

    def run() -> None:
        with store(tmp_path, write=counted(limit)) as kept:
            for number in range(3):
                kept.record(entry(f"{B}{number}", (f"T{number}",), card(f"b{number}", f"{B}{number}")))
                recorded.append(f"b{number}")
            (one,) = kept.cards_from(A)
            kept.record(entry(A, LOGS, replace(one, answer="x")))
            recorded.append("a")

    if limit < 11:
        with pytest.raises(FileError, match="the disk is full"):
            run()
    else:
        run()
    with store(tmp_path) as kept:
        assert set(ids(kept.all_cards())) == {*recorded, "a"}
        assert set(kept.ledger.links) == {A, *(f"{B}{card_id[1:]}" for card_id in recorded if card_id != "a")}
    assert not list(tmp_path.rglob(".tmp-*"))


# --- any course of events -----------------------------------------------------------------------


def events() -> st.SearchStrategy[list[tuple[Any, ...]]]:
    url, topic = st.sampled_from([A, B, C]), st.sampled_from([QUEUES, LOGS, ()])
    return st.lists(
        st.one_of(
            st.tuples(st.just("record"), url, topic, st.integers(0, 2), st.booleans()),
            st.tuples(st.just("edit"), st.integers(0, 9), st.sampled_from(["mine 1", "mine: 2", "mine\n3"])),
            st.tuples(st.just("amend"), st.integers(0, 9), st.none() | st.just("mine while it was looked at")),
            st.tuples(st.just("delete"), st.integers(0, 9)),
            st.sampled_from([("checkpoint",), ("crash",), ("close",)]),
        ),
        max_size=12,
    )


class World:
    """A list that is worked on by runs and by a person, and what must be true of it."""

    def __init__(self, home: Path, at_hand: int) -> None:
        self.home = home
        self.at_hand = at_hand
        self.store = self.open()
        self.alive: set[str] = set()
        self.edits: dict[str, str] = {}
        self.numbers: Iterator[int] = iter(range(1000))

    def open(self) -> Store:
        kept = store(self.home, at_hand=self.at_hand)
        kept.__enter__()
        return kept

    def record(self, url: str, topic: Topic, fresh: int, revise: bool) -> None:
        new = [card(f"c{next(self.numbers)}", url) for _ in range(fresh)]
        old = [
            replace(each, answer=f"ours {each.changed}", changed=each.changed + 1)
            for each in self.store.cards_from(url)
        ]
        self.store.record(entry(url, topic, *(old if revise else []), *new))
        self.alive |= set(ids(new))

    def on_disk(self) -> list[tuple[Topic, Card]]:
        found = CardFiles(self.home / "cards").read_all()
        return [(topic, each) for topic, cards in found.items() for each in cards]

    def edit(self, number: int, text: str) -> None:
        if cards := self.on_disk():
            self.edit_one(*cards[number % len(cards)], text)

    def edit_one(self, topic: Topic, each: Card, text: str) -> None:
        CardFiles(self.home / "cards").upsert(topic, [Change(replace(each, question=text), each)])
        self.edits[each.id] = text

    def amend(self, number: int, text: str | None) -> None:
        if cards := [(topic, each) for topic, found in self.store.each_topic() for each in found]:
            topic, each = cards[number % len(cards)]
            if text:
                self.edit_one(topic, each, text)
            self.store.amend([(each, replace(each, answer="amended", changed=each.changed + 1))])
            now = {found.id: found for _, found in self.on_disk()}[each.id]
            assert (now.question, now.answer) == (text or each.question, "amended")

    def delete(self, number: int) -> None:
        if cards := self.on_disk():
            topic, each = cards[number % len(cards)]
            path = CardFiles(self.home / "cards").files()[topic]
            chunks = path.read_text().split("\n- id: ")
            path.write_text("\n- id: ".join(c for c in chunks if not c.startswith(f"{each.id}\n")) + "\n")
            self.alive.discard(each.id)

    def checkpoint(self) -> None:
        self.store.checkpoint()

    def crash(self) -> None:
        self.store = self.open()

    def close(self) -> None:
        self.store.__exit__(None, None, None)
        self.store = self.open()


@given(events(), st.sampled_from([0, 2, 2000]))
def test_any_course_of_events_keeps_every_card_and_every_edit(course: list[tuple[Any, ...]], at_hand: int) -> None:
    """Runs, crashes, edits and deletions in any order: each card once, no edit lost, nothing deleted comes back; also
    where memory holds next to none of the cards."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder), at_hand)
        for name, *arguments in course:
            getattr(world, name)(*arguments)
        world.close()
        cards = {each.id: each for _, each in world.on_disk()}
        assert set(cards) == world.alive
        assert {i: cards[i].question for i in cards if i in world.edits} == {
            i: text for i, text in world.edits.items() if i in cards
        }
        homes = {url: record.topic for url, record in world.store.ledger.links.items()}
        assert all(topic == homes[each.source] for topic, each in world.on_disk())
