"""Dead links: the archived copy stands in, nothing of it is retired, and `status` says what could be done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llm_server
import proxied_web
import pytest
from llm_server import ModelServer
from proxied_web import ProxiedWeb
from website import Answer, page
from workspaces import Workspace

from flashgen.advice import advice
from flashgen.ledger import LinkRecord, LinkState

TIDES = "http://sea.example/tides"
ROCKS = "https://stone.example/rocks"
LOST = "https://lost.example/winds"
COPY = "https://web.archive.org/web/20190304050607id_/"
TEXT = (
    "The tide rises and falls twice a day, because the earth turns under two bulges of water.",
    "A spring tide comes when sun and moon pull along one line, at new moon and at full moon.",
    "A neap tide comes a week later, when sun and moon pull at a right angle to each other.",
)
STONE = (
    "Granite cools slowly and deep below the ground, which gives its crystals time to grow large.",
    "Basalt cools fast at the surface, so that its crystals stay too small to be seen by eye.",
)


@pytest.fixture
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxiedWeb]:
    """Two articles that live, and an archive."""
    with proxied_web.serving(tmp_path_factory.mktemp("web")) as running:
        running.pages[TIDES] = Answer(page("Tides", *TEXT))
        running.pages[ROCKS] = Answer(page("Rocks", *STONE))
        running.pages["https://web.archive.org/"] = Answer("the archive")
        yield running


@pytest.fixture
def llm() -> Iterator[ModelServer]:
    """The scripted model."""
    with llm_server.serving(lambda number, body: llm_server.cards_from(body)) as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path, llm: ModelServer) -> Workspace:
    """A list of two links."""
    made = Workspace(tmp_path, llm)
    made.reading_list(f"# Earth\n\n{TIDES}\n\n{ROCKS}\n")
    return made


def archive(web: ProxiedWeb, url: str, *text: str) -> str:
    """Put a copy of `url` into the archive, which redirects to its latest one; the copy's address."""
    web.pages[f"https://web.archive.org/web/2id_/{url}"] = Answer(status=302, headers={"Location": f"{COPY}{url}"})
    web.pages[f"{COPY}{url}"] = Answer(page("Tides", *text))
    return f"{COPY}{url}"


def ran(workspace: Workspace, web: ProxiedWeb, *args: str) -> Any:
    """The JSON of a command that goes through the proxy and ends well."""
    result = workspace.run(*args, "--json", env=web.env)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def told(card: dict[str, Any]) -> tuple[str, ...]:
    """What a card says and whether it is in use."""
    return card["id"], card["question"], card["answer"], card["status"]


def row(workspace: Workspace, web: ProxiedWeb, url: str) -> dict[str, Any]:
    """What `status` says of a link."""
    (only,) = ran(workspace, web, "status")
    return next(dict(link) for link in only["links"] if link["url"] == url)


def test_cards_of_a_page_that_died_are_kept_by_its_archived_copy(workspace: Workspace, web: ProxiedWeb) -> None:
    """410 for a page that the archive has: no call is made, no card is retired whose sentence the copy holds, and the
    other one waits for a yes; the notes open the copy, and `status` says what to do. All that is forgotten when the
    page is back."""
    ran(workspace, web, "build")
    before = workspace.cards()
    copy = archive(web, TIDES, *TEXT[1:])
    web.pages[TIDES] = Answer("gone", 410)
    (after,) = ran(workspace, web, "refresh")["lists"]
    assert (after["cards"]["retired"], after["cards"]["kept"], after["llm"]["calls"]) == (0, len(before), 0)
    waiting = workspace.ledger()["links"][TIDES]["retiring"]
    assert [card["quote"] for card in before if card["id"] in waiting] == [TEXT[0]]
    assert [told(card) for card in workspace.cards()] == [told(card) for card in before]
    seen = row(workspace, web, TIDES)
    assert seen["state"] == "carded"
    assert copy in seen["reason"]
    assert copy in seen["suggestion"]
    human = workspace.run("status", env=web.env).stdout
    assert "gone for good (410)" in human
    assert f"→ put a page that took its place in the list, or the archived copy itself: {copy}" in human
    assert workspace.ledger()["links"][TIDES]["archived"] == copy
    web.pages[TIDES] = Answer(page("Tides", *TEXT))
    ran(workspace, web, "refresh")
    seen = row(workspace, web, TIDES)
    assert (seen["state"], seen["reason"], seen["suggestion"]) == ("carded", "", "")


def test_an_archive_that_is_down_retires_nothing_that_it_kept(workspace: Workspace, web: ProxiedWeb) -> None:
    """A link that an archived copy stood in for isn't gone because the archive doesn't answer today."""
    ran(workspace, web, "build")
    archive(web, TIDES, *TEXT)
    web.pages[TIDES] = Answer("gone", 410)
    ran(workspace, web, "refresh")
    web.pages[f"https://web.archive.org/web/2id_/{TIDES}"] = Answer("maintenance", 403)
    (after,) = ran(workspace, web, "refresh")["lists"]
    assert after["cards"]["retired"] == 0
    assert {card["status"] for card in workspace.cards()} == {"active"}
    assert "its archived copy can't be had at the moment" in row(workspace, web, TIDES)["reason"]


def test_a_link_that_was_dead_from_the_start_is_read_from_the_archive(workspace: Workspace, web: ProxiedWeb) -> None:
    """A lost host with an archived copy gives cards; links and pictures in it are those of the page itself."""
    workspace.reading_list(f"# Earth\n\n{LOST}\n\n{ROCKS}\n")
    archive(
        web, LOST, *TEXT, "See <a href='/more'>more of it</a>, and the <a href='charts.html'>charts</a> of that week."
    )
    (result,) = ran(workspace, web, "build")["lists"]
    assert result["links"]["ok"] == 2
    assert result["links"]["failed"] == 0
    assert any(card["source"] == LOST for card in workspace.cards())
    seen = row(workspace, web, LOST)
    assert (seen["state"], seen["cards"] > 0) == ("carded", True)
    assert "may be gone" in seen["reason"]
    assert "archived copy" in seen["suggestion"]


def test_a_dead_link_without_a_copy_is_listed_with_what_to_do(workspace: Workspace, web: ProxiedWeb) -> None:
    """404 and no copy: failed, its cards stay, and `status` says what to do; so does a page that has moved."""
    ran(workspace, web, "build")
    web.pages[TIDES] = Answer("no", 404)
    web.pages[ROCKS] = Answer(status=301, headers={"Location": "https://stone.example/geology/rocks"})
    web.pages["https://stone.example/geology/rocks"] = Answer(page("Rocks", *STONE))
    (after,) = ran(workspace, web, "refresh")["lists"]
    assert after["cards"]["retired"] == 0
    seen = row(workspace, web, TIDES)
    assert seen["state"] == "failed"
    assert "look for where it went" in seen["suggestion"]
    moved = row(workspace, web, ROCKS)
    assert (moved["state"], moved["suggestion"]) == (
        "carded",
        "put its new address in the list: https://stone.example/geology/rocks",
    )
    human = workspace.run("status", env=web.env).stdout
    assert f"moved   {ROCKS}: put its new address in the list" in human


def test_wayback_false_asks_no_archive(workspace: Workspace, web: ProxiedWeb) -> None:
    """Whoever turns it off is obeyed: the archive isn't asked, and the cards of a page that is gone are retired."""
    workspace.write("flashgen.toml", "wayback = false\n")
    ran(workspace, web, "build")
    archive(web, TIDES, *TEXT)
    web.pages[TIDES] = Answer("gone", 410)
    ran(workspace, web, "refresh", "--yes")
    assert not any("web.archive.org" in url for url in web.asked)
    assert row(workspace, web, TIDES)["state"] == "gone"
    assert {card["status"] for card in workspace.cards() if card["source"] == TIDES} == {"retired"}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (LinkRecord("https://a.example/", state=LinkState.CARDED, final_url="https://www.a.example/"), ""),
        (LinkRecord("http://a.example/x/", state=LinkState.CARDED, final_url="https://a.example/x"), ""),
        (LinkRecord("https://a.example/x", state=LinkState.EMPTY, final_url="https://b.example/x"), "new address"),
        (LinkRecord("https://a.example/x", kind="arxiv", state=LinkState.CARDED, final_url="https://b.example/x"), ""),
        (LinkRecord("https://a.example/x", state=LinkState.SKIPPED, reason="a shop's page"), ""),
        (LinkRecord("http://10.0.0.1/", state=LinkState.REFUSED), "correct the address"),
        (LinkRecord("https://a.example/x", state=LinkState.GONE, dead=True), "remove it"),
        (LinkRecord("https://a.example/x", state=LinkState.FAILED, dead=True), "look for where it went"),
        (
            LinkRecord("https://a.example/x", state=LinkState.FAILED, reason="(403): save the page by hand"),
            "open it in",
        ),
        (LinkRecord("https://a.example/x", state=LinkState.FAILED, failures=1), "asked again by itself"),
        (LinkRecord("https://a.example/x", state=LinkState.FAILED, failures=4), "failed 4 times"),
    ],
)
def test_what_to_do_about_a_link(record: LinkRecord, said: str) -> None:
    """Each state has its sentence, and a link that is read where it stands has none."""
    assert said in advice(record)
    assert bool(said) == bool(advice(record))
