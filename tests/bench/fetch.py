"""How much time does fetching take beyond what the network takes?

    python tests/bench/fetch.py [--runs 5] [--totals 200,32]

500 pages on 100 hosts of loopback, each answering after a fixed latency, two requests at a time per host: flashgen
(address check, robots.txt, page cache) beside bare httpx with one client per host and the same politeness (robots.txt
first, two at a time), and beside the bound that the latency itself sets. Then a refresh of 300 unchanged links beside
bare conditional requests. Medians; the server runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from pathlib import Path
from urllib.parse import urlsplit

HOSTS = 100
PER_HOST = 2
BODY = b"<html><body>" + b"<p>The quick brown fox jumps over the lazy dog.</p>" * 300 + b"</body></html>"
ETAG = '"never-changes"'


class Answering(asyncio.Protocol):
    """A host: answers after the latency, on connections that stay open."""

    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        *requests, self.waiting = (self.waiting + data).split(b"\r\n\r\n")
        for request in requests:
            asyncio.get_running_loop().call_later(self.latency, self.answer, request)

    def answer(self, request: bytes) -> None:
        status, body = b"200 OK", BODY
        if request.startswith(b"GET /robots.txt"):
            body = b"User-agent: *\nDisallow:\n"
        elif b"if-none-match" in request.lower():
            status, body = b"304 Not Modified", b""
        head = b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
        self.transport.write(head % (status, ETAG.encode(), len(body)) + body)


async def serve(latency: float) -> None:
    """Be the hosts: say on which ports, then answer until killed."""
    Answering.latency = latency
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Answering, "127.0.0.1", 0) for _ in range(HOSTS)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.Event().wait()


async def flashgen(urls: Sequence[str], total: int, conditional: bool) -> None:
    """The way that a run takes: fetcher, page cache, a visit for each link."""
    from flashgen.cache import PageCache
    from flashgen.errors import NotModified
    from flashgen.fetch import CachedGet, Fetcher
    from flashgen.settings import FetchSettings
    from flashgen.types import Validators

    settings = FetchSettings(per_host=PER_HOST, total=total, allow_private=True)
    with tempfile.TemporaryDirectory() as folder:
        cache = PageCache(Path(folder) / "pages.sqlite")

        async def one(url: str) -> None:
            visit = get.visit({url: Validators(ETAG)} if conditional else {}, only_changes=conditional)
            try:
                assert len((await visit(url)).body) == len(BODY)
            except NotModified:
                assert conditional

        async with Fetcher(settings, env={}) as fetch:
            get = CachedGet(fetch, cache)
            await asyncio.gather(*map(one, urls))
        cache.close()


async def bare(urls: Sequence[str], total: int, conditional: bool) -> None:
    """httpx alone: a client for each host, robots.txt first, two at a time."""
    import httpx

    context = httpx.create_ssl_context()
    headers = {"If-None-Match": ETAG} if conditional else {}
    in_all = asyncio.Semaphore(total)
    hosts: dict[str, tuple[httpx.AsyncClient, asyncio.Semaphore, asyncio.Task[httpx.Response]]] = {}

    async def one(url: str) -> None:
        origin = urlsplit(url).netloc
        if origin not in hosts:
            client = httpx.AsyncClient(verify=context, http2=True, trust_env=False)
            robots = asyncio.create_task(ask(client, f"http://{origin}/robots.txt"))
            hosts[origin] = client, asyncio.Semaphore(PER_HOST), robots
        client, places, robots = hosts[origin]
        await robots
        async with places:
            answer = await ask(client, url, headers)
        assert answer.status_code == (304 if conditional else 200)

    async def ask(client: httpx.AsyncClient, url: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async with in_all:
            return await client.get(url, headers=headers)

    await asyncio.gather(*map(one, urls))
    for client, _, _ in hosts.values():
        await client.aclose()


def bound(pages: int, total: int, latency: float) -> float:
    """The least time that so many pages take: robots.txt, then two at a time; and never more than `total`."""
    return latency * max(1 + ceil(pages / HOSTS / PER_HOST), (HOSTS + pages) / total)


def median(
    client: Callable[..., Awaitable[None]], urls: Sequence[str], total: int, conditional: bool, runs: int
) -> float:
    """The middle of `runs` times, in seconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        asyncio.run(client(urls, total, conditional))  # type: ignore[arg-type]
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def row(what: str, pages: int, latency: float, total: int, conditional: bool, runs: int) -> str:
    """Measure both clients on servers with this latency."""
    command = [sys.executable, __file__, "--serve", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        ports = json.loads(server.stdout.readline())
        urls = [f"http://127.0.0.1:{port}/page-{number}" for number in range(pages // HOSTS) for port in ports]
        ours, theirs = (median(client, urls, total, conditional, runs) for client in (flashgen, bare))
        server.kill()
    least = bound(pages, total, latency)
    return (
        f"| {what} | {latency * 1000:.0f} ms | {total} | {least:.2f} | {ours:.2f} | {theirs:.2f} "
        f"| {ours / least:.2f} | {ours / theirs:.2f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=float, metavar="LATENCY", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--totals", default="200,32", help="requests at a time in all")
    options = parser.parse_args()
    if options.serve is not None:
        asyncio.run(serve(options.serve))
    totals = [int(total) for total in options.totals.split(",")]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; seconds, medians of {options.runs}\n")
    print("| what | latency | in all | bound | flashgen | bare httpx | to the bound | to bare httpx |")
    print("|---|---|---|---|---|---|---|---|")
    for total in totals:
        for latency in (1.0, 0.1):
            print(row("500 pages, 100 hosts", 500, latency, total, False, options.runs), flush=True)
        print(row("300 links unchanged", 300, 0.1, total, True, options.runs), flush=True)


if __name__ == "__main__":
    main()
