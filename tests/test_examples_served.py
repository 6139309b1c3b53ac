"""The examples of the documents that need more than a web and a model: each against the real part, or our own server of
its protocol. `test_examples` runs the others."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import llm_server
import pytest
from test_examples import ALL, NEEDS, built  # noqa: F401 (a fixture)
from workspaces import Workspace

from flashgen.store.cards import CardFiles, Change
from flashgen.types import Proposal

pytest.importorskip("anki.collection")

import sync_server
from ankiconnect_server import AnkiConnectServer
from llm_server import cards_from
from real_anki import RealAnki

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
MODELS = {"local", "openai#gpt-5-mini"}
"""What test_llm_local runs: it has the weights' own conditions."""
SERVED = sorted(
    {example.words for example in ALL if set(NEEDS) & set(example.words) and not MODELS & set(example.words)}
)
OPENED = [words for words in SERVED if words[0] == "review"]
AFTER = {
    ("batch",): ("build --batch",),
    ("batch", "cancel"): ("build --batch",),
}
"""What a reader has typed before."""


@pytest.fixture
def home(built: tuple[Workspace, str], tmp_path: Path) -> Workspace:  # noqa: F811
    """A built workspace of one's own, with a draft of one's own."""
    made, _ = built
    root = shutil.copytree(made.root, tmp_path / "workspace")
    shutil.copytree(ROOT / "prompts", root / "drafts")
    return Workspace(root, made.llm)


@pytest.fixture
def anki(home: Workspace, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A running Anki with the deck and a card that is often forgotten, behind AnkiConnect; what the environment says of
    it."""
    with RealAnki(tmp_path / "anki") as mine, AnkiConnectServer(mine).serving() as url:
        mine.take(home.root / "build" / "first.apkg")
        (guid, *_) = [card["id"] for card in home.cards("first") if card["status"] == "active"]
        for _ in range(9):
            mine.answer(guid, 1)
        settings = (home.root / "flashgen.toml").read_text()
        home.write("flashgen.toml", settings.replace("collection = 'off'", f'url = "{url}"'))
        yield {"FLASHGEN_ANKI_COLLECTION": "auto"}


@pytest.mark.parametrize("words", [words for words in SERVED if words not in OPENED], ids=" ".join)
def test_an_example_runs(
    words: tuple[str, ...],
    home: Workspace,
    anki: Mapping[str, str],
    built: tuple[Workspace, str],  # noqa: F811
    tmp_path: Path,
) -> None:
    """It ends well, with the addresses of real servers in the place of those in the documents."""
    env = {**anki, "FLASHGEN_SYNC_PASSWORD": sync_server.PASSWORD}
    env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    with ExitStack() as stack:
        known = {"URL": built[1]}
        if "--sync-server" in words:
            known |= dict.fromkeys(["URL", "https://sync.example.org/"], stack.enter_context(synced(home, tmp_path)))
        if "--dask" in words:
            known["tcp://scheduler:8786"] = stack.enter_context(cluster())
        if "http://localhost:11434/v1" in words:
            llm = stack.enter_context(llm_server.serving(lambda n, body: cards_from(body)))
            known["http://localhost:11434/v1"] = llm.url
        if "ID" in words:
            known["ID"] = proposed(home)
        for before in AFTER.get(words, ()):
            assert home.run(*before.split(), env=env).exit_code == 0
        result = home.run(*(known.get(word, word) for word in words), env=env)
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize("words", OPENED, ids=" ".join)
def test_a_review_is_opened_and_closed(words: tuple[str, ...], home: Workspace, tmp_path: Path) -> None:
    """The page answers at the address that is printed, and opens in the browser but for --no-browser; Ctrl-C ends it.
    The port is any that is free."""
    import httpx

    seen = tmp_path / "opened"
    browser = f"{sys.executable} -c \"import sys; open('{seen}', 'w').write(sys.argv[1])\" %s"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "BROWSER": browser, "FLASHGEN_EMBEDDINGS": "off"}
    with subprocess.Popen(
        [sys.executable, "-m", "flashgen", *(word.replace("8321", "0") for word in words)],
        cwd=home.root,
        env=env,
        stdout=-1,
        stderr=-1,
        text=True,
    ) as run:
        assert run.stdout
        address = run.stdout.readline().strip()
        with httpx.Client(follow_redirects=True, timeout=60, transport=httpx.HTTPTransport(retries=8)) as client:
            assert "Review" in client.get(address).text
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=60)
    assert (run.returncode, told.count("\n")) == (0, 1)
    assert seen.exists() is ("--no-browser" not in words)
    assert "--no-browser" in words or seen.read_text() == address


def proposed(home: Workspace) -> str:
    """The id of a card for which other words are proposed now."""
    files = CardFiles(home.root / "decks/first/cards")
    topic, (card, *_) = files.read_file(next(iter(files.paths())))
    files.upsert(topic, [Change(replace(card, proposal=Proposal("Better?", "Yes.", card.quote, "forgotten often")))])
    return card.id


@contextmanager
def synced(home: Workspace, folder: Path) -> Iterator[str]:
    """The address of Anki's own sync server, with the collection of the deck on it."""
    with sync_server.serving(folder / "server") as url:
        with sync_server.Phone(folder / "phone") as phone:
            phone.take(home.root / "build" / "first.apkg")
            phone.sync(url, upload=True)
        yield url


@contextmanager
def cluster() -> Iterator[str]:
    """The scheduler's address of a Dask cluster of one worker on this machine."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as made:
        yield str(made.scheduler_address)
