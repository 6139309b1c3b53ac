"""What the real Anki makes of our packages: everything arrives, and nothing that a person did is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("anki.collection")

from anki_desk import Anki, opened
from deck_samples import CACHING, READING_LIST, RECORDS, TIME, card, cards, sample
from fields import visible

from flashgen.anki.html import tidy
from flashgen.anki.note_types import FIELDS, MODIFIED
from flashgen.decks import Deck, Kept, decks
from flashgen.outputs import Options
from flashgen.types import Kind, Status

HOSTILE: list[Any] = yaml.safe_load((Path(__file__).parent / "cases" / "hostile.yaml").read_text(encoding="utf-8"))
TEX = re.compile(
    r"\\[(\[](?:(?!\\[)\]]).)*\\(?:href|url|style|class|cssId|mmlToken|def|let|newcommand|bbox|csname)\b", re.S
)


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Anki]:
    with opened(tmp_path) as collection:
        yield collection


def caching(*made: Any, **extra: Any) -> tuple[Deck, ...]:
    return decks(READING_LIST, {CACHING: list(made)}, RECORDS, **extra)


def question(side: str) -> str:
    """What stands in the question's place on a rendered side."""
    return side.split('<div class="fg-question', 1)[1].split(">", 1)[1].split("</div>")[0]


def hostile_cards() -> list[Any]:
    """Each hostile text as question, answer and quote, or as a cloze with the text in its extra too."""
    made = []
    for number, case in enumerate(HOSTILE):
        if isinstance(case, dict):
            text = f"{case['cloze']} {{{{c9::end}}}}"
            made.append(card(number, kind=Kind.CLOZE, question=text, answer=case["cloze"], quote=case["cloze"]))
        else:
            made.append(card(number, question=f"Q {case}", answer=f"A {case}", quote=case, section=(case,)))
    return made


def test_everything_arrives(anki: Anki) -> None:
    """GUIDs, nested decks, fields, tags and times are in the collection as they were made."""
    log = anki.take(sample())
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (11, 0, 0)
    assert {deck.name for deck in anki.col.decks.all_names_and_ids()} >= {deck.name for deck in sample()}
    for deck in sample():
        for note in deck.notes:
            there = anki.note(note.card.id)
            assert there.mod == note.card.changed
            assert {anki.col.decks.name(c.did) for c in there.cards()} == {deck.name}
            assert there["FGID"] == note.card.id
    assert sorted(anki.note(card(3).id).tags) == ["a::b", "flashgen::system-design", "web_cache"]
    anki.check()


def test_every_card_shows_something_and_no_error(anki: Anki) -> None:
    """Both sides of every card render through Anki's own templates, in the note types' own style."""
    anki.take(sample(), Options(type_in=True))
    assert len(anki.cards()) == 12  # the cloze note has two
    for one in anki.cards():
        shown = one.render_output()
        for side in (shown.question_text, shown.answer_text):
            assert not re.search(r"\{\{|Invalid|has a problem|no cloze|blank", side)
            assert 'class="fg"' in side
        assert "var(--ink)" in shown.css


def test_a_cloze_asks_for_what_it_hides(anki: Anki) -> None:
    """Each number is a card; the hidden text is marked, a hint stands in its place, other text is untouched."""
    anki.take(sample())
    first, second = (one.render_output().question_text for one in anki.note(card(4).id).cards())
    assert "[...]" in first
    assert "copies" in first
    assert "[what?]" in second
    assert visible(second.split("fg-text")[1].split(">", 1)[1].split("</div>")[0]).startswith(
        "A cache keeps [what?] of std::map"
    )


def test_new_cards_come_in_the_order_of_the_list(anki: Anki) -> None:
    """Studied from the list's own deck, cards come as they stand in the list and the articles."""
    anki.take(sample())
    rows = anki.col.db.all(  # type: ignore[union-attr]
        "select distinct n.guid from cards c join notes n on n.id = c.nid order by c.due, c.ord"
    )
    assert [guid for (guid,) in rows] == [note.card.id for deck in sample() for note in deck.notes]
    anki.study("System design::Caching")
    assert anki.col.get_note(anki.next_card().card.note_id).guid == card(6).id


def test_the_lists_own_deck_says_how_to_study(anki: Anki) -> None:
    """The description is Markdown, on the outermost deck only."""
    anki.take(caching(card(1)))
    root, topic = (anki.col.decks.by_name(name) for name in ("System design", "System design::Caching"))
    assert root is not None
    assert topic is not None
    assert root["md"] is True
    assert "**5 to 10 new cards a day**" in root["desc"]
    assert topic["desc"] == ""


def test_a_second_import_changes_nothing(anki: Anki) -> None:
    """The same file again, also after the person has been at work, touches nothing."""
    anki.take(sample())
    anki.review(5)
    edited = anki.note(card(1).id)
    edited["Answer"], edited.tags = "my own words", ["mine"]
    anki.col.update_note(edited)
    before = anki.state()
    log = anki.take(sample())
    assert (len(log.new), len(log.updated), len(log.conflicting), len(log.duplicate)) == (0, 0, 0, 11)
    assert anki.state() == before
    assert anki.note(card(1).id)["Answer"] == "my own words"
    assert anki.note(card(1).id).tags == ["mine"]


def test_a_changed_card_is_updated_in_place(anki: Anki) -> None:
    """New words arrive, the schedule and the review log stay, the unchanged neighbour keeps the person's edits."""
    anki.take(caching(card(1), card(2)))
    anki.study("System design")
    anki.review(2)
    mine = anki.note(card(2).id)
    mine["Answer"], mine.tags = "mine", ["own"]
    anki.col.update_note(mine)
    before = anki.state()
    log = anki.take(caching(card(1, answer="New words.", changed=TIME + 9000), card(2)))
    assert (len(log.new), len(log.updated)) == (0, 1)
    assert anki.state() == before
    assert anki.note(card(1).id)["Answer"] == "New words."
    assert (anki.note(card(2).id)["Answer"], anki.note(card(2).id).tags) == ("mine", ["own"])
    anki.check()


def test_what_is_the_persons_own_comes_back(anki: Anki) -> None:
    """Tags and the Notes field that were read from Anki survive the update of their note."""
    anki.take(caching(card(1)))
    kept = Kept(("mine::too",), "<b>remember</b>")
    anki.take(caching(card(1, answer="New.", changed=TIME + 9000), kept=lambda _: kept))
    note = anki.note(card(1).id)
    assert (note["Answer"], note["Notes"]) == ("New.", "<b>remember</b>")
    assert "mine::too" in note.tags


def test_a_retired_card_stays_and_says_so(anki: Anki) -> None:
    """Banner and tag arrive; the schedule doesn't move, and no card is called empty."""
    anki.take(caching(card(1)))
    anki.study("System design")
    anki.review(1)
    before = anki.state()
    anki.take(caching(card(1, status=Status.RETIRED, changed=TIME + 9000)))
    assert anki.state() == before
    assert "Retired:" in anki.note(card(1).id).cards()[0].render_output().question_text
    assert len(anki.col.find_notes("tag:flashgen::retired")) == 1
    anki.check()


def test_a_moved_topic_is_no_new_card(anki: Anki) -> None:
    """The note keeps its history where it is; Anki leaves its cards in the old deck."""
    anki.take(caching(card(1)))
    log = anki.take(decks(READING_LIST, {("C++ std::vector",): [card(1)]}, RECORDS))
    assert len(log.new) == 0
    assert len(anki.cards()) == 1


def test_the_note_types_are_one_for_ever(anki: Anki) -> None:
    """Two imports leave two note types, with our ids and our time of change."""
    anki.take(sample())
    anki.take(caching(card(40)))
    ours = [t for t in anki.col.models.all() if t["name"].startswith("flashgen")]
    assert sorted(t["name"] for t in ours) == ["flashgen basic", "flashgen cloze"]
    assert {t["mod"] for t in ours} == {MODIFIED}
    assert [f["id"] for f in ours[0]["flds"]] == [ours[0]["id"] * 100 + n for n in range(1, 13)]
    assert [f["name"] for f in ours[0]["flds"]] == list(FIELDS)


def test_a_field_that_the_person_renamed_is_no_conflict(anki: Anki) -> None:
    """Fields are matched by their ids, so that updates still arrive."""
    anki.take(caching(card(1)))
    kind = next(t for t in anki.col.models.all() if t["name"] == "flashgen basic")
    anki.col.models.rename_field(kind, kind["flds"][2], "More")
    anki.col.models.update_dict(kind)
    log = anki.take(caching(card(1, answer="New.", changed=TIME + 9000)))
    assert (len(log.updated), len(log.conflicting)) == (1, 0)
    assert anki.note(card(1).id)["Answer"] == "New."


def test_a_card_is_found_by_its_name(anki: Anki) -> None:
    """`FGID:…` finds the note for AnkiConnect; an ordinary search doesn't stumble over it."""
    anki.take(caching(card(1)))
    assert len(anki.col.find_notes(f"FGID:{card(1).id}")) == 1
    assert len(anki.col.find_notes(card(1).id)) == 0


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_tables_land_in_the_same_notes(anki: Anki, name: str) -> None:
    """Note types, decks, GUIDs and tags are taken from the file's headers, and an update is an update."""
    anki.take(sample())
    made = caching(card(1, answer="By hand, with\nlines & <signs>\tand a tab"), card(70))
    log = anki.take_table(made, name)
    assert (len(log.new), len(log.updated)) == (1, 1)
    assert anki.note(card(1).id)["Answer"] == "<p>By hand, with<br>\nlines &amp; &lt;signs&gt;\tand a tab</p>"
    added = anki.note(card(70).id)
    assert anki.col.decks.name(added.cards()[0].did) == "System design::Caching"
    assert added.tags == ["flashgen::system-design"]
    assert added.note_type()["name"] == "flashgen basic"  # type: ignore[index]
    anki.check()


def test_hostile_text_in_every_field_stays_text(anki: Anki) -> None:
    """No sound is played, nothing is typed, no formula has a link: what is shown is what was written."""
    made = hostile_cards()
    log = anki.take(caching(*made))
    assert (len(log.new), len(log.conflicting)) == (len(HOSTILE), 0)
    for one in anki.cards():
        shown = one.render_output()
        assert not shown.question_av_tags
        assert not shown.answer_av_tags
        for side in (shown.question_text, shown.answer_text):
            assert "[[type:" not in side
            assert not re.search(r"<(?:img|script|svg|iframe|style|form)|\son\w+=|href=\"(?!http)", tags(side), re.I)
            assert not TEX.search(side), side
    anki.check()


def tags(side: str) -> str:
    """The tags of a side, without what cloze deletions carry in their attributes: text, escaped."""
    found = re.findall(r"<[a-zA-Z](?:\"[^\"]*\"|[^\">])*>", side)
    return " ".join(re.sub(r'data-cloze="[^"]*"', "", tag) for tag in found)


def test_honest_code_is_shown_to_the_letter(anki: Anki) -> None:
    """What a card says is what Anki shows, after import and its own templates, basic and cloze."""
    cases = yaml.safe_load((Path(__file__).parent / "cases" / "honest_code.yaml").read_text(encoding="utf-8"))
    made = [card(n, question=str(case["source"])) for n, case in enumerate(cases)]
    for number, case in enumerate(cases):
        gap = "\n\n" if "\n" in case["source"] else " "
        text = f"{case['source']}{gap}{{{{c1::end}}}}"
        made.append(card(500 + number, kind=Kind.CLOZE, question=text))
    anki.take(caching(*made))
    for number, case in enumerate(cases):
        wanted = tidy(case.get("text", str(case["source"]))).strip()
        for offset in (0, 500):
            shown = anki.note(card(number + offset).id).cards()[0].render_output().question_text
            assert visible(question(shown)).strip().startswith(wanted), (offset, case["source"])


def test_odd_characters_tear_no_note_apart(anki: Anki) -> None:
    """A field separator, a NUL or half a surrogate in a text leaves every field in its place."""
    odd = "a\ud800b\x1fc\x00d"
    anki.take(caching(card(1, question=odd, answer=odd, quote=odd, section=(odd,), tags=(odd,))))
    note = anki.note(card(1).id)
    assert (note["Question"], note["Answer"], note["FGID"]) == ("abcd", "abcd", card(1).id)
    anki.check()


def test_many_clozes_make_as_many_cards(anki: Anki) -> None:
    """Ids of cards beside each other never meet, and every number of a cloze has its card."""
    text = " ".join(f"{{{{c{n}::x{n}}}}}" for n in range(1, 60))
    same = [card(n, kind=Kind.CLOZE, question=text, created=TIME) for n in range(40)]
    anki.take(caching(*same))
    assert len(anki.cards()) == 40 * 59
    anki.check()


def test_a_large_deck_of_one_second_has_no_two_ids_alike(anki: Anki) -> None:
    """Cards of one run, made in the same second, all arrive."""
    many = [replace(card(n), created=TIME) for n in range(5000)]
    assert len(anki.take(caching(*many)).new) == 5000


def test_own_decks_are_left_alone(anki: Anki) -> None:
    """An import adds our decks and nothing else; the options of the person's decks stay."""
    mine = anki.col.decks.id("Mine")
    before = anki.col.decks.get(mine)  # type: ignore[arg-type]
    anki.take(decks(READING_LIST, cards(), RECORDS))
    assert anki.col.decks.get(mine) == before  # type: ignore[arg-type]
