"""How much time does a refresh of an unchanged list take beyond what asking takes?

    python tests/bench/refresh.py [--links 300] [--hosts 100] [--runs 5] [--latencies 0.1,0.02]

A list of links to own pages on loopback, each host answering after a fixed latency, is built once with a scripted
model. Then the real command, `flashgen refresh`, is run in this process, beside bare httpx that sends the same
conditional requests just as politely (robots.txt first, two at a time per host, one client per host). The median of
each, and their ratio; the goal is 1.3 at most. Each refresh is checked to have asked no model and to have left the
deck as it was.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import llm_server  # noqa: E402
from fetch import ETAG, Answering, bare  # noqa: E402
from website import page  # noqa: E402
from workspaces import Workspace  # noqa: E402

SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwxz" for vowel in "aeiou"]


def sentence(chance: random.Random) -> str:
    """Words that no other sentence has, so that no card says what another one does."""
    return " ".join("".join(chance.choices(SYLLABLES, k=4)) for _ in range(14)).capitalize() + "."


def article(number: int) -> bytes:
    """A page with words of its own: five sentences that make cards, and as much text around them as pages have."""
    chance = random.Random(number)
    filler = (f"The page {number} goes on and on, as pages do, and says little in line {n}" for n in range(60))
    return page(f"Page {number}", *(sentence(chance) for _ in range(5)), *filler).encode()


def script(number: int, body: Mapping[str, Any]) -> llm_server.Answer:
    """A card of each sentence that ends with a full stop, and asks for its last word."""
    passage = re.findall(r"<passage[^>]*>\n(.*?)\n</passage>", body["messages"][-1]["content"], re.S)[-1]
    quotes = re.findall(r"^[A-Z][a-z ]{60,}\.$", passage, re.M)
    cards = [
        {
            "kind": "basic",
            "question": f"Which word ends “{quote.rpartition(' ')[0]}”?",
            "answer": quote.split()[-1].rstrip("."),
            "quote": quote,
            "importance": 3,
        }
        for quote in quotes
    ]
    return llm_server.says(json.dumps({"cards": cards}))


class Pages(Answering):
    """A host of articles that never change."""

    def answer(self, request: bytes) -> None:
        """200 with the article, or 304 without it."""
        path = request.split(b" ", 2)[1].decode()
        status, kind = b"200 OK", b"text/html; charset=utf-8"
        if path == "/robots.txt":
            body, kind = b"User-agent: *\nDisallow:\n", b"text/plain"
        elif b"if-none-match" in request.lower():
            status, body = b"304 Not Modified", b""
        else:
            body = article(int(path.rpartition("-")[2]))
        head = b"HTTP/1.1 %b\r\nContent-Type: %b\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
        self.transport.write(head % (status, kind, ETAG.encode(), len(body)) + body)


async def serve(latency: float, hosts: int) -> None:
    """Be the hosts: say on which ports, then answer until killed."""
    Pages.latency = latency
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Pages, "127.0.0.1", 0) for _ in range(hosts)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.Event().wait()


@contextlib.contextmanager
def serving(latency: float, hosts: int) -> Iterator[list[int]]:
    """The hosts in a process of their own, by their ports."""
    command = [sys.executable, __file__, "--serve", str(latency), "--hosts", str(hosts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield json.loads(server.stdout.readline())
        server.kill()


def middle(work: Callable[[], None], runs: int) -> float:
    """The median of so many times, in seconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def row(latency: float, urls: Sequence[str], runs: int) -> str:
    """Build a list of `urls`, and time both ways of asking them again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        llm_server.serving(script) as llm,
    ):
        workspace = Workspace(Path(folder), llm)
        workspace.write("flashgen.toml", "wayback = false\n")
        workspace.reading_list("# Systems\n\n" + "".join(f"- <{url}>\n" for url in urls))
        cards = workspace.build()["cards"]["total"]
        deck, calls = (workspace.root / "build/demo.apkg").read_bytes(), len(llm.asked)

        def refresh() -> None:
            result = workspace.run("refresh", "--allow-private", "--json")
            assert json.loads(result.stdout)["lists"][0]["links"]["unchanged"] == len(urls), result.stderr

        ours = middle(refresh, runs)
        assert len(llm.asked) == calls
        assert (workspace.root / "build/demo.apkg").read_bytes() == deck
    theirs = middle(lambda: asyncio.run(bare(urls, 32, True)), runs)
    what = f"{len(urls)} links, {cards} cards"
    return f"| {what} | {latency * 1000:.0f} ms | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=float, metavar="LATENCY", help=argparse.SUPPRESS)
    parser.add_argument("--links", type=int, default=300)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--latencies", default="0.1,0.02", help="seconds")
    options = parser.parse_args()
    if options.serve is not None:
        asyncio.run(serve(options.serve, options.hosts))
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; seconds, medians of {options.runs}\n")
    print("| list | latency | flashgen refresh | bare httpx | ratio |\n|---|---|---|---|---|")
    for latency in map(float, options.latencies.split(",")):
        with serving(latency, options.hosts) as ports:
            urls = [f"http://127.0.0.1:{ports[n % len(ports)]}/page-{n}" for n in range(options.links)]
            print(row(latency, urls, options.runs), flush=True)


if __name__ == "__main__":
    main()
