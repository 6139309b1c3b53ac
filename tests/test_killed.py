"""Runs killed at random moments, disks that fill up, and Ctrl-C in a refresh: the next run goes on."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import killing
import llm_server
import pytest
import scripts
import website
from llm_server import ModelServer
from website import Site
from workspaces import Workspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals")


@pytest.mark.slow
def test_builds_and_refreshes_killed_at_random_moments(capsys: pytest.CaptureFixture[str]) -> None:
    """No prompt is repeated but those in flight at a kill, no file is ever unreadable, and the cards are those of an
    undisturbed run. FLASHGEN_KILLS sets how many kills."""
    tally = killing.kill(int(os.environ.get("FLASHGEN_KILLS", "10")))
    assert tally.repeated <= tally.in_flight
    assert tally.after_stop == 0
    with capsys.disabled():
        print(f"\n{tally}")


# --- a disk that fills up ------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not shutil.which("mount"):
        pytest.skip("no mount here")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True)
    if made.returncode:
        pytest.skip("no right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("room", [20_000, *(pytest.param(room, marks=pytest.mark.slow) for room in (0, 3_000, 60_000))])
def test_a_full_disk_harms_nothing(small_disk: Path, room: int) -> None:
    """With no room, or room for only a part of a refresh: the run says that the disk is full and no traceback, every
    file is whole, the cards are those of before or of after; and with room again the next run goes on. No more calls
    are made when the first reply can't be stored."""
    with website.serving() as web, llm_server.serving(scripts.scripted) as llm:
        workspace = Workspace(small_disk, llm)
        links = killing.publish(web, 1)
        workspace.reading_list("# Systems\n\n" + "".join(f"- <{link}>\n" for link in links))
        workspace.write("flashgen.toml", "wayback = false\n")
        workspace.build()
        before = {card["id"] for card in workspace.cards()}
        killing.publish(web, 2)
        fill(small_disk / "filler", room)
        result = workspace.run("refresh", "--allow-private", "--yes", "--jobs", "1")
        assert result.exit_code == 1
        assert "disk is full" in result.stderr
        assert "Traceback" not in result.stderr
        killing.check_readable(workspace)
        assert {card["id"] for card in workspace.cards()} >= before
        (small_disk / "filler").unlink()
        workspace.refresh("--yes")
        assert {card["id"] for card in workspace.cards()} >= before
        quotes = [card["quote"] for card in workspace.cards() if card["status"] == "active"]
        assert len(quotes) == len(set(quotes))
        assert sum("long before anyone gets" in quote for quote in quotes) == 3
        assert llm.repeated <= 1


def fill(path: Path, room: int) -> None:
    """Use up the disk but for so many bytes, in whole pages."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    os.truncate(path, max(0, path.stat().st_size - room))


# --- a refresh that is broken off, and two at once -------------------------------------------------


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[tuple[Workspace, Site, ModelServer]]:
    """A list that is built, with its site in the second edition, and a model that takes its time."""
    with website.serving() as web, llm_server.serving(killing.paced) as llm:
        workspace = Workspace(tmp_path, llm)
        links = killing.publish(web, 1)
        workspace.reading_list("# Systems\n\n" + "".join(f"- <{link}>\n" for link in links))
        workspace.write("flashgen.toml", "wayback = false\n")
        workspace.build()
        killing.publish(web, 2)
        llm.asked.clear()
        yield workspace, web, llm


@pytest.mark.slow
def test_ctrl_c_in_a_refresh(calm: tuple[Workspace, Site, ModelServer]) -> None:
    """The calls in flight are waited for, a summary is printed, no card is retired that was not looked at; the next
    refresh goes on, and nothing is bought twice."""
    workspace, _, llm = calm
    before = {card["id"]: card["status"] for card in workspace.cards()}
    with killing.started(workspace, "refresh", llm.url) as process:
        wait_for(lambda: len(llm.asked) > 0)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Stopped: " in err
    assert b"Traceback" not in err
    after = {card["id"]: card["status"] for card in workspace.cards()}
    assert after.keys() >= before.keys()
    workspace.refresh("--yes")
    quotes = [card["quote"] for card in workspace.cards() if card["status"] == "active"]
    assert sum("long before anyone gets" in quote for quote in quotes) == 3
    assert llm.repeated == 0


@pytest.mark.slow
def test_a_second_run_is_told_who_is_at_work(calm: tuple[Workspace, Site, ModelServer]) -> None:
    """Which command, which process, on which machine, since when; after a kill, the lock that is left counts for
    nothing."""
    workspace, _, llm = calm
    with killing.started(workspace, "refresh", llm.url) as process:
        wait_for(lambda: len(llm.asked) > 0)
        second = workspace.run("build", "--allow-private")
        assert second.exit_code == 1
        assert f"`flashgen refresh` (process {process.pid} on {socket.gethostname()}, since " in second.stderr
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert (workspace.root / ".flashgen/lock").exists()
    workspace.refresh("--yes")
    assert not (workspace.root / ".flashgen/lock").exists()


def wait_for(true: Callable[[], bool]) -> None:
    """Wait until something is so, for a minute at most."""
    for _ in range(3000):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to be")
