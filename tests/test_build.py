"""The main job, whole: a reading list becomes decks, through the command line, real pages and a model server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import llm_server
import pytest
import website
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from llm_server import ModelServer
from website import Answer, Site
from workspaces import Workspace

CACHES = (
    "A write-through cache writes every change to the store before it answers, so that no write is lost in a crash.",
    "A write-behind cache answers first and writes to the store later, which loses recent writes when it dies.",
    "Eviction by least recent use drops the entry that was read the longest time ago, in constant time with a list.",
)
QUEUES = (
    "A bounded queue makes the producer wait when it is full, and this waiting is what people call backpressure.",
    "An unbounded queue hides overload until the memory is gone, since nothing ever tells the producer to slow down.",
    "Consumers that pull work at their own pace never get more of it than they can handle, unlike a push system.",
)


@pytest.fixture
def web() -> Iterator[Site]:
    """A site with two articles, a shop of nothing, and one page that is gone."""
    with website.serving() as running:
        running.put("/caches", "Caches", *CACHES)
        running.put("/queues", "Queues", *QUEUES)
        running.pages["/gone"] = Answer("<h1>Gone</h1>", 410)
        yield running


@pytest.fixture
def llm() -> Iterator[ModelServer]:
    """A model that makes one honest card of each sentence."""
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path, web: Site, llm: ModelServer) -> Workspace:
    """A workspace whose list has two topics, a dead link, and a note."""
    made = Workspace(tmp_path, llm)
    made.reading_list(
        f"# Systems\n\n## Caching\n\n[Caches]({web.url}/caches)\n\n## Streaming\n\n- <{web.url}/queues>\n"
        f"- {web.url}/gone\n\nLittle's law says that the mean number of items in a stable system equals their mean "
        "arrival rate times the mean time that each of them spends inside the system.\n"
    )
    return made


def imported(path: Path, folder: Path) -> Collection:
    """A new collection of the real Anki with the deck in it."""
    collection = Collection(str(folder / "collection.anki2"))
    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    collection.import_anki_package(request)
    return collection


def test_a_list_becomes_a_deck(workspace: Workspace, tmp_path: Path) -> None:
    """Every link ends in one state; cards carry their sentences; the real Anki takes the decks, one per topic."""
    result = workspace.build()
    assert (result["links"]["total"], result["links"]["ok"], result["links"]["failed"]) == (3, 2, 1)
    assert result["cards"]["new"] == result["cards"]["total"] >= 6
    assert [problem["state"] for problem in result["problems"]] == ["gone"]
    cards = workspace.cards()
    assert {card["quote"] for card in cards} >= {CACHES[0], QUEUES[0]}
    collection = imported(Path(result["outputs"][0]), tmp_path)
    try:
        names = {deck.name for deck in collection.decks.all_names_and_ids()}
        assert {"Demo::Systems::Caching", "Demo::Systems::Streaming"} <= names
        assert collection.note_count() == result["cards"]["total"]
        assert not collection.get_empty_cards().notes
        assert "rebuilt" in collection.fix_integrity()[0]
    finally:
        collection.close()


def test_a_second_build_asks_nobody(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Nothing new: no request, no model call, and the same bytes."""
    deck = Path(workspace.build()["outputs"][0])
    before, requests, calls = deck.read_bytes(), sum(web.asked.values()), len(llm.asked)
    again = workspace.build()
    assert (sum(web.asked.values()), len(llm.asked)) == (requests, calls)
    assert deck.read_bytes() == before
    assert (again["cards"]["new"], again["llm"]["calls"], again["links"]["new"]) == (0, 0, 0)


def test_the_caches_are_not_needed(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Ledger and card files are enough: without .flashgen/ a build still asks nobody."""
    workspace.build()
    for file in (workspace.root / ".flashgen").glob("*.sqlite*"):
        file.unlink()
    requests, calls = sum(web.asked.values()), len(llm.asked)
    workspace.build()
    assert (sum(web.asked.values()), len(llm.asked)) == (requests, calls)


def test_a_new_link_costs_only_itself(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """A link that is added is asked for; the known ones are left alone."""
    workspace.build()
    calls = len(llm.asked)
    address = web.put(
        "/clocks", "Clocks", *(f"Vector clock number {n} tells which of two events came first." for n in range(9))
    )
    path = workspace.root / "decks/demo/reading-list.md"
    path.write_text(path.read_text() + f"\n\n## Time\n\n{address}\n")
    result = workspace.build()
    assert result["links"]["new"] == 1
    assert len(llm.asked) == calls + 1
    assert web.asked["/caches"] == 1


def test_dry_run_asks_no_model_and_keeps_nothing(workspace: Workspace, llm: ModelServer) -> None:
    """--dry-run tells calls and tokens, and leaves no card and no ledger."""
    result = workspace.build("--dry-run")
    assert result["llm"]["calls"] > 0
    assert result["llm"]["prompt_tokens"] > 0
    assert llm.asked == []
    assert not (workspace.root / "decks/demo/sources.json").exists()
    assert not (workspace.root / "build").exists()


def test_a_deleted_card_stays_away(workspace: Workspace) -> None:
    """A card that the person took out of the file does not come back with the next build."""
    workspace.build()
    (path,) = (workspace.root / "decks/demo/cards").glob("*caching*.yaml")
    text = path.read_text()
    first, second = [index for index in range(len(text)) if text.startswith("- id:", index)][:2]
    path.write_text(text[:first] + text[second:])
    before = len(workspace.cards())
    result = workspace.build()
    assert len(workspace.cards()) == before
    assert result["cards"]["total"] == before


def test_a_card_by_hand_is_compared_with_those_of_old(workspace: Workspace) -> None:
    """A card without an id, in a list that Anki has all of, is looked at for duplicates too."""
    workspace.build()
    (path,) = (workspace.root / "decks/demo/cards").glob("*caching*.yaml")
    card = workspace.cards()[0]
    question, answer, source = (json.dumps(card[name]) for name in ("question", "answer", "source"))
    with path.open("a") as file:
        file.write(f"- question: {question}\n  answer: {answer}\n  source: {source}\n")
    assert workspace.build()["cards"]["duplicate"] == 1


def test_most_cards_gone_at_once_is_asked_about(workspace: Workspace) -> None:
    """Card files that vanish are no deletion: the build stops until the person says so."""
    workspace.build()
    for file in (workspace.root / "decks/demo/cards").iterdir():
        file.unlink()
    stopped = workspace.run("build", "--allow-private")
    assert stopped.exit_code == 2
    assert "--yes" in stopped.stderr
    assert workspace.build("--yes")["cards"]["total"] == 0


def test_an_edited_card_reaches_the_deck(workspace: Workspace, tmp_path: Path) -> None:
    """What the person wrote into the card file stays, and its note gets a later time."""
    workspace.build()
    (path,) = (workspace.root / "decks/demo/cards").glob("*caching*.yaml")
    question = workspace.cards()[0]["question"]
    path.write_text(path.read_text().replace(question, "Which cache never loses a write?"))
    result = workspace.build()
    assert "Which cache never loses a write?" in path.read_text()
    collection = imported(Path(result["outputs"][0]), tmp_path)
    try:
        assert len(collection.find_notes('"Which cache never loses a write?"')) == 1
    finally:
        collection.close()


def test_strict_exits_with_3(workspace: Workspace) -> None:
    """A failed link is no failure of the run, unless --strict says so."""
    assert workspace.run("build", "--allow-private").exit_code == 0
    assert workspace.run("build", "--allow-private", "--strict").exit_code == 3


def test_limit_and_topic(workspace: Workspace, web: Site) -> None:
    """--topic takes the links under a heading, --limit the first of what is due; the rest is pending."""
    result = workspace.build("--topic", "streaming", "--limit", "1")
    assert (result["links"]["ok"], result["links"]["pending"]) == (1, 2)
    assert web.asked["/queues"] == 1
    assert web.asked["/caches"] == 0


def test_formats_and_split(workspace: Workspace) -> None:
    """--format and --split decide which files are written; --out where."""
    result = workspace.build("--format", "csv", "--split", "--out", "elsewhere")
    names = sorted(Path(path).name for path in result["outputs"])
    assert len(names) == 2
    assert all(name.endswith(".csv") for name in names)
    assert all((workspace.root / "elsewhere" / name).exists() for name in names)


def test_status_tells_every_link(workspace: Workspace) -> None:
    """Each link stands in exactly one state, with the reason where it has no cards."""
    workspace.build()
    (one,) = json.loads(workspace.run("status", "--json").stdout)
    assert [row["state"] for row in one["links"]] == ["carded", "carded", "gone"]
    assert one["links"][2]["reason"]
    assert one["cards"]["active"] == len(workspace.cards())
    assert one["notes"][0]["state"] == "carded"
    caches = one["links"][0]["coverage"]
    assert 0 < caches["sentences_touched"] <= caches["sentences"]
    assert one["coverage"]["sections"] == sum(
        row["coverage"]["sections"] for row in one["links"] + one["notes"] if row["coverage"]
    )
    assert "a card touches" in workspace.run("status").stdout


def test_cards_in_other_languages_are_named(workspace: Workspace, web: Site) -> None:
    """A build whose new cards are in a language of which some gates know no words says so, once."""
    words = "Der Speicher antwortet sofort und schreibt den Eintrag erst danach auf die langsame Platte zurück. "
    web.pages["/de"] = Answer(
        f"<html lang=de><title>Speicher</title><article><h1>Speicher</h1><p>{words * 4}</article>"
    )
    workspace.reading_list(f"# Topic\n\n{web.url}/de\n")
    said = workspace.run("build", "--allow-private").stderr
    assert said.count("new cards in de: the gates compound, context") == 1


def test_try_stores_no_card(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """`try` shows cards with quotes and verdicts; the replies it paid for serve the build, and no card is kept."""
    shown = json.loads(workspace.run("try", f"{web.url}/caches", "--allow-private", "--json").stdout)
    assert {card["quote"] for card in shown["cards"]} == set(CACHES)
    assert not (workspace.root / "decks/demo/cards").exists()


def test_a_refused_address_is_never_asked(workspace: Workspace, web: Site) -> None:
    """Without --allow-private an address of this machine is refused before a byte is sent."""
    result = workspace.run("build", "--json")
    (one,) = json.loads(result.stdout)["lists"]
    assert {problem["state"] for problem in one["problems"]} == {"refused"}
    assert not web.asked
