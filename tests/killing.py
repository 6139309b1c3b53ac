"""A build and a refresh of a small site, killed again and again: what is counted, and what has to come out."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import llm_server
import scripts
import website
from llm_server import Answer, ModelServer
from website import Site
from workspaces import NO_MODEL, Workspace

from flashgen.store import Store
from flashgen.store.card_file import read
from flashgen.store.ledger_file import LedgerFile
from flashgen.types import Status

PAGES = 10
PACE = 0.15
"""Seconds that the model takes for an answer."""
JOBS = 3
Texts = Mapping[tuple[str, str, str, str], int]


@dataclass
class Tally:
    """What was counted over all turns. `in_flight` are the calls that had been sent at the kills and whose replies were
    not stored: still being answered, on their way to the model, or on their way back."""

    kills: int = 0
    turns: int = 0
    calls: int = 0
    in_flight: int = 0
    repeated: int = 0
    after_stop: int = 0
    at: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills over {self.turns} builds and refreshes ({dict(self.at)}): {self.calls} calls, "
            f"{self.in_flight} in flight at the kills, "
            f"{self.repeated} prompts repeated, {self.after_stop} after a clean stop; cards as undisturbed"
        )


def paced(number: int, body: Mapping[str, Any]) -> Answer:
    """The scripted model, at a pace that leaves room for kills."""
    time.sleep(PACE)
    return scripts.scripted(number, body)


def publish(web: Site, edition: int) -> list[str]:
    """The site in its first or second edition: in the second, sentences are reworded, gone and new, one page is gone,
    one has moved, and one is as it was; the addresses of its pages."""
    things = ("cache", "queue", "ledger", "parser", "socket", "kernel", "mutex", "shard", "lease", "quorum")
    links = []
    for n, thing in enumerate(things):
        texts = [
            f"A {thing} of the first kind keeps its entries in memory until the machine is told to stop working.",
            f"Every {thing} of the second kind writes all of its entries to a disk before anybody gets an answer.",
            f"No {thing} of the third kind was ever seen to give the same entry twice to those who asked for it.",
        ]
        if edition == 2 and n % 3 == 1:
            texts[1] = texts[1].replace("before anybody gets", "long before anyone gets")
        if edition == 2 and n % 3 == 2:
            texts[2:] = [f"Most owners of a {thing} look at its oldest entry once a day and throw it away by hand."]
        links.append(web.put(f"/{n}", f"On the {thing}", *texts))
    if edition == 2:
        web.pages["/8"] = website.Answer("gone", 410)
        web.put("/moved", "On the quorum", "Nothing.")
        web.pages["/moved"] = web.pages["/9"]
        web.pages["/9"] = website.Answer("", 301, headers={"Location": "/moved"})
    return links


def command(workspace: Workspace, name: str) -> list[str]:
    return [sys.executable, "-m", "flashgen", name, "--allow-private", "--yes", "--jobs", str(JOBS)]


def environment(url: str) -> dict[str, str]:
    root = Path(__file__).parents[1]
    return {**os.environ, **NO_MODEL, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "test", "PYTHONPATH": str(root)}


@contextmanager
def started(workspace: Workspace, name: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own, with its own group; nothing of it is left at the end."""
    process = subprocess.Popen(
        command(workspace, name),
        cwd=workspace.root,
        env=environment(url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr:
            process.stderr.close()


def texts(workspace: Workspace) -> Texts:
    """The cards without ids, times and addresses of this machine: what two runs must agree on."""
    return Counter(
        (card["question"], card["answer"], card["quote"], card["status"])
        for card in workspace.cards()
        if card["status"] != Status.REJECTED
    )


def check_readable(workspace: Workspace) -> None:
    """Every file of the list can be read, whenever it was killed, and no card stands there twice."""
    home = workspace.root / "decks/demo"
    LedgerFile(home / "sources.json").load()
    for path in (home / "cards").glob("*.yaml"):
        read(path).all_cards()
    ids = [card.id for card in Store(home).all_cards()]
    assert len(ids) == len(set(ids))


def in_order(workspace: Workspace, name: str, url: str) -> None:
    """A run that nobody disturbs."""
    with started(workspace, name, url) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()


class Killer:
    """Kills runs at random moments, and counts."""

    def __init__(self, workspace: Workspace, llm: ModelServer, chance: random.Random, tally: Tally) -> None:
        self.workspace, self.llm, self.chance, self.tally = workspace, llm, chance, tally

    def work(self, name: str, kills: int) -> None:
        """A run killed up to so many times and then left to its end."""
        begun = len(self.llm.asked)
        known = prompts(self.llm)
        before = self.tally.in_flight
        for _ in range(kills):
            if not self._killed(name):
                break
        flying = self.tally.in_flight - before
        self._settled()
        in_order(self.workspace, name, self.llm.url)
        check_readable(self.workspace)
        asked = len(self.llm.asked)
        repeated = asked - begun - len(prompts(self.llm) - known)
        assert repeated <= flying, f"{repeated} prompts repeated, and {flying} calls were in flight"
        in_order(self.workspace, name, self.llm.url)
        self.tally.after_stop += len(self.llm.asked) - asked
        assert len(self.llm.asked) == asked, "after a clean stop nothing is asked again"
        self.tally.calls += asked - begun
        self.tally.repeated += repeated
        self.tally.turns += 1

    def _killed(self, name: str) -> bool:
        """Whether the run was killed before its end: mostly while it talks to the model, else at any moment."""
        before, stored = len(self.llm.asked), stored_replies(self.workspace)
        blindly = self.chance.random() < 0.25
        with started(self.workspace, name, self.llm.url) as process:
            until = time.monotonic() + (self.chance.uniform(0.1, 3) if blindly else 60)
            while process.poll() is None and time.monotonic() < until and (blindly or len(self.llm.asked) == before):
                time.sleep(0.005)
            time.sleep(0 if blindly else self.chance.uniform(0, 0.8))
            if process.poll() is not None:
                return False
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._settled()
        flying = len(self.llm.asked) - before - (stored_replies(self.workspace) - stored)
        assert 0 <= flying <= JOBS, f"{flying} replies were not stored, and only {JOBS} calls are made at a time"
        self.tally.in_flight += flying
        self.tally.kills += 1
        self.tally.at[f"{name}, {'calls begun' if len(self.llm.asked) > before else 'before a call'}"] += 1
        check_readable(self.workspace)
        return True

    def _settled(self) -> None:
        """Wait until the model has heard and answered whatever was sent to it."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < 0.3:
            time.sleep(0.02)
            if self.llm.in_flight:
                quiet = time.monotonic()


def stored_replies(workspace: Workspace) -> int:
    """How many replies are stored."""
    path = workspace.root / ".flashgen" / "replies.sqlite"
    if not path.exists():
        return 0
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM replies").fetchone()[0])
        except sqlite3.OperationalError:  # killed before the table was made
            return 0


def prompts(llm: ModelServer) -> set[str]:
    """All that was asked, each once."""
    return {json.dumps(body["messages"]) for body in llm.asked}


def undisturbed(web: Site, url: str, list_text: str) -> tuple[Texts, Texts]:
    """The cards after a build and after a refresh that nobody kills."""
    with tempfile.TemporaryDirectory() as folder:
        calm = Workspace(Path(folder))
        calm.reading_list(list_text)
        calm.write("flashgen.toml", "wayback = false\n")
        publish(web, 1)
        in_order(calm, "build", url)
        first = texts(calm)
        publish(web, 2)
        in_order(calm, "refresh", url)
        return first, texts(calm)


def kill(kills: int, seed: int = 0) -> Tally:
    """So many kills, over as many builds and refreshes as that takes. Raises AssertionError for anything lost."""
    chance, tally = random.Random(seed), Tally()
    memory = Path("/dev/shm")
    with website.serving() as web, llm_server.serving(paced) as llm:
        links = publish(web, 1)
        list_text = "# Systems\n\n" + "".join(f"- <{link}>\n" for link in links)
        expected = undisturbed(web, llm.url, list_text)
        while tally.kills < kills:
            folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
            try:
                workspace = Workspace(folder)
                workspace.reading_list(list_text)
                workspace.write("flashgen.toml", "wayback = false\n")
                killer = Killer(workspace, llm, chance, tally)
                for edition, name in ((1, "build"), (2, "refresh")):
                    publish(web, edition)
                    llm.asked.clear()
                    killer.work(name, min(6, max(1, kills - tally.kills)))
                    assert texts(workspace) == expected[edition - 1]
            finally:
                shutil.rmtree(folder)
    return tally
