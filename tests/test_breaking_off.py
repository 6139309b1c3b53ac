"""Runs that are broken off: by Ctrl-C, by a kill, by the budget, by another run. Nothing is lost or bought twice."""

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
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from llm_server import Answer, ModelServer
from workspaces import NO_MODEL, Workspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals")

PAGES = 6
Process = subprocess.Popen[str]


class Gate:
    """A model that answers the first `free` calls after `pace` seconds, and the others when it is opened."""

    def __init__(self) -> None:
        self.free = 1000
        self.pace = 0.0
        self.opened = threading.Event()

    def __call__(self, number: int, body: Mapping[str, Any]) -> Answer:
        if number > self.free:
            self.opened.wait(60)
        time.sleep(self.pace)
        return llm_server.cards_from(body)


@pytest.fixture
def gate() -> Gate:
    """What holds the model's answers back."""
    return Gate()


@pytest.fixture
def llm(gate: Gate) -> Iterator[ModelServer]:
    """A model behind the gate, which is opened at the end."""
    with llm_server.serving(gate) as running:
        yield running
        gate.opened.set()


@pytest.fixture
def workspace(tmp_path: Path, llm: ModelServer) -> Iterator[Workspace]:
    """A list of a few pages, each good for one call."""
    made = Workspace(tmp_path, llm)
    with website.serving() as web:
        links = [web.put(f"/{n}", f"Page {n}", *sentences(n)) for n in range(PAGES)]
        made.reading_list("# Systems\n\n" + "".join(f"- <{link}>\n" for link in links))
        yield made


def sentences(page: int) -> tuple[str, ...]:
    """What stands on a page, and becomes its cards."""
    what = ("cache", "queue", "ledger", "parser", "socket", "kernel")[page]
    return (
        f"A {what} of the first kind keeps its entries in memory until the machine is told to stop working.",
        f"Every {what} of the second kind writes all of its entries to a disk before anybody gets an answer.",
    )


@contextlib.contextmanager
def building(workspace: Workspace, *args: str) -> Iterator[Process]:
    """A build in a process of its own, in its own session as in a terminal. It is not left alone at the end."""
    assert workspace.llm
    model = {"OPENAI_BASE_URL": workspace.llm.url, "OPENAI_API_KEY": "test"}
    command = [sys.executable, "-m", "flashgen", "build", "--allow-private", *args]
    process = subprocess.Popen(
        command,
        cwd=workspace.root,
        env={**os.environ, **NO_MODEL, **model, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(true: Callable[[], bool], process: Process | None = None) -> None:
    """Wait until something is so, for a minute at most, and no longer than `process` lives."""
    for _ in range(3000):
        if true():
            return
        assert process is None or process.poll() is None, process and process.communicate()
        time.sleep(0.02)
    raise AssertionError("it never came to be")


def children(parent: int) -> list[str]:
    """The command lines of the processes that a process has started."""
    found = Path(f"/proc/{parent}/task").glob("*/children")
    lines = (Path(f"/proc/{child}/cmdline") for tasks in found for child in tasks.read_text().split())
    return [line.read_text() for line in lines if line.exists()]


def press_ctrl_c(process: Process) -> None:
    """What a terminal does: all processes of the group are told."""
    os.killpg(process.pid, signal.SIGINT)


def check_whole(workspace: Workspace) -> None:
    """Every sentence of every page has its card, once, and no id is used twice."""
    cards = workspace.cards()
    assert sorted(card["quote"] for card in cards) == sorted(s for page in range(PAGES) for s in sentences(page))
    assert len({card["id"] for card in cards}) == len(cards)


def stored_replies(workspace: Workspace) -> int:
    """How many replies have arrived: they are in the cache before anybody looks at them."""
    path = workspace.root / ".flashgen" / "replies.sqlite"
    if not path.exists():
        return 0
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM replies").fetchone()[0])
        except sqlite3.OperationalError:  # killed before the table was made
            return 0


def test_a_first_ctrl_c_waits_for_the_calls_in_flight(workspace: Workspace, llm: ModelServer, gate: Gate) -> None:
    """No new call begins, the cards of those in flight are kept, the summary is printed; the next build goes on."""
    gate.free = 0
    with building(workspace, "--jobs", "2") as process:
        wait_for(lambda: len(llm.asked) == 2, process)
        press_ctrl_c(process)
        assert process.stderr
        assert "press Ctrl-C again" in process.stderr.readline()
        gate.opened.set()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.startswith("Stopped: ")
    assert "Traceback" not in err
    assert "demo: 6 links" in out
    assert "2 calls" in out
    assert len(llm.asked) == 2
    assert len(workspace.cards()) == 4
    workspace.build()
    check_whole(workspace)
    assert llm.repeated == 0


@pytest.mark.skipif(not list(Path("/proc/self/task").glob("*/children")), reason="needs /proc")
def test_ctrl_c_while_workers_start_is_told_in_a_sentence(workspace: Workspace) -> None:
    """The process that they are copied from still imports: there is no traceback of its own."""
    with building(workspace) as process:
        wait_for(lambda: any("multiprocessing.forkserver" in line for line in children(process.pid)), process)
        time.sleep(0.2)
        press_ctrl_c(process)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "Warning" not in err


def test_a_second_ctrl_c_ends_at_once(workspace: Workspace, llm: ModelServer, gate: Gate) -> None:
    """It does not wait for a model that says nothing. Replies that had arrived are not bought again."""
    gate.free = 2
    with building(workspace, "--jobs", "2", "--json") as process:
        wait_for(lambda: len(llm.asked) == 4 and stored_replies(workspace) == 2, process)
        press_ctrl_c(process)
        assert process.stderr
        assert "press Ctrl-C again" in process.stderr.readline()
        press_ctrl_c(process)
        out, err = process.communicate(timeout=30)  # 2 seconds are promised; a busy machine may be slow
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert not out or "error" in json.loads(out)
    gate.opened.set()
    before = len(llm.asked)
    workspace.build()
    check_whole(workspace)
    assert len(llm.asked) == before + PAGES - 2


@pytest.mark.slow
def test_ctrl_c_ends_the_wait_for_a_busy_server(workspace: Workspace) -> None:
    """A server that wants us back in a minute is no call in flight: nobody waits for that minute."""
    busy = llm_server.fails(429, "slow down", headers={"Retry-After": "60"})
    with (
        llm_server.serving(lambda number, body: busy) as server,
        building(Workspace(workspace.root, server)) as process,
    ):
        wait_for(lambda: len(server.asked) > 0, process)
        press_ctrl_c(process)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    workspace.build()
    check_whole(workspace)


@pytest.mark.slow
def test_killed_at_random_moments(workspace: Workspace, llm: ModelServer, gate: Gate) -> None:
    """After each kill the next build goes on: no card is lost or doubled, no reply that had arrived is bought again,
    and the lock that was left behind holds nobody up."""
    gate.pace = 0.1
    kill_at_random(workspace, llm, 2)


@pytest.mark.slow
def test_killed_at_many_random_moments(tmp_path: Path, workspace: Workspace, llm: ModelServer, gate: Gate) -> None:
    """The same, often."""
    gate.pace = 0.1
    text = (workspace.root / "decks/demo/reading-list.md").read_text()
    for turn in range(4):
        fresh = Workspace(tmp_path / f"turn-{turn}", llm)
        fresh.reading_list(text)
        llm.asked.clear()
        kill_at_random(fresh, llm, 3, seed=turn)


def kill_at_random(workspace: Workspace, llm: ModelServer, times: int, seed: int = 0) -> None:
    chance = random.Random(seed)
    for _ in range(times):
        before, stored = len(llm.asked), stored_replies(workspace)
        with building(workspace, "--jobs", "2") as process:
            wait_for(lambda: len(llm.asked) > before or process.poll() is not None)  # noqa: B023
            time.sleep(chance.uniform(0, 0.2))
            process.kill()
        wait_for(lambda: llm.in_flight == 0)
        assert len(llm.asked) - before <= PAGES - stored
    settled, stored = len(llm.asked), stored_replies(workspace)
    workspace.build()
    check_whole(workspace)
    assert len(llm.asked) - settled == PAGES - stored


def kill_a_build(workspace: Workspace, llm: ModelServer, after: float) -> None:
    """Begin a build, and kill it so many seconds after its first call, unless it is done by then."""
    before = len(llm.asked)
    with building(workspace, "--jobs", "2") as process:
        wait_for(lambda: len(llm.asked) > before or process.poll() is not None)
        time.sleep(after)
        process.kill()
    wait_for(lambda: llm.in_flight == 0)


@pytest.mark.slow
def test_two_builds_at_once(workspace: Workspace, llm: ModelServer, gate: Gate) -> None:
    """The second is told who holds the lock; the first is not harmed, and questions without writing are answered."""
    gate.free = 0
    with building(workspace) as process:
        wait_for(lambda: len(llm.asked) > 0, process)
        second = workspace.run("build", "--allow-private", "--json")
        status = workspace.run("status")
        gate.opened.set()
        _, err = process.communicate(timeout=60)
    assert second.exit_code == 1
    assert json.loads(second.stdout)["error"] in second.stderr
    assert f"process {process.pid}" in second.stderr
    assert "flashgen build" in second.stderr
    assert status.exit_code == 0, status.stderr
    assert process.returncode == 0, err
    check_whole(workspace)
    assert llm.repeated == 0


def test_what_is_owed_does_not_need_the_caches(workspace: Workspace, llm: ModelServer) -> None:
    """Pages that were read and not asked about yet are fetched anew where the cache is gone, unchanged or not."""
    workspace.write("flashgen.toml", "[prices.scripted]\ninput = 1\noutput = 100\n")
    assert workspace.run("build", "--allow-private", "--jobs", "1", "--max-cost", "0.12").exit_code == 4
    assert len(llm.asked) < PAGES
    shutil.rmtree(workspace.root / ".flashgen")
    workspace.build()
    check_whole(workspace)
    assert llm.repeated == 0


def test_the_budget_holds(workspace: Workspace, llm: ModelServer) -> None:
    """The run stops with status 4 before the call that could pass --max-cost; what was paid for is kept and used."""
    workspace.write("flashgen.toml", "[prices.scripted]\ninput = 1\noutput = 100\n")
    run = workspace.run("build", "--allow-private", "--json", "--jobs", "1", "--max-cost", "0.12")
    document = json.loads(run.stdout)
    assert run.exit_code == 4, run.stderr
    assert "could cost" in document["stopped"]
    assert document["stopped"] in run.stderr
    (one,) = document["lists"]
    bought = len(llm.asked)
    assert 0 < bought < PAGES
    assert one["llm"]["calls"] == bought
    assert 0 < one["llm"]["cost_usd"] <= 0.12
    assert one["links"]["pending"] == PAGES - bought
    assert len(workspace.cards()) == 2 * bought
    workspace.build()
    check_whole(workspace)
    assert llm.repeated == 0


PRICED = "[prices.scripted]\ninput = 1\noutput = 100\n"
A_CALL = (100 * 1 + 50 * 100) / 1_000_000
"""US dollars for a call to the scripted model, by these prices and its own count of tokens."""


def two_lists(workspace: Workspace) -> None:
    """The list of the workspace, cut in two."""
    links = (workspace.root / "decks/demo/reading-list.md").read_text().splitlines()[2:]
    workspace.reading_list("# Systems\n\n" + "\n".join(links[:3]) + "\n")
    workspace.reading_list("# More systems\n\n" + "\n".join(links[3:]) + "\n", name="other")


def test_the_budget_holds_with_many_calls_under_way(workspace: Workspace, llm: ModelServer, gate: Gate) -> None:
    """Over two lists, with as many calls at once as there are: what they could cost together never passes the budget,
    what has come is kept, and the next run buys nothing of it again."""
    gate.pace = 0.05
    two_lists(workspace)
    workspace.write("flashgen.toml", PRICED)
    run = workspace.run("build", "--allow-private", "--json", "--jobs", "8", "--max-cost", "0.12")
    document = json.loads(run.stdout)
    assert run.exit_code == 4, run.stderr
    bought = len(llm.asked)
    assert 0 < bought < PAGES
    assert bought * A_CALL <= 0.12
    assert sum(one["llm"]["cost_usd"] for one in document["lists"]) == pytest.approx(bought * A_CALL)
    assert len(workspace.cards()) + len(workspace.cards("other")) == 2 * bought
    assert workspace.run("build", "--allow-private").exit_code == 0
    assert len(llm.asked) == PAGES
    assert llm.repeated == 0


def test_the_month_counts_what_other_lists_and_runs_have_cost(workspace: Workspace, llm: ModelServer) -> None:
    """A month's budget is the workspace's: spent on one list, nothing is left for the other. It is told from the
    ledgers, and from the stored replies where a run was killed before its ledger was written."""
    two_lists(workspace)
    workspace.write("flashgen.toml", f"max_cost_month = 0.12\n{PRICED}")
    first = workspace.run("build", "demo", "--allow-private", "--jobs", "1")
    bought = len(llm.asked)
    assert bought > 0
    left = 0.12 - bought * A_CALL
    workspace.write("flashgen.toml", f"max_cost_month = {0.12 - left + 0.0001}\n{PRICED}")
    for forget in (".flashgen/replies.sqlite", "decks/demo/sources.json"):
        (workspace.root / forget).rename(workspace.root / "away")
        second = workspace.run("build", "other", "--allow-private", "--json")
        assert second.exit_code == 4, (first.stderr, second.stderr)
        assert "max_cost_month" in json.loads(second.stdout)["stopped"]
        shutil.move(workspace.root / "away", workspace.root / forget)
    assert len(llm.asked) == bought


def test_a_budget_needs_a_price(workspace: Workspace, llm: ModelServer) -> None:
    """With a limit and a model whose price nobody knows, nothing is asked; without one, tokens are counted and it is
    said that the cost is unknown."""
    run = workspace.run("build", "--allow-private", "--json", "--max-cost", "5")
    assert run.exit_code == 4
    assert '[prices."scripted"]' in json.loads(run.stdout)["stopped"]
    assert len(llm.asked) == 0
    free = workspace.run("build", "--allow-private")
    assert "cost unknown (no price set)" in free.stdout
    check_whole(workspace)
