"""Who gets nothing: wrong tokens, other names of this machine, other sites; and the command that serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from reviewing import TOKEN, reviewing
from workspaces import Workspace

CARDS = """version: 1
topic: [Caches]
cards:
- id: aaaaaaaaaaaaaaaa
  question: What does a cache keep?
  answer: Copies.
  status: draft
  made: {question: x}
"""


PATHS = ["/", "/aside?list=demo&id=aaaaaaaaaaaaaaaa", "/open/wrong", "/open/", "/static/review.js"]
HOSTS = ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}", ""]


def workspace(root: Path) -> Workspace:
    """A workspace with one card."""
    made = Workspace(root)
    made.reading_list("# Caches\n\n- https://a.example/\n")
    made.write("decks/demo/cards/caches.yaml", CARDS)
    return made


@pytest.fixture(scope="module")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running review page."""
    root = tmp_path_factory.mktemp("review")
    workspace(root)
    with reviewing(root) as address:
        yield address


@pytest.fixture
def base(opening: str) -> str:
    """The address without the token."""
    return opening.partition("/open/")[0]


def test_the_address_with_the_token_opens_the_page(opening: str, base: str) -> None:
    """The token becomes a cookie that scripts can't read and other sites don't send; the page then shows the card."""
    with httpx.Client() as client:
        answer = client.get(opening)
        assert answer.status_code == 303
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=strict" in answer.headers["set-cookie"]
        page = client.get(base + "/")
    assert "What does a cache keep?" in page.text
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_there_is_nothing(base: str, path: str) -> None:
    """No page, no word that there is one."""
    for cookies in ({}, {f"flashgen-{base.rpartition(':')[2]}": "wrong"}):
        answer = httpx.get(base + path, cookies=cookies)
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("host", HOSTS)
def test_under_another_name_there_is_nothing(base: str, host: str) -> None:
    """A name that was bent to this machine (DNS rebinding) gets nothing, token or not."""
    port = base.rpartition(":")[2]
    headers = {"Host": host.format(port=port), "Cookie": f"flashgen-{port}={TOKEN}"}
    for path in ("/", f"/open/{TOKEN}"):
        answer = httpx.get(base + path, headers=headers)
        assert answer.status_code in (400, 404)
        assert b"cache" not in answer.content


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "{base}", "Content-Type": "application/json"}, 400),
        ({"Origin": "https://evil.example", "Content-Type": "application/json"}, 403),
        ({"Origin": "null", "Content-Type": "application/json"}, 403),
        ({"Content-Type": "application/json"}, 403),
        ({"Origin": "{base}", "Content-Type": "text/plain"}, 403),
        ({"Origin": "{base}", "Content-Type": "application/x-www-form-urlencoded"}, 403),
    ],
)
def test_only_our_own_page_writes(base: str, headers: dict[str, str], status: int) -> None:
    """Another site's form or script changes nothing, even if the browser sent the cookie along."""
    cookies = {f"flashgen-{base.rpartition(':')[2]}": TOKEN}
    sent = {name: value.format(base=base) for name, value in headers.items()}
    answer = httpx.post(base + "/decide", content=b"{}", headers=sent, cookies=cookies)
    assert answer.status_code == status


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_address_and_ends_at_ctrl_c(tmp_path: Path, end: signal.Signals) -> None:
    """`flashgen review --no-browser` says where it is on stdout; Ctrl-C is its ordinary end, as is SIGTERM: its workers
    end with it, and nothing is complained of."""
    made = workspace(tmp_path)
    made.reading_list("# Caches\n\n- [Caches](caches.html)\n")
    made.write(
        "decks/demo/caches.html", f"<title>Caches</title><article>{'<p>A cache keeps copies.</p>' * 30}</article>"
    )
    made.write("decks/demo/cards/caches.yaml", CARDS.replace("status:", "source: caches.html\n  status:"))
    command = [sys.executable, "-m", "flashgen", "review", "--no-browser"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=-1, stderr=-1, text=True) as run:
        assert run.stdout
        address = run.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with httpx.Client(follow_redirects=True, timeout=60, transport=httpx.HTTPTransport(retries=8)) as client:
            assert client.get(address).status_code == 200
            beside = client.get(f"{address.partition('/open')[0]}/aside?list=demo&id=aaaaaaaaaaaaaaaa")
            assert "A cache keeps copies." in beside.text
        run.send_signal(end)
        _, told = run.communicate(timeout=60)
    assert run.returncode == 0
    assert told.splitlines() == ["Judge cards in the browser; Ctrl-C ends it."]


def test_a_port_in_use_is_one_sentence(base: str, tmp_path: Path) -> None:
    """The person is told to choose another."""
    result = workspace(tmp_path).run("review", "--no-browser", "--port", base.rpartition(":")[2])
    assert result.exit_code == 1
    assert "choose another with --port" in result.stderr
