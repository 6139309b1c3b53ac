"""The refresh report: on a terminal, for a clock, as a page."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from bs4 import BeautifulSoup
from chromium import BROWSER
from playwright.sync_api import sync_playwright

from flashgen.attention import matters
from flashgen.changes import CardChange, CardEvent, LinkChange, LinkEvent, SectionChange, SectionEvent, Wording
from flashgen.outcome import CardCounts, ListResult, Problem
from flashgen.pages.refresh import render, worth_a_page
from flashgen.show.changes import changes
from flashgen.types import AnkiNews, BothChanged, NamedNote

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\u202e"
OLD = Wording("How does Redis keep data?", "In memory.", "Redis keeps all of its data in memory.")
NEW = replace(OLD, answer="In memory, or on flash.", quote="Redis keeps most of its data in memory.")
REVISED = CardChange(CardEvent.REVISED, "a", OLD, NEW)
RETIRED = CardChange(CardEvent.RETIRED, "b", replace(OLD, question="What is gone?"))
CHANGE = LinkChange(
    "https://redis.example/docs",
    "Redis",
    ("Databases", "Caches"),
    LinkEvent.CHANGED,
    sections=(SectionChange(SectionEvent.CHANGED, ("Memory",)), SectionChange(SectionEvent.GONE, ("Disk",))),
    cards=(REVISED, RETIRED, CardChange(CardEvent.ADDED, "c", replace(OLD, question="What is new?"))),
    kept=7,
)
RESULT = ListResult("systems", cards=CardCounts(10, 1, 1, 7, 1), changes=[CHANGE], report="build/reports/x.html")


def printed(result: ListResult, columns: int) -> list[str]:
    """The lines of a terminal that is so wide."""
    with redirect_stdout(io.StringIO()) as out:
        changes(result, columns)
    return out.getvalue().splitlines()


def test_a_narrow_terminal_shows_both_sentences_under_each_other() -> None:
    """Old below, then new; no line of a card is wider than the terminal, and none ends in spaces."""
    lines = printed(RESULT, 50)
    assert lines[0] == "  changed   Redis  https://redis.example/docs  (1 changed, 1 gone passages)"
    assert lines[1:5] == [
        "    revised   How does Redis keep data?",
        "              − Redis keeps all of its data in",
        "                memory.",
        "              + Redis keeps most of its data in",
    ]
    assert "    added     1 new card" in lines
    assert all(len(line) <= 50 for line in lines[1:])
    assert all(line == line.rstrip() for line in lines)


def test_a_wide_terminal_shows_both_sentences_beside_each_other() -> None:
    """In one line, where there is room for it."""
    lines = printed(RESULT, 140)
    assert any(OLD.quote in line and NEW.quote in line for line in lines)


def test_much_is_cut_and_the_page_named() -> None:
    """A terminal gets so many cards; for the rest it names the page. Links without any news are left out."""
    many = replace(CHANGE, cards=(REVISED,) * 30)
    lines = printed(replace(RESULT, changes=[many, many]), 100)
    assert lines[-1] == "  … and 1 more link with changes: build/reports/x.html"
    quiet = replace(CHANGE, event=LinkEvent.FAILED, cards=(), sections=())
    assert printed(replace(RESULT, changes=[quiet]), 100) == []


def test_a_terminal_is_never_steered() -> None:
    """What a page or a model wrote can't send control codes, nor turn the reading direction."""
    bad = Wording(HOSTILE, HOSTILE, HOSTILE)
    change = replace(CHANGE, title=HOSTILE, cards=(CardChange(CardEvent.REVISED, "a", bad, OLD),))
    text = "\n".join(printed(replace(RESULT, changes=[change]), 80))
    assert "\x1b" not in text
    assert "\u202e" not in text


# --- what needs a person ------------------------------------------------------------------------


def test_what_needs_a_person() -> None:
    """Links that begin to fail, suspect pages, proposals, cards that wait for a yes; not what went well."""
    changes = [
        replace(CHANGE, event=LinkEvent.GONE, reason="gone for good (410)", cards=()),
        replace(CHANGE, event=LinkEvent.SUSPECT, reason="most sentences are missing", cards=()),
        replace(CHANGE, cards=(REVISED, RETIRED, replace(REVISED, event=CardEvent.PROPOSED))),
        replace(CHANGE, event=LinkEvent.MOVED, cards=()),
    ]
    waiting = Problem("", "", "waiting", "4 cards lost their source: retire them with --yes")
    told = AnkiNews(conflicts=[BothChanged("a", "Whose?", "answer", "o", "t")], missing=[NamedNote("b", "Where?")])
    problems = [waiting, Problem("u", "", "failed", "404")]
    found = matters(replace(RESULT, changes=changes, problems=problems, anki=told))
    assert [(matter.what, matter.where) for matter in found] == [
        ("gone", CHANGE.url),
        ("suspect", CHANGE.url),
        ("proposed", OLD.question),
        ("conflict", "Whose?"),
        ("missing", ""),
        ("waiting", ""),
    ]


# --- the page -----------------------------------------------------------------------------------


def test_a_page_shows_old_and_new_side_by_side() -> None:
    """The words that differ are marked, passages are named, and the new sentence is linked to in its source."""
    page = BeautifulSoup(render(RESULT, 1_800_000_000), "lxml")
    sides = [[side.get_text() for side in pair.select("p")] for pair in page.select(".sides.quote")]
    assert sides[0] == [OLD.quote, NEW.quote]
    assert [mark.get_text() for mark in page.select(".sides.answer ins, .sides.quote ins")] == [", or on flash", "most"]
    assert "1 passage changed: Memory" in page.get_text()
    assert "tag:flashgen::retired" in page.get_text()
    assert any("#:~:text=" in str(link["href"]) for link in page.select(".source a"))


def test_a_page_runs_nothing_and_loads_nothing() -> None:
    """Whatever a page, a model or a person wrote: its policy allows no script, and all of it is text."""
    bad = Wording(HOSTILE, HOSTILE, HOSTILE)
    change = replace(
        CHANGE,
        url="javascript:alert(1)",
        title=HOSTILE,
        topic=(HOSTILE,),
        moved_to="data:text/html,<script>",
        reason=HOSTILE,
        sections=(SectionChange(SectionEvent.NEW, (HOSTILE,)),),
        cards=tuple(CardChange(event, "a", bad, NEW, HOSTILE) for event in CardEvent),
    )
    result = replace(RESULT, name=HOSTILE, changes=[change, replace(change, event=LinkEvent.SUSPECT)])
    page = BeautifulSoup(render(result, 0), "lxml")
    (policy,) = page.select('meta[http-equiv="Content-Security-Policy"]')
    assert str(policy["content"]).startswith("default-src 'none'; style-src 'sha256-")
    assert not page.select("script, img, link, iframe, form, svg, [onerror], [style]")
    assert all(str(link["href"]).startswith("http") for link in page.select("a"))


@pytest.mark.parametrize("event", LinkEvent)
def test_what_is_worth_a_page(event: LinkEvent) -> None:
    """A new link is no change of anything known, and one that gives no article only with cards that hang on it."""
    none = {LinkEvent.NEW, LinkEvent.FAILED, LinkEvent.GONE, LinkEvent.SKIPPED, LinkEvent.REFUSED, LinkEvent.KNOWN}
    assert worth_a_page(replace(RESULT, changes=[replace(CHANGE, event=event, cards=())])) is (event not in none)
    assert worth_a_page(replace(RESULT, changes=[replace(CHANGE, event=event)]))


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="needs Chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_a_phone(tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    """In the colours of the day or the night, without a bar to scroll sideways, and without a complaint."""
    bad = Wording("W" * 300, HOSTILE, "https://example.org/" + "a" * 300)
    path = tmp_path / "page.html"
    path.write_text(render(replace(RESULT, changes=[replace(CHANGE, cards=(replace(REVISED, was=bad),))]), 0))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert (
            page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            == {
                "light": "rgb(253, 252, 250)",
                "dark": "rgb(29, 32, 35)",
            }[scheme]
        )
        assert said == []
        chromium.close()
