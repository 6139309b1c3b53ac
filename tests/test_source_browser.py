"""Pages that need scripts, in a real Chromium that reaches nothing but the Get it was given."""

from __future__ import annotations

import asyncio

import pytest
from fake_web import FakeWeb

from flashgen import sources
from flashgen.errors import Failed, Refused
from flashgen.sources.browser import Browser, executable
from flashgen.types import Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not executable(), reason="needs playwright and a Chromium of the system"),
]

SHELL = (
    '<!doctype html><html lang="en"><head><title>On queues</title><script defer src="/app.js"></script></head>'
    '<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>'
)
APP = """
const text = "A bounded queue forces a decision while there is still time to make one. Refusing early is kind. ";
fetch("https://api.example/word").then(r => r.text()).then(word => {
  const html = "<article><h1>On queues</h1><p>" + text.repeat(8) + word + "</p></article>";
  document.getElementById("root").innerHTML = html;
});
fetch("/post", {method: "POST", body: "x"}).catch(() => {});
fetch("http://127.0.0.1:PORT/secret").catch(() => {});
new Image().src = "http://127.0.0.1:PORT/pixel";
"""


def test_a_page_is_rendered_and_read() -> None:
    """Its scripts run and GET what the run may GET, from other hosts too; a page without text becomes an article."""
    web = FakeWeb(
        {
            "https://app.example/page": SHELL,
            "https://app.example/app.js": Page("", "", APP.encode(), "text/javascript"),
            "https://api.example/word": "a word from the other server",
        }
    )

    async def run() -> None:
        async with Browser(web) as browser:
            found = await sources.read("https://app.example/page", web, render=browser.render)
            assert "bounded queue" in found.markdown
            assert "a word from the other server" in found.markdown
            assert found.title == "On queues"

    asyncio.run(run())
    assert "https://app.example/post" not in web.asked


def test_chromium_itself_reaches_nothing() -> None:
    """A server on this machine is asked for nothing, although scripts try: every request goes through the Get."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = str(server.sockets[0].getsockname()[1])
        app = (
            APP + 'new WebSocket("ws://127.0.0.1:PORT/ws"); navigator.sendBeacon("http://127.0.0.1:PORT/b", "x");'
        ).replace("PORT", port)
        web = FakeWeb(
            {
                "https://app.example/page": SHELL,
                "https://app.example/app.js": Page("", "", app.encode(), "text/javascript"),
                f"http://127.0.0.1:{port}/secret": Refused("", "not public"),
            }
        )
        async with server, Browser(web) as browser:
            await browser.render("https://app.example/page")
        assert any("/secret" in url for url in web.asked)
        assert not any("/pixel" in url or "/post" in url for url in web.asked)

    asyncio.run(run())
    assert asked == []


def test_a_page_that_cant_be_had_is_one_links_fault() -> None:
    """What the Get says of a page is what is said of the link."""

    async def run() -> None:
        async with Browser(FakeWeb({}), seconds=10) as browser:
            with pytest.raises(Failed, match="not found"):
                await browser.render("https://app.example/page")

    asyncio.run(run())
