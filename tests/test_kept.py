"""What a refresh leaves alone, brings back, and never overwrites: whole runs, corner by corner."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from llm_server import Answer as Reply
from llm_server import ModelServer, says
from real_anki import RealAnki
from scripts import scripted
from website import Answer, Site
from workspaces import Workspace

SEA = (
    "The tide rises and falls twice a day, because the earth turns under two bulges of water.",
    "A spring tide comes when sun and moon pull along one line, at new moon and at full moon.",
    "A neap tide comes a week later, when sun and moon pull at a right angle to each other.",
)
WIND = (
    "A sea breeze blows by day from the water to the land, which the sun warms faster.",
    "A monsoon is a sea breeze of half a continent that turns round with the seasons.",
)
WAVES = (
    "A wave moves its energy forward while its water only moves round in place.",
    "Surf breaks where the ground is about as deep as the wave above it is high.",
)


MANY = "<!-- flashgen: cards=40 -->"


class Model:
    """The scripted model, which offers some cards of its own besides, as a model does that words things its own way."""

    def __init__(self) -> None:
        self.offers: list[dict[str, Any]] = []

    def __call__(self, number: int, body: Mapping[str, Any]) -> Reply:
        document = json.loads(json.loads(scripted(number, body).body)["choices"][0]["message"]["content"])
        return says(json.dumps({**document, "cards": [*document["cards"], *self.offers]}))


@pytest.fixture
def model() -> Model:
    """What the model says."""
    return Model()


@pytest.fixture
def llm(model: Model) -> Iterator[ModelServer]:
    """The model's server."""
    with llm_server.serving(model) as running:
        yield running


def article(*sections: tuple[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Paragraphs under headings."""
    return tuple(text for heading, texts in sections for text in (f"## {heading}", *texts))


WHOLE = (("Tides", SEA), ("Winds", WIND), ("Waves", WAVES))


@pytest.fixture
def web() -> Iterator[Site]:
    """A site with an article of three short sections."""
    with website.serving() as running:
        running.put("/sea", "The sea", *article(*WHOLE))
        yield running


@pytest.fixture
def workspace(tmp_path: Path, web: Site, llm: ModelServer) -> Workspace:
    """A list with the article, built."""
    made = Workspace(tmp_path, llm)
    made.write("flashgen.toml", "wayback = false\n")
    made.reading_list(f"# Earth\n\n{web.url}/sea {MANY}\n")
    assert made.build()["cards"]["new"] == 7
    return made


def refreshed(workspace: Workspace, *args: str) -> dict[str, Any]:
    """The JSON of a refresh."""
    return workspace.refresh(*args)["demo"]


def card_file(workspace: Workspace) -> Path:
    (path,) = (workspace.root / "decks/demo/cards").glob("*.yaml")
    return path


def by_quote(workspace: Workspace) -> dict[str, dict[str, Any]]:
    return {card["quote"]: card for card in workspace.cards()}


def edit(workspace: Workspace, quote: str, field: str, value: str) -> str:
    """A person changes a field of a card in the file, with any editor; the card's id."""
    card = by_quote(workspace)[quote]
    path = card_file(workspace)
    text = path.read_text()
    pattern = rf"(- id: {card['id']}\n(?:(?!- id:).*\n)*?  {field}: )[^\n]*(?:\n    .*)*"
    assert re.search(pattern, text)
    path.write_text(re.sub(pattern, lambda found: found[1] + value, text))
    return str(card["id"])


def delete(workspace: Workspace, quote: str) -> None:
    """A person takes a card out of the file."""
    path = card_file(workspace)
    head, *cards = re.split(r"^(?=- id: )", path.read_text(), flags=re.M)
    path.write_text(head + "".join(card for card in cards if by_quote(workspace)[quote]["id"] not in card))


def ago(workspace: Workspace, days: int) -> None:
    """All that the ledger tells of happened so many days earlier."""
    path = workspace.root / "decks/demo/sources.json"
    back = timedelta(days=days)
    path.write_text(
        re.sub(
            r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
            lambda found: (datetime.fromisoformat(found[0]) - back).strftime("%Y-%m-%dT%H:%M:%SZ"),
            path.read_text(),
        )
    )


# --- what costs nothing --------------------------------------------------------------------------


def test_an_unchanged_page_is_not_parsed(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """The server says 304, and that is enough: also where the page's text is not at hand to be parsed."""
    shutil.rmtree(workspace.root / ".flashgen")
    calls, cards = len(llm.asked), workspace.cards()
    assert refreshed(workspace)["links"]["unchanged"] == 1
    assert (web.unchanged["/sea"], len(llm.asked), workspace.cards()) == (1, calls, cards)


@pytest.mark.parametrize(
    "sections",
    [
        pytest.param((WHOLE[2], WHOLE[0], WHOLE[1]), id="moved"),
        pytest.param((("High and low water", SEA), *WHOLE[1:]), id="renamed"),
        pytest.param((("All of it", (*SEA, *WIND)), WHOLE[2]), id="a heading less"),
    ],
)
def test_sections_that_move_cost_nothing(
    workspace: Workspace, web: Site, llm: ModelServer, sections: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    """Sections in another order, or under another heading: no card is touched; no call, unless the cut is another."""
    calls, cards = len(llm.asked), workspace.cards()
    web.put("/sea", "The sea", *article(*sections))
    result = refreshed(workspace)
    assert workspace.cards() == cards
    assert (result["cards"]["new"], result["cards"]["revised"], result["cards"]["retired"]) == (0, 0, 0)
    assert len(llm.asked) - calls == (len(sections) < len(WHOLE))


def test_one_sentence_of_a_long_section(tmp_path: Path, web: Site, llm: ModelServer) -> None:
    """One of many sentences under one heading is reworded: only its card changes, in one call."""
    pairs = (
        "agate tools, basalt roads, chalk boards, dolomite walls, emerald rings, flint fire, gneiss floors,"
        " halite salt, ilmenite paint, jasper seals, kyanite bricks, lapis blue, mica windows, norite graves"
    )
    facts = [
        f"{stone.title()} was what the people of the valley took for their {use}."
        for stone, use in (pair.split() for pair in pairs.split(", "))
    ]
    made = Workspace(tmp_path, llm)
    made.reading_list(f"# Weather\n\n{web.put('/stations', 'Stations', *facts)} {MANY}\n")
    made.build()
    before, calls = {card["id"]: card for card in made.cards()}, len(llm.asked)
    facts[7] = facts[7].replace("people of the valley", "people of that valley")
    web.put("/stations", "Stations", *facts)
    refreshed(made)
    after = {card["id"]: card for card in made.cards()}
    assert len(llm.asked) == calls + 1
    assert [after[key]["quote"] for key in before if after[key] != before[key]] == [facts[7]]


def test_a_better_reader_costs_no_call(workspace: Workspace, llm: ModelServer) -> None:
    """Our own extraction changed since the last reading, and all fingerprints with it: they are taken anew, and no
    model is asked, for the sentences still stand."""
    path = workspace.root / "decks/demo/sources.json"
    calls, cards = len(llm.asked), workspace.cards()
    ledger = json.loads(path.read_text())
    for link in ledger["links"].values():
        for section in link["sections"]:
            section["fingerprint"] = section["fingerprint"][::-1]
            section.pop("parts", None)
        link["reader"] += 1
    path.write_text(json.dumps(ledger))
    result = refreshed(workspace)
    assert (len(llm.asked), workspace.cards()) == (calls, cards)
    assert (result["cards"]["kept"], result["sections"]["changed"]) == (7, 0)
    again = json.loads(path.read_text())
    assert all(link["reader"] < ledger["links"][url]["reader"] for url, link in again["links"].items())
    assert refreshed(workspace)["links"]["unchanged"] == 1


# --- the person's hand ---------------------------------------------------------------------------


def test_edits_are_never_overwritten(workspace: Workspace, web: Site) -> None:
    """Question, answer, tags: what a person wrote stays through a rewording of the article, which waits beside it."""
    edit(workspace, SEA[0], "question", "How often does the tide rise?")
    edit(workspace, SEA[1], "answer", "at full moon")
    path = card_file(workspace)
    path.write_text(path.read_text().replace("  status: active", "  status: active\n  tags: [mine]", 1))
    web.put("/sea", "The sea", *article(("Tides", tuple(s.replace("moon", "the moon") for s in SEA)), *WHOLE[1:]))
    assert refreshed(workspace)["cards"]["revised"] > 0
    cards = {card["question"]: card for card in workspace.cards()}
    assert cards["How often does the tide rise?"]["tags"] == ["mine"]
    spring = next(card for card in workspace.cards() if card["answer"] == "at full moon")
    assert "the moon" in spring["proposal"]["quote"]
    assert spring["quote"] == SEA[1]


def test_an_edit_in_the_card_file_reaches_anki(workspace: Workspace, tmp_path: Path) -> None:
    """With the next import, and the note keeps its history, for it is the same note."""
    (deck,) = (workspace.root / "build").glob("*.apkg")
    with RealAnki(tmp_path / "anki") as anki:
        anki.take(deck)
        card_id = edit(workspace, SEA[0], "answer", "water, as I say")
        workspace.build()
        assert len(anki.take(deck).updated) == 1
        assert anki.fields(card_id)["Answer"] == "water, as I say"
        workspace.build()
        assert not anki.take(deck).updated


@pytest.mark.parametrize("how", ["rejected", "deleted"])
@pytest.mark.parametrize(
    "offer",
    [
        pytest.param({"quote": SEA[1], "question": "When is a spring tide?", "answer": "new moon"}, id="other words"),
        pytest.param(
            {"quote": SEA[1].partition(",")[0], "question": "What pulls along one line?", "answer": "sun"}, id="a part"
        ),
    ],
)
def test_what_a_person_threw_out_stays_out(
    workspace: Workspace, web: Site, model: Model, how: str, offer: dict[str, Any]
) -> None:
    """A card rejected or deleted doesn't come back, also not from the same sentence in other words."""
    if how == "rejected":
        edit(workspace, SEA[1], "status", "rejected")
    else:
        delete(workspace, SEA[1])
    model.offers = [{"kind": "basic", "importance": 5, **offer}]
    before = {card["id"] for card in workspace.cards()}
    web.put("/sea", "The sea", *article(("Tides", (*SEA, "A tide pool is what the sea leaves behind.")), *WHOLE[1:]))
    refreshed(workspace)
    fresh = [card["quote"] for card in workspace.cards() if card["id"] not in before]
    assert fresh == ["A tide pool is what the sea leaves behind."]


@pytest.mark.parametrize("how", ["rejected", "deleted"])
def test_a_reworded_sentence_is_no_new_one(workspace: Workspace, web: Site, how: str) -> None:
    """Nor does it come back when the article rewords the sentence."""
    if how == "rejected":
        edit(workspace, SEA[1], "status", "rejected")
    else:
        delete(workspace, SEA[1])
    before = {card["id"] for card in workspace.cards()}
    new = SEA[1].replace("pull along one line", "pull along the same line")
    web.put("/sea", "The sea", *article(("Tides", (SEA[0], new, SEA[2])), *WHOLE[1:]))
    refreshed(workspace)
    assert {card["id"] for card in workspace.cards()} == before


def test_a_status_set_by_hand_holds(workspace: Workspace, web: Site) -> None:
    """Active though its passage is gone, retired though its passage stands, whatever the refreshes say."""
    kept, put_away = by_quote(workspace)[WAVES[0]]["id"], edit(workspace, SEA[0], "status", "retired")
    web.put("/sea", "The sea", *article(WHOLE[0], ("Waves", WAVES[1:]), WHOLE[1]))
    refreshed(workspace, "--yes")
    assert by_quote(workspace)[WAVES[0]]["status"] == "retired"
    edit(workspace, WAVES[0], "status", "active")
    for extra in ("", "A tsunami is a wave that a quake of the ground below the sea has made."):
        web.put("/sea", "The sea", *article(WHOLE[0], ("Waves", (*WAVES[1:], *filter(None, [extra]))), WHOLE[1]))
        assert not refreshed(workspace, "--yes")["cards"]["retired"]
        status = {card["id"]: card["status"] for card in workspace.cards()}
        assert (status[kept], status[put_away]) == ("active", "retired")


# --- retired, and back ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_page_that_is_down_costs_no_card_for_thirty_days(workspace: Workspace, web: Site) -> None:
    """Only after `retire_after` days of trying are its cards retired; when the page is back, so are they."""
    page = web.pages["/sea"]
    web.pages["/sea"] = Answer("down", 500)
    refreshed(workspace, "--yes")
    ago(workspace, 29)
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 0
    ago(workspace, 2)
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 7
    web.pages["/sea"] = page
    refreshed(workspace)
    assert {card["status"] for card in workspace.cards()} == {"active"}


def test_a_page_that_is_gone_and_comes_back(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """410 retires at once; the unchanged page, back again, brings back its cards with their ids, without a call."""
    page, ids, calls = web.pages["/sea"], {card["id"] for card in workspace.cards()}, len(llm.asked)
    web.pages["/sea"] = Answer("gone", 410)
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 7
    web.pages["/sea"] = page
    refreshed(workspace)
    assert {card["id"] for card in workspace.cards() if card["status"] == "active"} == ids
    assert len(llm.asked) == calls


def test_cards_that_wait_are_let_go_when_the_page_is_back(workspace: Workspace, web: Site) -> None:
    """Nobody said yes while the page was gone: once it is back, a later yes retires nothing."""
    page = web.pages["/sea"]
    web.pages["/sea"] = Answer("gone", 410)
    (problem,) = [one for one in refreshed(workspace)["problems"] if one["state"] == "waiting"]
    assert problem["reason"].startswith("7 cards have lost")
    assert "--yes" in problem["reason"]
    web.pages["/sea"] = page
    assert not refreshed(workspace)["problems"]
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 0


def test_a_suspect_page_is_believed_a_day_later(workspace: Workspace, web: Site) -> None:
    """Most quotes missing at once: nothing is retired, also not by a second look on the same day; a day later it is."""
    web.put(
        "/sea", "The sea", "This page has a new look, and the article has another place in our archive of the ocean."
    )
    for _ in range(2):
        assert refreshed(workspace, "--yes")["cards"]["retired"] == 0
    ago(workspace, 1)
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 7


def test_a_look_at_a_part_retires_nothing_else(workspace: Workspace, web: Site) -> None:
    """With --topic or --limit, links are not missed that the run did not look at."""
    other = web.put("/ice", "Ice", "A glacier is a river of ice that flows by its own weight.", *WIND)
    workspace.reading_list(f"# Earth\n\n{web.url}/sea {MANY}\n\n# Ice\n\n{other} {MANY}\n")
    workspace.build()
    workspace.reading_list(f"# Ice\n\n{other} {MANY}\n")
    for part in (("--topic", "Ice"), ("--limit", "1")):
        refreshed(workspace, "--yes", *part)
        assert "retired" not in {card["status"] for card in workspace.cards()}
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 7
