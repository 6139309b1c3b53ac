"""A build with nothing to do says so from the files' stamps alone; whatever is touched, it looks again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from test_build import llm, web, workspace
from website import Site
from workspaces import Workspace

__all__ = ["llm", "web", "workspace"]


def seals(workspace: Workspace) -> list[Path]:
    return sorted((workspace.root / ".flashgen" / "sealed").glob("*.json"))


def unseal(workspace: Workspace) -> None:
    for path in seals(workspace):
        path.unlink()


def test_a_seal_says_what_a_build_would_find(workspace: Workspace) -> None:
    """The document of a sealed build is that of one which looked at everything."""
    workspace.build()
    sealed = workspace.build()
    unseal(workspace)
    assert workspace.build() == sealed


def test_a_seal_is_opened_without_reading_anything(workspace: Workspace) -> None:
    """Neither list nor cards nor ledger are parsed: what is no YAML any more, with the same stamps, goes unnoticed."""
    workspace.build()
    (kept,) = (stamp(path) for path in seals(workspace))
    workspace.build()
    assert [stamp(path) for path in seals(workspace)] == [kept]


def stamp(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_mtime_ns, about.st_ino


def edit_list(workspace: Workspace) -> None:
    path = workspace.root / "decks/demo/reading-list.md"
    path.write_text(path.read_text().replace("[Caches]", "[All of caches]"))


def edit_card(workspace: Workspace) -> None:
    path = next((workspace.root / "decks/demo/cards").glob("*.yaml"))
    path.write_text(path.read_text().replace("Which word", "What word", 1))


def drop_deck(workspace: Workspace) -> None:
    (workspace.root / "build/demo.apkg").unlink()


def add_list(workspace: Workspace) -> None:
    workspace.reading_list("# Other\n\nNothing but a short note.\n", "other")


def edit_settings(workspace: Workspace) -> None:
    workspace.write("flashgen.toml", "cards_per_article = 3\n")


@pytest.mark.parametrize("touch", [edit_list, edit_card, drop_deck, add_list, edit_settings])
def test_whatever_is_touched_breaks_the_seal(workspace: Workspace, touch: Callable[[Workspace], None]) -> None:
    """List, card file, deck, another list, settings: the build looks again."""
    workspace.build()
    before = {path: stamp(path) for path in seals(workspace)}
    time.sleep(0.01)
    touch(workspace)
    assert workspace.run("build", "--allow-private", "demo").exit_code == 0
    assert {path: stamp(path) for path in seals(workspace)} != before
    assert (workspace.root / "build/demo.apkg").exists()


def test_what_is_owed_is_not_sealed(workspace: Workspace, web: Site) -> None:
    """While something is due, or waits for its next time, no seal stands in its way for longer."""
    web.pages["/queues"].status = 503
    workspace.build("--limit", "1")
    assert seals(workspace) == []
