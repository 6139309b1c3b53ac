"""Batch jobs: half the price, and nothing asked twice or lost, whatever happens between sending and collecting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import llm_server
import pytest
import website
from llm_server import ModelServer, cards_from
from test_build import CACHES, QUEUES
from website import Site
from workspaces import Workspace

from flashgen.llm.batch_api import portions
from flashgen.llm.waiting import Job, Waiting

PRICE = "[prices.scripted]\ninput = 10.0\noutput = 30.0\n"


@pytest.fixture
def web() -> Iterator[Site]:
    """A site with two articles."""
    with website.serving() as running:
        running.put("/caches", "Caches", *CACHES)
        running.put("/queues", "Queues", *QUEUES)
        yield running


@pytest.fixture
def llm() -> Iterator[ModelServer]:
    """A model server with a Batch API."""
    with llm_server.serving(lambda number, body: cards_from(body)) as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path, web: Site, llm: ModelServer) -> Workspace:
    """A workspace with two links, and a price for the model."""
    made = Workspace(tmp_path, llm)
    made.reading_list(f"# Systems\n\n[Caches]({web.url}/caches)\n\n[Queues]({web.url}/queues)\n")
    made.write("flashgen.toml", PRICE)
    return made


def finish(llm: ModelServer, status: str = "completed") -> None:
    llm.batches.finish(lambda number, body: cards_from(body), status)


def test_a_batch_gives_the_cards_of_a_build(workspace: Workspace, llm: ModelServer) -> None:
    """Questions go off as one job, and the build after it makes the cards, without one live call, at half the price."""
    sent = workspace.build("--batch")
    assert (sent["cards"]["new"], sent["llm"]["calls"], len(llm.batches.jobs)) == (0, 0, 1)
    assert sent["links"]["pending"] == 2
    finish(llm)
    made = workspace.build()
    assert made["cards"]["new"] == len(CACHES) + len(QUEUES)
    assert (made["llm"]["calls"], len(llm.asked)) == (2, 0)
    assert made["llm"]["cost_usd"] == pytest.approx(2 * (100 * 10 + 50 * 30) / 1e6 / 2)
    (spend,) = workspace.ledger()["spend"].values()
    assert spend["usd"] == pytest.approx(made["llm"]["cost_usd"])
    assert workspace.run("batch").stdout.startswith("No batch job")


def test_what_waits_is_not_asked_again(workspace: Workspace, llm: ModelServer) -> None:
    """While a job is under way, neither a second --batch nor a plain build asks its questions."""
    workspace.build("--batch")
    for options in (["--batch"], []):
        again = workspace.build(*options)
        assert (again["links"]["pending"], again["cards"]["new"]) == (2, 0)
    assert (len(llm.asked), len(llm.batches.jobs)) == (0, 1)
    assert "waits in a batch job" in again["problems"][0]["reason"]


def test_a_job_made_just_before_a_crash_is_found_again(workspace: Workspace, llm: ModelServer) -> None:
    """The answer to the sending is lost: the job is found by its mark, and not sent twice."""
    llm.batches.lost = True
    workspace.run("build", "--allow-private", "--batch")
    llm.batches.lost = False
    workspace.build("--batch")
    assert len(llm.batches.jobs) == 1
    finish(llm)
    assert workspace.build()["cards"]["new"] == len(CACHES) + len(QUEUES)


def test_what_a_job_did_not_answer_is_asked_again(workspace: Workspace, llm: ModelServer) -> None:
    """A question that failed in the job is asked at the next build; the answered ones are kept."""
    workspace.build("--batch")
    llm.batches.unable = frozenset({1})
    finish(llm, "expired")
    made = workspace.build()
    assert (made["cards"]["new"], len(llm.asked)) == (len(CACHES) + len(QUEUES), 1)


def test_jobs_are_shown_collected_and_cancelled(workspace: Workspace, llm: ModelServer) -> None:
    """`flashgen batch` tells how jobs stand; `collect` fetches without building; `cancel` names what it stopped."""
    workspace.build("--batch")
    (shown,) = json.loads(workspace.run("batch", "--json").stdout)
    assert (shown["batch"], shown["questions"], shown["state"]) == ("batch_1", 2, "in_progress")
    assert workspace.run("batch", "cancel", "batch_9").exit_code == 2
    assert "batch_1" in workspace.run("batch", "cancel").stdout
    (collected,) = json.loads(workspace.run("batch", "collect", "--json").stdout)
    assert (collected["state"], collected["answers"], collected["failed"]) == ("cancelled", 0, 2)
    assert json.loads(workspace.run("batch", "--json").stdout) == []
    assert workspace.build()["cards"]["new"] == len(CACHES) + len(QUEUES)


def test_the_budget_holds_for_jobs_too(workspace: Workspace, llm: ModelServer) -> None:
    """The job has what max_cost surely covers, counted at half the price; the rest waits, with exit status 4."""
    result = workspace.run("build", "--allow-private", "--batch", "--max-cost", "0.0001")
    assert (result.exit_code, len(llm.batches.jobs)) == (4, 0)
    workspace.build("--batch")
    (both,) = json.loads(workspace.run("batch", "--json").stdout)
    workspace.run("batch", "cancel")
    room = str(0.75 * both["at_most_usd"])
    result = workspace.run("build", "--allow-private", "--batch", "--max-cost", room)
    (shown,) = json.loads(workspace.run("batch", "--json").stdout)
    assert (result.exit_code, both["questions"], shown["questions"]) == (4, 2, 1)
    assert shown["at_most_usd"] <= float(room)
    assert not llm.asked


def test_the_embedded_model_has_no_batches(workspace: Workspace) -> None:
    """One clear sentence where --batch can't be meant."""
    result = workspace.run("build", "--allow-private", "--batch", "--llm", "local")
    assert result.exit_code == 2
    assert "Batch API" in result.stderr


def test_jobs_are_kept_small_enough() -> None:
    """A job has at most 50,000 questions; the rest goes into another."""
    sizes = [len(job) for job in portions((str(n), b"x") for n in range(100_001))]
    assert sizes == [50_000, 50_000, 1]


def test_a_job_that_was_never_sent_is_forgotten(tmp_path: Path) -> None:
    """Questions of a job that ended are free to be asked again."""
    waiting = Waiting(tmp_path / "batches.sqlite")
    assert (waiting.jobs(), waiting.holds("a")) == ([], False)
    waiting.begin(Job("m", "http://x/v1", "model", created=1), [("a", 0.5), ("b", 0.25)])
    assert waiting.holds("a")
    assert waiting.jobs() == [Job("m", "http://x/v1", "model", "", 1, 2, 0.75)]
    waiting.answered(["a"])
    waiting.sent("m", "batch_1")
    assert (waiting.holds("a"), waiting.jobs()[0].batch) == (False, "batch_1")
    waiting.end("m")
    assert (waiting.jobs(), waiting.holds("b")) == ([], False)
    waiting.close()
