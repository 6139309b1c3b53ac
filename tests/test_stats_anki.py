"""What `flashgen stats` tells of a real collection that was studied for weeks, against Anki's own review log."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llm_server
import pytest

pytest.importorskip("anki.collection")

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.decks import DeckId
from anki_desk import Anki
from llm_server import cards_from
from workspaces import Workspace

pytestmark = pytest.mark.slow
DAYS = 40
DAY = 86_400
HARD = "tombstone"
TOPICS = {
    "Caches": ["write-through cache", "write-behind cache", "cache stampede", "eviction policy"],
    "Logs": ["append-only log", "log compaction", "tombstone record", "segment file"],
}


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, dict[str, Any], Anki]]:
    """A workspace built by a scripted model, its deck studied in Anki for forty days, and `stats --json` of it."""
    root = tmp_path_factory.mktemp("studied")
    with llm_server.serving(lambda n, body: cards_from(body)) as llm:
        workspace = Workspace(root, llm)
        for topic, things in TOPICS.items():
            said = " ".join(
                f"The {thing} does one thing well, and that is the {thing}'s own number {n}."
                for n, thing in enumerate(things)
            )
            workspace.write(f"decks/demo/{topic}.md", f"# {topic}\n\n{said}\n")
        workspace.reading_list("".join(f"# {topic}\n\n- [{topic}]({topic}.md)\n\n" for topic in TOPICS))
        (package,) = workspace.build("--offline")["outputs"]
        col = studied_for(root / "collection.anki2", root / package)
        env = {"FLASHGEN_ANKI_COLLECTION": str(col.path)}
        yield workspace, json.loads(workspace.run("stats", "--json", env=env).stdout), Anki(col, root)
        col.close()


def studied_for(path: Path, package: Path) -> Collection:
    """A collection with the deck, whose due cards Anki's scheduler handed out each day; hard ones are often forgotten.

    A day passes by moving all that was before one day into the past.
    """
    chance = random.Random(7)
    col = Collection(str(path))
    col.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions()))
    for _ in range(DAYS):
        for deck in col.decks.all_names_and_ids():
            col.decks.select(DeckId(deck.id))
            answered(col, chance)
        assert col.db
        col.db.execute("update col set crt = crt - ?", DAY)
        col.db.execute("update revlog set id = id - ?", DAY * 1000)
        col.close()
        col = Collection(str(path))
    return col


def answered(col: Collection, chance: random.Random) -> None:
    """Answer what is due in the chosen deck, each card four times at most."""
    scheduler: Any = col.sched
    times: dict[int, int] = {}
    while queued := scheduler.get_queued_cards(fetch_limit=1).cards:
        card = col.get_card(queued[0].card.id)
        times[card.id] = times.get(card.id, 0) + 1
        if times[card.id] > 4:
            return
        card.start_timer()
        forgotten = chance.random() < (0.6 if HARD in card.question() else 0.1) and times[card.id] == 1
        rating = 0 if forgotten else 2
        scheduler.answer_card(scheduler.build_answer(card=card, states=queued[0].states, rating=rating))


def test_retention_is_that_of_ankis_review_log(studied: tuple[Workspace, dict[str, Any], Anki]) -> None:
    """Reviews of learnt cards and how many of them were recalled: by topic, and in all."""
    _, told, anki = studied
    assert anki.col.db
    log = {
        guid: (count, recalled)
        for guid, count, recalled in anki.col.db.all(
            "select n.guid, count(*), sum(r.ease > 1) from revlog r join cards c on c.id = r.cid "
            "join notes n on n.id = c.nid where r.type = 1 group by n.guid"
        )
    }
    assert sum(count for count, _ in log.values()) > 30
    of_topic: dict[str, list[str]] = {}
    for path in (anki.folder / "decks/demo/cards").glob("*.yaml"):
        text = path.read_text()
        of_topic[path.stem] = [guid for guid in log if guid in text]
    for row in told["topics"]:
        counted = [log[guid] for guid in of_topic[row["topic"][-1].lower()]]
        reviews, recalled = (sum(each) for each in zip(*counted, strict=True))
        assert row["retention"]["reviews"] == reviews
        assert row["retention"]["rate"] == pytest.approx(recalled / reviews)
    everything, recalled = (sum(each) for each in zip(*log.values(), strict=True))
    assert told["anki"]["retention"]["reviews"] == everything
    assert told["anki"]["retention"]["rate"] == pytest.approx(recalled / everything)


def test_retention_agrees_with_ankis_own_statistics(studied: tuple[Workspace, dict[str, Any], Anki]) -> None:
    """The table "true retention" of Anki's statistics, over all time."""
    _, told, anki = studied
    shown = anki.col._backend.graphs(search="deck:*", days=0).true_retention.all_time
    passed = shown.young_passed + shown.mature_passed
    failed = shown.young_failed + shown.mature_failed
    assert told["anki"]["retention"]["reviews"] == passed + failed
    assert told["anki"]["retention"]["rate"] == pytest.approx(passed / (passed + failed))


def test_the_worst_cards_are_those_with_most_lapses(studied: tuple[Workspace, dict[str, Any], Anki]) -> None:
    """In the order of Anki's own count, with their topic."""
    _, told, anki = studied
    assert anki.col.db
    lapses = anki.col.db.all(
        "select n.flds, c.lapses, c.reps from cards c join notes n on n.id = c.nid where c.lapses > 0"
    )
    counted = sorted((-count, fields.split("\x1f")[0], reps) for fields, count, reps in lapses)
    assert [(-one["lapses"], one["reviews"]) for one in told["anki"]["worst"]] == [
        (count, reps) for count, _, reps in counted
    ][: len(told["anki"]["worst"])]
    assert HARD in told["anki"]["worst"][0]["question"]
    assert told["anki"]["worst"][0]["topic"][-1] == "Logs"


def test_the_page_shows_them(studied: tuple[Workspace, dict[str, Any], Anki]) -> None:
    """The page has the rate, the worst card, and what the load of the coming days is."""
    workspace, told, _ = studied
    page = (workspace.root / "build/stats.html").read_text(encoding="utf-8")
    assert f"{told['anki']['retention']['rate']:.0%}" in page
    assert HARD in page
