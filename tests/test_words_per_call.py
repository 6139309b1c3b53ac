"""Short sections of an article asked about in one call (`words_per_call`), and nothing else changed by it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from llm_server import Answer, ModelServer
from scripts import scripted
from website import Site
from workspaces import Workspace

from flashgen.answering import grouped
from flashgen.refresh import Work
from flashgen.types import Card, Section

SYLLABLES = [consonant + vowel for consonant in "bcdfghklmnprstvz" for vowel in "aeiou"]
HEADINGS = ("Queues", "Caches", "Locks")


def sentence(chance: random.Random) -> str:
    """Thirty words that no other sentence has."""
    return " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(30)).capitalize() + "."


def section(heading: str, version: int = 1) -> list[str]:
    """A heading and about ninety words, the first sentence of which is the version's."""
    kept, first = random.Random(heading), random.Random(f"{heading} {version}")
    return [f"## {heading}", " ".join((sentence(first), *(sentence(kept) for _ in range(2))))]


@pytest.fixture
def web() -> Iterator[Site]:
    """A site with an article of three sections."""
    with website.serving() as running:
        running.put("/article", "Parts of a system", *(text for heading in HEADINGS for text in section(heading)))
        yield running


def workspace(folder: Path, web: Site, llm: ModelServer, words: int) -> Workspace:
    """A workspace with the article alone, asked about so many words at a time."""
    made = Workspace(folder, llm)
    made.write("flashgen.toml", f"words_per_call = {words}\nwayback = false\n")
    made.reading_list(f"# Systems\n\n- <{web.url}/article>\n")
    return made


@pytest.mark.parametrize(("words", "calls"), [(0, 3), (200, 2), (900, 1)])
def test_short_sections_share_a_call(tmp_path: Path, web: Site, words: int, calls: int) -> None:
    """Neighbours up to so many words are one question; the cards are the same, each with its own section."""
    with llm_server.serving(scripted) as llm:
        made = workspace(tmp_path, web, llm, words)
        made.build()
        assert len(llm.asked) == calls
        by_section = [tuple(card["section"]) for card in made.cards()]
        assert by_section == [(heading,) for heading in HEADINGS for _ in range(3)]
        made.build()
        assert len(llm.asked) == calls


def test_a_changed_section_is_asked_alone(tmp_path: Path, web: Site) -> None:
    """A refresh asks about what changed, whatever it was first asked together with; ids and other cards stay."""
    with llm_server.serving(scripted) as llm:
        made = workspace(tmp_path, web, llm, 900)
        made.build()
        before = {card["quote"]: card["id"] for card in made.cards()}
        texts = [text for heading in HEADINGS for text in section(heading, 2 if heading == "Caches" else 1)]
        web.put("/article", "Parts of a system", *texts)
        made.refresh("--yes")
        assert len(llm.asked) == 2
        assert "Queues" not in llm.asked[-1]["messages"][-1]["content"].partition("<passage>")[2]
        after = {card["quote"]: card["id"] for card in made.cards() if card["status"] == "active"}
        assert len(after) == 9
        assert len(before.items() & after.items()) == 8


def test_what_can_not_be_answered_together_is_asked_one_by_one(tmp_path: Path, web: Site) -> None:
    """A model that breaks off over a long passage still makes all cards."""

    def breaks_off(number: int, body: Mapping[str, Any]) -> Answer:
        passage = body["messages"][-1]["content"].partition("<passage>")[2]
        long = all(heading in passage for heading in HEADINGS)
        return llm_server.says("{", finish="length") if long else scripted(number, body)

    with llm_server.serving(breaks_off) as llm:
        made = workspace(tmp_path, web, llm, 900)
        made.build()
        assert len(made.cards()) == 9
        assert len(llm.asked) == 2 + 3


def test_a_quote_over_the_edge_of_a_section_proves_nothing(tmp_path: Path, web: Site) -> None:
    """A quote with a heading in it stands in no section: the card is rejected now, and not retired at a refresh."""

    def overreaching(number: int, body: Mapping[str, Any]) -> Answer:
        cards = json.loads(json.loads(scripted(number, body).body)["choices"][0]["message"]["content"])["cards"]
        cards[3]["quote"] = f"{cards[2]['quote']} Caches {cards[3]['quote']}"
        return llm_server.says(json.dumps({"cards": cards}))

    with llm_server.serving(overreaching) as llm:
        made = workspace(tmp_path, web, llm, 900)
        counts = made.build()["cards"]
        assert (counts["new"], counts["rejected"]) == (8, 1)


def test_what_waits_in_a_batch_job_is_not_asked_one_by_one(tmp_path: Path, web: Site) -> None:
    """Neither by a second --batch nor by a plain build; when the job is done, its one answer makes all cards."""
    with llm_server.serving(scripted) as llm:
        made = workspace(tmp_path, web, llm, 900)
        made.build("--batch")
        for options in (["--batch"], []):
            made.build(*options)
            assert (len(llm.asked), len(llm.batches.jobs)) == (0, 1)
        llm.batches.finish(scripted, "completed")
        assert made.build()["cards"]["new"] == 9
        assert (len(llm.asked), len(llm.batches.jobs)) == (0, 1)


def test_what_a_job_could_not_answer_together_is_asked_one_by_one(tmp_path: Path, web: Site) -> None:
    """Also in the next job: it would be refused for ever."""

    def refuses(number: int, body: Mapping[str, Any]) -> Answer:
        return llm_server.says("I would rather not.")

    with llm_server.serving(refuses) as llm:
        made = workspace(tmp_path, web, llm, 900)
        for _ in range(2):
            made.build("--batch")
            llm.batches.finish(refuses, "completed")
        made.build("--batch")
        sent = [len(llm.batches.files[job["input_file_id"]].splitlines()) for job in llm.batches.jobs.values()]
        assert sent == [1, 1, 3]


def test_sections_with_cards_are_asked_alone() -> None:
    """What has cards to revise is a question of its own, and keeps its neighbours apart."""
    works = [Work(Section((str(n),), "word " * 50)) for n in range(5)]
    works[2] = Work(works[2].section, (Card("a", source="https://example.org/", question="Q?", answer="A", quote=""),))
    assert [len(group) for group in grouped(works, 120)] == [2, 1, 2]
    assert [len(group) for group in grouped(works, 0)] == [1] * 5
