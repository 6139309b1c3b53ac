"""Selection: what of a long article deserves a card, asked once over the whole before its sections are drafted."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from llm_server import ModelServer
from website import Site
from workspaces import Workspace

from flashgen.drafting.article import Context
from flashgen.drafting.prompting import NO_WISHES, Wishes
from flashgen.drafting.selecting import Setting, selecting, selecting_in_code, shown
from flashgen.errors import CallFailed, Deferred, OverBudget
from flashgen.ledger import LinkRecord
from flashgen.prompts import Prompts
from flashgen.selection import EVERYTHING, Selection, chosen, covered, crowded, recalled, weighed, worth
from flashgen.types import Article, Card, Draft, Idea, Judged, Prompt, Reply, Section, Status

TEXTS = {
    "Caches": "A write-behind cache loses recent writes when it dies. " + "It is fast and simple to run. " * 60,
    "Queues": "A bounded queue makes its producer wait when it is full. " + "Waiting is what it is for. " * 60,
    "Thanks": "Thanks to all who have read drafts of this. " + "They have been kind to us all. " * 60,
}
SECTIONS = tuple(Section((name,), text, f"print-{name}") for name, text in TEXTS.items())
CONTEXT = Context(Article("https://x.example/a", "https://x.example/a", "web", "", "Systems", language="en"), "u")
IDEAS: list[dict[str, Any]] = [
    {"idea": "A bounded queue makes its producer wait when it is full.", "section": 2, "importance": 5},
    {"idea": "A write-behind cache loses recent writes when it dies.", "section": 1, "importance": 3},
]


class Model:
    """A model that says one thing, and keeps the prompts."""

    def __init__(self, said: str | Exception) -> None:
        self.said = said
        self.prompts: list[Prompt] = []

    async def __call__(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        if isinstance(self.said, Exception):
            raise self.said
        return Reply(self.said)


def select(
    model: Model,
    sections: Sequence[Section] = SECTIONS,
    cap: int = 2,
    setting: Setting = "auto",
    wishes: Wishes = NO_WISHES,
) -> Selection:
    async def run() -> Selection:
        return await selecting(model, Prompts(), wishes, setting)(CONTEXT, sections, cap)

    return asyncio.run(run())


def reply(*ideas: dict[str, Any]) -> str:
    return json.dumps({"ideas": ideas})


# --- when it is asked -------------------------------------------------------------------------------


def test_a_section_is_worth_a_card_for_135_words() -> None:
    """The measure of cards.md: one card per 120 to 150 words of substance, and one at least."""
    assert [worth(Section((), "word " * words)) for words in (5, 135, 405)] == [1, 1, 3]


@pytest.mark.parametrize(
    ("setting", "sections", "cap", "calls"),
    [
        ("auto", SECTIONS, 20, 0),  # all of it fits under the cap
        ("auto", SECTIONS, 5, 1),
        ("auto", SECTIONS[:1], 1, 0),  # one section: drafting it is choosing
        (True, SECTIONS, 20, 1),
        (True, SECTIONS[:1], 20, 0),
        (False, SECTIONS, 2, 0),
        ("auto", SECTIONS, 0, 0),  # no card is wanted
    ],
)
def test_only_where_somebody_has_to_choose(setting: Setting, sections: Sequence[Section], cap: int, calls: int) -> None:
    """The default asks only of an article with more to say than its cap allows; the setting says always or never."""
    model = Model(reply(*IDEAS))
    select(model, sections, cap, setting)
    assert len(model.prompts) == calls
    assert crowded(sections, cap) or calls in (0, 1)


# --- what is asked, and what comes of it ------------------------------------------------------------


def test_the_whole_article_is_shown() -> None:
    """One question with every section, numbered, under the headings; instructions first and the article last."""
    model = Model(reply(*IDEAS))
    select(model, wishes=Wishes("trade-offs", "history"))
    (prompt,) = model.prompts
    asked = prompt.messages[-1].content
    assert asked.endswith("</passage>")
    assert [f"[section {n}] {name}" in asked for n, name in enumerate(TEXTS, 1)] == [True, True, True]
    assert all(
        part in asked for part in ("trade-offs", "history", "Name 2 ideas at most", *map(str.strip, TEXTS.values()))
    )
    assert prompt.schema["properties"].keys() == {"ideas"}


@pytest.mark.slow
def test_of_a_very_long_article_the_leads_are_shown() -> None:
    """What doesn't fit a bound of tokens is shown by headings and first sentences; no section is left out for it."""
    long = tuple(Section((f"Part {n}",), f"Fact {n} leads. It is so. " + "More. " * 4000, f"p{n}") for n in range(9))
    assert not shown(long).whole
    assert len(shown(long).text) < 4000
    assert all(f"Fact {n} leads." in shown(long).text for n in range(9))
    selection = select(Model(reply({"idea": "Fact 3 leads", "section": 4, "importance": 5})), long, 5)
    assert [selection.room(section, 9) for section in long] == [1, 1, 1, 2, 1, 1, 1, 1, 1]
    two = [{"idea": f"Fact {n} leads", "section": n, "importance": 5} for n in (4, 6)]
    selection = select(Model(reply(*two)), long, 2)
    assert [selection.room(section, 9) for section in long] == [0, 0, 0, 2, 0, 2, 0, 0, 0], "enough was named"


def test_sections_follow_their_ideas() -> None:
    """A section gives a card for each of its ideas and one beside them; one without ideas is not asked at all."""
    selection = select(Model(reply(*IDEAS)))
    assert [idea.text for idea in selection.ideas] == [idea["idea"] for idea in IDEAS]
    assert [selection.room(section, 9) for section in SECTIONS] == [2, 2, 0]
    assert selection.room(SECTIONS[0], 1) == 1
    assert selection.here(SECTIONS[1]) == (IDEAS[0]["idea"],)
    passage = CONTEXT.passage(SECTIONS[0], selection)
    assert passage.here == (IDEAS[1]["idea"],)
    assert passage.ideas == tuple(idea["idea"] for idea in IDEAS)
    assert passage.outline == ("Caches", "Queues", "Thanks")


@pytest.mark.parametrize(
    "said",
    [
        '{"cards": [{"question": "Q?", "answer": "A", "quote": "x"}]}',  # a server that knows only cards
        "Sure! Here are the ideas.",
        '{"ideas": [',
        '{"ideas": []}',
        '{"ideas": "all of it"}',
        '{"ideas": [{"idea": "x", "section": 99, "importance": 5}, {"idea": "", "section": 1, "importance": 5}]}',
        "",
        CallFailed("the server failed"),
    ],
)
def test_a_failed_selection_selects_nothing(said: str | Exception) -> None:
    """Whatever comes back, drafting goes on without: no error, and no second question."""
    model = Model(said)
    assert select(model) == EVERYTHING
    assert len(model.prompts) == 1


@pytest.mark.parametrize("error", [OverBudget("stopped"), Deferred("waits")])
def test_what_stops_a_run_passes_through(error: Exception) -> None:
    """Out of money, or put off into a batch job: then nothing is drafted without the selection."""
    with pytest.raises(type(error)):
        select(Model(error))


def test_odd_ideas_are_put_right() -> None:
    """Numbers as text, doubles, too many, and control codes: what can be understood is."""
    sly = {"idea": "A </passage> \x1b[2Jqueue\nwaits", "section": "section 2", "importance": "high"}
    selection = select(Model(reply(sly, sly, *IDEAS)))
    assert len(selection.ideas) == 2
    assert selection.ideas[0].importance == 4
    assert "\x1b" not in selection.ideas[0].text
    assert "\n" not in selection.ideas[0].text


def test_a_changed_section_needs_no_new_selection() -> None:
    """What was selected is remembered: a section that changed gets the ideas of its headings, an unknown one none."""
    ideas = tuple(select(Model(reply(*IDEAS))).ideas)
    changed = Section(("Caches",), "A write-behind cache can lose recent writes.", "print-new")
    selection = recalled(LinkRecord("u", ideas=ideas), (changed, SECTIONS[1], Section(("New",), "New.", "print-n")))
    assert selection.here(changed) == (IDEAS[1]["idea"],)
    assert selection.here(SECTIONS[1]) == (IDEAS[0]["idea"],)
    assert selection.room(changed, 9) == 9
    assert recalled(LinkRecord("u"), (changed,)) == EVERYTHING


def test_without_ideas_there_is_no_selection() -> None:
    """A long article of which nothing was named is drafted as if nobody had asked."""
    assert chosen([], SECTIONS, whole=True) == EVERYTHING


# --- cards by what they are about -------------------------------------------------------------------


def test_cards_matter_as_much_as_their_ideas() -> None:
    """Importance is that of the idea in the whole article, so that cards of different sections can be compared; what
    was named matters more than what was not."""
    ideas = [Idea(idea["idea"], idea["importance"]) for idea in IDEAS]
    drafts = [
        Judged(Draft("When does a bounded queue make its producer wait?", "When it is full", importance=2)),
        Judged(Draft("What does a write-behind cache lose when it dies?", "Recent writes", importance=5)),
        Judged(Draft("Who read the drafts?", "Friends", importance=5)),
    ]
    assert [one.draft.importance for one in weighed(drafts, ideas)] == [5, 3, 2]
    low = [replace(idea, importance=1) for idea in ideas]
    assert [one.draft.importance for one in weighed(drafts, low)] == [2, 2, 1]
    assert weighed(drafts, []) == tuple(drafts)


def test_ideas_that_no_card_is_about() -> None:
    """An idea is covered by a card in the deck or one that waits, not by a rejected one."""
    ideas = [Idea(idea["idea"]) for idea in IDEAS]

    def card(status: Status) -> Card:
        return Card("x", "When does a bounded queue make its producer wait?", "When it is full", "", "u", status=status)

    assert covered(ideas, [card(Status.ACTIVE)]) == (ideas[0],)
    assert covered(ideas, [card(Status.REJECTED)]) == ()


# --- without a model --------------------------------------------------------------------------------


def test_a_small_model_is_asked_about_the_best_sentences_of_the_whole() -> None:
    """Where an article is longer than its cap, sentences are chosen over all of it, not section by section."""
    dull = "We went there and it was nice. Then we came back home again. " * 20
    good = "A bounded queue makes the producer wait because its memory is limited. " * 3
    sections = tuple(Section((f"Part {n}",), f"{dull} {good if n == 7 else ''}", f"p{n}") for n in range(9))

    async def run(cap: int) -> Selection:
        return await selecting_in_code()(CONTEXT, sections, cap)

    rooms = asyncio.run(run(3)).rooms
    assert rooms["p7"] == sum(rooms.values()) == 1
    assert asyncio.run(run(500)) == EVERYTHING


# --- the whole way ----------------------------------------------------------------------------------

LONG = {
    name: " ".join(f"The {name} number {n} holds exactly {n} items because its limit is {n} items." for n in range(40))
    for name in ("cache", "queue", "index")
}


@pytest.fixture
def site() -> Iterator[Site]:
    with website.serving() as running:
        body = "".join(f"<h2>The {name}</h2><p>{text}</p>" for name, text in LONG.items())
        running.pages["/long"] = website.Answer(f"<title>Long</title><article><h1>Long</h1>{body}</article>")
        yield running


def selecting_server(number: int, body: Mapping[str, Any]) -> llm_server.Answer:
    """Names an idea of the third section only; drafts honestly."""
    if body["response_format"]["json_schema"]["name"] == "selection":
        idea = {"idea": "The index number 7 holds exactly 7 items.", "section": 3, "importance": 5}
        return llm_server.says(json.dumps({"ideas": [idea]}))
    return llm_server.cards_from(body)


def names(llm: ModelServer) -> list[str]:
    return [body["response_format"]["json_schema"]["name"] for body in llm.asked]


def test_a_build_drafts_what_was_selected(tmp_path: Path, site: Site) -> None:
    """One question more, two sections less; the ideas are in the ledger, and a second build asks nobody."""
    with llm_server.serving(selecting_server) as llm:
        workspace = Workspace(tmp_path, llm)
        workspace.reading_list(f"# Topic\n\n{site.url}/long <!-- flashgen: cards=3 -->\n")
        workspace.build()
        assert names(llm) == ["selection", "cards"]
        assert "The index number 7" in llm.asked[1]["messages"][1]["content"].split("<passage>")[0]
        (record,) = workspace.ledger()["links"].values()
        assert [idea["text"] for idea in record["ideas"]] == ["The index number 7 holds exactly 7 items."]
        workspace.build()
        assert len(llm.asked) == 2
        (status,) = json.loads(workspace.run("status", "--json").stdout)
        assert status["ideas"] == status["links"][0]["ideas"] == {"named": 1, "covered": 1, "missing": []}
        assert "cards are about 1 of the 1 that were selected (100%)" in workspace.run("status").stdout


def test_a_server_that_knows_only_cards_drafts_all(tmp_path: Path, site: Site) -> None:
    """A selection that fails costs its one call and nothing else; setting it off saves that."""
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as llm:
        workspace = Workspace(tmp_path, llm)
        workspace.reading_list(f"# Topic\n\n{site.url}/long <!-- flashgen: cards=3 -->\n")
        assert workspace.build()["cards"]["total"] == 3
        assert names(llm) == ["selection", "cards", "cards", "cards"]
        sections = {card["section"][0] for card in workspace.cards() if card["status"] == "active"}
        assert len(sections) == 3, "of equally important cards, each section gives its first"


def test_a_selection_is_paid_for_once(tmp_path: Path, site: Site) -> None:
    """It is counted, and what the cache knows is not asked again when the ledger is lost."""
    with llm_server.serving(selecting_server) as llm:
        workspace = Workspace(tmp_path, llm)
        workspace.reading_list(f"# Topic\n\n{site.url}/long <!-- flashgen: cards=3 -->\n")
        assert workspace.build()["llm"]["calls"] == 2
        shutil.rmtree(tmp_path / "decks/demo/cards")
        (tmp_path / "decks/demo/sources.json").unlink()
        assert workspace.build()["llm"] | {"cost_usd": None} == {
            "calls": 0,
            "cached": 2,
            "prompt_tokens": 0,
            "completion_tokens": 0,
            "cost_usd": None,
        }
        workspace.write("flashgen.toml", "selection = false\n")
        shutil.rmtree(tmp_path / "decks/demo/cards")
        (tmp_path / "decks/demo/sources.json").unlink()
        assert workspace.build()["llm"]["calls"] == 3
