"""Builds that ship so many new cards a day, and tell what they cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import llm_server
import pytest
import website
from real_anki import RealAnki
from scripts import scripted
from workspaces import Workspace

SENTENCES = tuple(
    f"{name} keep their water low at {hour} o'clock, because the moon stands over the other side of the earth then."
    for name, hour in (("Harbours", 3), ("Estuaries", 5), ("Lagoons", 7), ("Channels", 9))
)


@dataclass
class Desk:
    """A workspace with four cards to come, and a collection."""

    workspace: Workspace
    anki: RealAnki

    def build(self, *args: str) -> tuple[int, str]:
        """Build and import; how many notes Anki has then, and what was said on stderr."""
        result = self.workspace.run("build", "--allow-private", "--json", *args)
        assert result.exit_code == 0, result.stderr
        json.loads(result.stdout)
        self.anki.take(self.workspace.root / "build" / "demo.apkg")
        return self.anki.collection.note_count(), result.stderr

    def days_pass(self, days: int) -> None:
        """Pretend that what was shipped was shipped so many days ago."""
        path = self.workspace.root / "decks/demo/sources.json"
        ledger = json.loads(path.read_text())
        for record in ledger["shipped"].values():
            record["released"] = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        path.write_text(json.dumps(ledger))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with website.serving() as web, llm_server.serving(scripted) as llm, RealAnki(tmp_path / "anki") as anki:
        web.put("/one", "One", *SENTENCES[:2])
        web.put("/two", "Two", *SENTENCES[2:])
        workspace = Workspace(tmp_path / "work", llm)
        workspace.reading_list(f"# Sea\n\n{web.url}/one\n{web.url}/two\n")
        yield Desk(workspace, anki)


def test_new_cards_come_in_portions(desk: Desk) -> None:
    """The others wait in the card files, active, and later runs ship them; none is taken back when the pace changes."""
    notes, said = desk.build("--new-per-day", "1")
    assert notes == 1
    assert "Cards of demo that wait for a later day, at 1 new ones a day: 3." in said
    assert "1 new card at 1 a day: " in said
    assert {card["status"] for card in desk.workspace.cards()} == {"active"}
    deck = (desk.workspace.root / "build" / "demo.apkg").read_bytes()
    notes, said = desk.build("--new-per-day", "1")
    assert (notes, "new card" in said) == (1, False)
    assert (desk.workspace.root / "build" / "demo.apkg").read_bytes() == deck
    desk.days_pass(2)
    assert desk.build("--new-per-day", "1")[0] == 3
    notes, said = desk.build()
    assert (notes, "wait for a later day" in said) == (4, False)
    assert desk.build("--new-per-day", "1")[0] == 4


def test_the_setting_is_the_option(desk: Desk) -> None:
    """`new_per_day` in flashgen.toml."""
    desk.workspace.write("flashgen.toml", "new_per_day = 2\n")
    assert desk.build()[0] == 2


def test_without_a_pace_the_load_is_told_at_ankis(desk: Desk) -> None:
    """All cards at once, reviewed at the pace of the deck in Anki: 20 a day by default."""
    notes, said = desk.build()
    assert notes == 4
    assert "4 new cards at 20 a day: " in said
    assert "FSRS simulated with its default parameters" in said
