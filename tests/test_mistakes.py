"""What people get wrong, and what breaks: one clear sentence that says what to do, and nothing is lost."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
import yaml
from llm_server import Answer, ModelServer
from website import Site
from workspaces import NO_MODEL, Workspace

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "mistakes.yaml").read_text(encoding="utf-8"))

SENTENCES = (
    "A write-through cache writes every change to the store before it answers, so that no write is lost in a crash.",
    "A write-behind cache answers first and writes to the store later, which loses recent writes when it dies.",
    "Eviction by least recent use drops the entry that was read the longest time ago, in constant time with a list.",
)


MORE = "A queue that is full makes its producers wait, and this is what people call backpressure in a system."


@pytest.fixture
def llm() -> Iterator[ModelServer]:
    """A model that makes one honest card of each sentence."""
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as running:
        yield running


@pytest.fixture
def web() -> Iterator[Site]:
    """A site with one article."""
    with website.serving() as running:
        running.put("/caches", "Caches", *SENTENCES)
        yield running


@pytest.fixture
def workspace(tmp_path: Path, llm: ModelServer, web: Site) -> Workspace:
    """A list with one link that gives three cards."""
    made = Workspace(tmp_path / "space", llm)
    made.reading_list(f"# Systems\n\n## Caching\n\n<{web.url}/caches>\n")
    return made


def told(workspace: Workspace, *args: str, status: int = 1) -> str:
    """What a command says that fails with this exit status: one sentence on stderr, and with --json the same as JSON.

    What the person has in decks/ is as it was.
    """
    before = files(workspace)
    plain, as_json = workspace.run(*args), workspace.run(*args, "--json")
    assert (plain.exit_code, as_json.exit_code) == (status, status), plain.stderr + as_json.stderr
    assert "Traceback" not in plain.output + as_json.output
    *usage, line = plain.stderr.splitlines()
    assert not usage or usage[0].startswith("Usage: "), plain.stderr
    assert line.startswith("Error: ")
    assert json.loads(as_json.stdout)["error"] == line.removeprefix("Error: ")
    assert files(workspace) == before
    return line


def files(workspace: Workspace) -> dict[str, bytes]:
    """Everything under decks/."""
    return {str(path): path.read_bytes() for path in workspace.root.glob("decks/**/*") if path.is_file()}


def add_link(workspace: Workspace, web: Site) -> None:
    """A second article for the list, good for one card."""
    path = workspace.root / "decks/demo/reading-list.md"
    link = web.put("/queues", "Queues", MORE)
    path.write_text(f"{path.read_text(encoding='utf-8')}\n<{link}>\n", encoding="utf-8")


def check_whole(workspace: Workspace, llm: ModelServer) -> None:
    """A build ends well, with a card for each sentence, and nothing was ever asked twice."""
    workspace.build()
    assert sorted(card["quote"] for card in workspace.cards()) == sorted(SENTENCES)
    assert llm.repeated == 0


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_mistake_is_told(case: dict[str, Any], workspace: Workspace, llm: ModelServer) -> None:
    """The sentence names what is wrong and what to do, the exit status says whose fault it is, nobody is asked."""
    for name, content in case.get("files", {}).items():
        path = workspace.write(name, content if isinstance(content, str) else "")
        if isinstance(content, bytes):
            path.write_bytes(content)
    for name in case.get("folders", ()):
        (workspace.root / name).mkdir(parents=True)
    said = told(workspace, *case["run"].split(), status=case["status"])
    for words in case["says"]:
        assert words in said
    assert llm.asked == []


# --- files that people edit ---------------------------------------------------------------------


@pytest.mark.parametrize("command", ["build", "status", "lint"])
def test_a_broken_card_file_is_named_with_its_line(command: str, workspace: Workspace, llm: ModelServer) -> None:
    """YAML that can't be read stops the command, and is left as the person wrote it."""
    workspace.build()
    (path,) = (workspace.root / "decks/demo/cards").glob("*.yaml")
    good = path.read_text(encoding="utf-8")
    lines = good.splitlines()
    number = next(n for n, line in enumerate(lines, 1) if "question:" in line)
    lines[number - 1] = "    question: 'a quote that nobody closes"
    path.write_text("\n".join(lines), encoding="utf-8")
    said = told(workspace, command, *([str(path)] if command == "lint" else []))
    assert str(path) in said
    assert (line := re.search(r"line (\d+)", said))
    assert int(line[1]) >= number
    path.write_text(good, encoding="utf-8")
    check_whole(workspace, llm)


def test_a_card_without_what_it_needs_is_named(workspace: Workspace) -> None:
    """YAML that is valid and no card is told by file and line too."""
    workspace.build()
    (path,) = (workspace.root / "decks/demo/cards").glob("*.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("status: active", "status: activ", 1), encoding="utf-8")
    said = told(workspace, "build")
    assert str(path) in said
    assert "activ" in said
    assert re.search(r"line \d+", said)


def test_cards_that_are_gone_all_at_once_are_asked_about(workspace: Workspace, llm: ModelServer) -> None:
    """A card file that is lost stops the run: the person says whether it was meant."""
    workspace.build()
    (path,) = (workspace.root / "decks/demo/cards").glob("*.yaml")
    good = path.read_text(encoding="utf-8")
    path.unlink()
    said = told(workspace, "build", status=2)
    assert "--yes" in said
    assert "backup" in said
    path.write_text(good, encoding="utf-8")
    check_whole(workspace, llm)


def test_a_card_file_that_is_broken_while_a_build_runs(workspace: Workspace, web: Site) -> None:
    """The build ends with the file's name and line; what it bought is in the decks once the file is mended."""
    workspace.build()
    (path,) = (workspace.root / "decks/demo/cards").glob("*.yaml")
    good = path.read_text(encoding="utf-8")

    def breaking(number: int, body: Mapping[str, Any]) -> Answer:
        path.write_text(good + "- 'broken\n", encoding="utf-8")
        return llm_server.cards_from(body)

    add_link(workspace, web)
    with llm_server.serving(breaking) as server:
        run = Workspace(workspace.root, server).run("build", "--allow-private")
    assert run.exit_code == 1
    assert "Traceback" not in run.stderr
    assert re.search(rf"{path}, line \d+", run.stderr)
    path.write_text(good, encoding="utf-8")
    assert workspace.build()["llm"]["calls"] == 0
    assert sorted(card["quote"] for card in workspace.cards()) == sorted([*SENTENCES, MORE])


# --- the model ----------------------------------------------------------------------------------


def test_no_model_at_all(workspace: Workspace) -> None:
    """Where there is neither a key nor an embedded model, both ways to one are named, with what to type."""
    bare = "import sys; sys.modules['xllamacpp'] = None; from flashgen.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", bare, "build"],
        cwd=workspace.root,
        env={**os.environ, **NO_MODEL, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("Error: no language model")
    assert len(run.stderr.splitlines()) == 1
    for way in ("flashgen[local]", "OPENAI_API_KEY", "--llm http"):
        assert way in run.stderr


def test_no_key(workspace: Workspace, llm: ModelServer) -> None:
    """Asked for OpenAI without a key: what to set, and how to name another server."""
    said = told(Workspace(workspace.root), "build", "--llm", "openai")
    assert "OPENAI_API_KEY" in said
    assert "--llm http" in said
    check_whole(workspace, llm)


def nobody() -> str:
    """The address of a server that is not running."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


def stopped(workspace: Workspace, url: str) -> str:
    """What a build says that comes as far as a model server that is of no use; its summary is printed all the same."""
    plain = workspace.run("build", "--allow-private", "--llm", url)
    as_json = workspace.run("build", "--allow-private", "--llm", url, "--json")
    assert (plain.exit_code, as_json.exit_code) == (1, 1)
    assert "demo: 1 link" in plain.stdout
    (line,) = plain.stderr.splitlines()
    document = json.loads(as_json.stdout)
    assert line == f"Error: {document['error']}" == as_json.stderr.strip()
    assert document["lists"][0]["links"]["pending"] == 1
    assert workspace.cards() == []
    return line


def test_a_model_server_that_is_down(workspace: Workspace, llm: ModelServer) -> None:
    """The address is named; when a server is there, the next build goes on."""
    url = nobody()
    said = stopped(workspace, url)
    assert url in said
    assert "is the server running" in said
    check_whole(workspace, llm)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (llm_server.fails(401, "Incorrect API key provided"), "another key"),
        (Answer(b"<!doctype html><title>Welcome</title>", headers={"Content-Type": "text/html"}), "/v1"),
        (llm_server.fails(404, "no such model"), "--model"),
        (llm_server.fails(429, "You exceeded your quota", code="insufficient_quota"), "no credit"),
    ],
    ids=["refuses the key", "is a web page", "has no such model", "wants money"],
)
def test_a_model_server_that_refuses(answer: Answer, words: str, workspace: Workspace, llm: ModelServer) -> None:
    """What the server said, and what to change; with a server that answers, the next build goes on."""
    with llm_server.serving(lambda number, body: answer) as refusing:
        said = stopped(Workspace(workspace.root, refusing), "openai")
        assert len(refusing.asked) == 2  # once in each run
    assert refusing.url in said
    assert words in said
    check_whole(workspace, llm)


# --- disks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".flashgen", "build", "decks/demo/cards", "decks/demo/sources.json"])
def test_a_place_that_cannot_be_written(name: str, workspace: Workspace, llm: ModelServer) -> None:
    """A file stands where a folder should be, or a folder where a file should: the path is named."""
    path = workspace.root / name
    if path.suffix:
        path.mkdir()
    else:
        path.write_text("in the way", encoding="utf-8")
    run = workspace.run("build", "--allow-private", "--json")
    assert run.exit_code == 1
    (line,) = run.stderr.splitlines()
    assert line == f"Error: {json.loads(run.stdout)['error']}"
    assert name in line
    path.rmdir() if path.is_dir() else path.unlink()
    check_whole(workspace, llm)


LIMITED = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({0}, {0})); from flashgen.cli import main; main()"


@pytest.mark.skipif(os.name == "nt", reason="needs resource limits")
@pytest.mark.parametrize("room", [0, *(pytest.param(room, marks=pytest.mark.slow) for room in (6_000, 40_000))])
def test_a_full_disk(room: int, workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """No file may grow beyond some bytes: cards and decks stay as they were, and with room the next build goes on."""
    workspace.build()
    add_link(workspace, web)
    cards, deck = workspace.cards(), workspace.root / "build" / "demo.apkg"
    packed = deck.read_bytes()
    run = subprocess.run(
        [sys.executable, "-c", LIMITED.format(room), "build", "--allow-private", "--jobs", "1"],
        cwd=workspace.root,
        env={**os.environ, **NO_MODEL, "OPENAI_BASE_URL": llm.url, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1, run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.splitlines()[-1].startswith("Error: ")
    assert not room or run.stdout.startswith("demo: 2 links")  # without any room, no run begins
    assert workspace.cards()[: len(cards)] == cards
    assert workspace.ledger()["links"]
    assert deck.read_bytes() == packed
    stored = len(workspace.cards()) > len(cards)
    assert workspace.build()["llm"]["calls"] <= (0 if stored else 1)  # one reply had no place to be put
    assert sorted(card["quote"] for card in workspace.cards()) == sorted([*SENTENCES, MORE])


# --- what is no mistake of the tool's -----------------------------------------------------------


def test_strict_prints_its_json(workspace: Workspace, web: Site) -> None:
    """Exit status 3 comes with the whole document, and the link that failed is named."""
    web.pages["/caches"] = website.Answer("no", 404)
    run = workspace.run("build", "--allow-private", "--strict", "--json")
    assert run.exit_code == 3
    (one,) = json.loads(run.stdout)["lists"]
    assert one["problems"][0]["url"] == f"{web.url}/caches"
