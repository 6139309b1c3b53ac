"""A web that breaks every rule costs one link a clear reason: never a crash, a hang, memory, a task or a socket."""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from servers import PUBLIC, Handler, Net, Request, Wire, checked, web

from flashgen.errors import Failed, LinkError, Refused, Skipped
from flashgen.types import Page

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = gzip.compress(bytes(30_000_000))
LONG = b"<p>All work and no play.</p>" * 5000


async def resets(request: Request, wire: Wire) -> None:
    wire.reset()


async def says_nothing(request: Request, wire: Wire) -> None:
    await asyncio.sleep(30)


async def stalls(request: Request, wire: Wire) -> None:
    await wire.raw(HEAD + b"Content-Length: 100\r\n\r\nfifty")
    await asyncio.sleep(30)


async def drips(request: Request, wire: Wire) -> None:
    await wire.raw(HEAD + b"Content-Length: 1000\r\n\r\n")
    for _ in range(1000):
        await wire.raw(b".")
        await asyncio.sleep(0.05)


async def drips_headers(request: Request, wire: Wire) -> None:
    await wire.raw(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        await wire.raw(b"X-%d: y\r\n" % number)
        await asyncio.sleep(0.05)


async def promises_more(request: Request, wire: Wire) -> None:
    await wire.send(200, LONG, length=len(LONG) + 1)
    wire.reset()


async def breaks_off_chunks(request: Request, wire: Wire) -> None:
    await wire.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    wire.reset()


async def miscounts_chunks(request: Request, wire: Wire) -> None:
    await wire.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")


async def lies_about_gzip(request: Request, wire: Wire) -> None:
    await wire.send(200, LONG, content_encoding="gzip")


async def breaks_gzip_inside(request: Request, wire: Wire) -> None:
    packed = gzip.compress(bytes(range(256)) * 500)
    await wire.send(200, packed[:200] + b"\xff" * 50 + packed[250:], content_encoding="gzip")


async def cuts_gzip_off(request: Request, wire: Wire) -> None:
    await wire.send(200, gzip.compress(LONG)[:-20], content_encoding="gzip")


async def sends_brotli(request: Request, wire: Wire) -> None:
    await wire.send(200, LONG, content_encoding="br")


async def explodes(request: Request, wire: Wire) -> None:
    await wire.send(200, BOMB, content_encoding="gzip")


async def never_ends(request: Request, wire: Wire) -> None:
    await wire.raw(HEAD + b"Connection: close\r\n\r\n")
    while True:
        await wire.raw(b"x" * 65_536)


async def announces_too_much(request: Request, wire: Wire) -> None:
    await wire.send(200, b"x", length=10**12)


async def announces_nonsense(request: Request, wire: Wire) -> None:
    await wire.raw(HEAD + b"Content-Length: " + b"9" * 400 + b"\r\n\r\nx")
    wire.reset()


async def speaks_no_http(request: Request, wire: Wire) -> None:
    await wire.raw(b"220 mail.example.org ESMTP\r\n\r\n")


async def sends_binary(request: Request, wire: Wire) -> None:
    await wire.raw(bytes(range(256)) * 20)
    wire.reset()


async def has_endless_headers(request: Request, wire: Wire) -> None:
    await wire.raw(b"HTTP/1.1 200 OK\r\n")
    while True:
        await wire.raw(b"X-Long: " + b"y" * 60_000 + b"\r\n")


async def has_two_lengths(request: Request, wire: Wire) -> None:
    await wire.raw(HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello")


async def goes_round(request: Request, wire: Wire) -> None:
    await wire.send(302, b"", location=request.target)


async def leads_inside(request: Request, wire: Wire) -> None:
    await wire.send(302, b"", location="http://169.254.169.254/latest/meta-data/")


async def leads_to_a_file(request: Request, wire: Wire) -> None:
    await wire.send(302, b"", location="file:///etc/passwd")


async def leads_nowhere(request: Request, wire: Wire) -> None:
    await wire.send(302, b"", location="http://[::")


async def redirects_with_a_flood(request: Request, wire: Wire) -> None:
    await wire.raw(b"HTTP/1.1 302 X\r\nLocation: /\r\nConnection: close\r\n\r\n")
    while True:
        await wire.raw(b"x" * 65_536)


async def fails_slowly(request: Request, wire: Wire) -> None:
    await wire.raw(b"HTTP/1.1 404 X\r\nContent-Length: 100\r\n\r\n")
    await asyncio.sleep(30)


FAULTS: list[tuple[Handler, type[LinkError], str, int]] = [
    (resets, Failed, "hung up without an answer", 3),
    (says_nothing, Failed, "doesn't answer", 3),
    (stalls, Failed, "stopped in the middle of its answer", 3),
    (drips, Failed, "takes longer than 1.5 seconds", 1),
    (drips_headers, Failed, "takes longer than 1.5 seconds", 1),
    (promises_more, Failed, "cut its answer off", 3),
    (breaks_off_chunks, Failed, "cut its answer off", 3),
    (miscounts_chunks, Failed, "breaks the rules of HTTP", 3),
    (lies_about_gzip, Failed, "can't be unpacked", 3),
    (breaks_gzip_inside, Failed, "can't be unpacked", 3),
    (cuts_gzip_off, Failed, "cut its compressed answer off", 3),
    (sends_brotli, Failed, "didn't ask for (br)", 3),
    (explodes, Skipped, "unpacks to more than", 1),
    (never_ends, Skipped, "is larger than 2 MB", 1),
    (announces_too_much, Skipped, "is larger than 2 MB", 1),
    (announces_nonsense, Failed, "breaks the rules of HTTP", 3),
    (speaks_no_http, Failed, "breaks the rules of HTTP", 3),
    (sends_binary, Failed, "breaks the rules of HTTP", 3),
    (has_endless_headers, Failed, "breaks the rules of HTTP", 3),
    (has_two_lengths, Failed, "breaks the rules of HTTP", 3),
    (goes_round, Failed, "redirects in a circle", 1),
    (leads_inside, Refused, "redirects to an address that is not public", 1),
    (leads_to_a_file, Refused, "redirects to an address that is not a web address", 1),
    (leads_nowhere, Refused, "redirects to an address that is malformed", 1),
    (redirects_with_a_flood, Failed, "redirects in a circle", 1),
    (fails_slowly, Failed, "not found", 1),
]


@pytest.mark.parametrize(("fault", "kind", "reason", "asked"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_faults(fault: Handler, kind: type[LinkError], reason: str, asked: int) -> None:
    """Each fault ends in its own reason; what may pass was tried three times, all else once."""

    async def go() -> None:
        async with web(fault, read_timeout=0.4, deadline=1.5, max_wire_bytes=2_000_000) as net:
            with pytest.raises(LinkError) as caught:
                await net.fetch("http://example.org/")
            assert type(caught.value) is kind
            assert reason in caught.value.reason
            assert len(net.server.asked()) == asked

    checked(go)


def test_a_page_may_unpack_to_too_much() -> None:
    """Without being a bomb, too."""

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(200, gzip.compress(LONG * 10), content_encoding="gzip")

    async def go() -> None:
        async with web(handler, max_bytes=1_000_000) as net:
            with pytest.raises(Skipped, match=r"larger than 1 MB .* fetch\.max_bytes"):
                await net.fetch("http://example.org/")

    checked(go)


@pytest.mark.parametrize("fault", [resets, promises_more, lies_about_gzip, cuts_gzip_off, speaks_no_http, stalls])
def test_one_fault_is_forgiven(fault: Handler) -> None:
    """What goes wrong once is asked again, and the second answer counts."""
    asked = 0

    async def handler(request: Request, wire: Wire) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            await fault(request, wire)
        else:
            await wire.send(200, LONG)

    async def go() -> None:
        async with web(handler, read_timeout=0.4) as net:
            assert (await net.fetch("http://example.org/")).body == LONG

    checked(go)


def test_a_lie_about_compression_is_answered() -> None:
    """A server that can't compress is asked not to."""

    async def handler(request: Request, wire: Wire) -> None:
        plain = request.headers["accept-encoding"] == "identity"
        await wire.send(200, LONG, content_encoding="identity" if plain else "gzip")

    async def go() -> None:
        async with web(handler) as net:
            assert (await net.fetch("http://example.org/")).body == LONG

    checked(go)


def failing_web(test: Callable[[Net], Awaitable[None]], **settings: Any) -> None:
    async def answer(request: Request, wire: Wire) -> None:
        await wire.send(200, LONG)

    async def go() -> None:
        async with web(answer, **settings) as net:
            await test(net)

    checked(go)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_refused_connections() -> None:
    """A host that refuses is tried again, then its other links aren't: they fail at once, with the same reason."""

    async def test(net: Net) -> None:
        for _ in range(5):
            with pytest.raises(Failed, match=r"example\.org refuses connections"):
                await net.fetch("http://example.org/")
        assert len(net.dialled) == 3

    failing_web(test, ports={PUBLIC: unused_port()})


def test_lost_hosts() -> None:
    """A name that is in no DNS is looked up once, and worth looking for in an archive."""

    async def test(net: Net) -> None:
        for _ in range(3):
            with pytest.raises(Failed, match=r"example\.org doesn't exist \(any more\)") as caught:
                await net.fetch("https://example.org/")
            assert caught.value.dead
        assert net.looked_up == ["example.org"]

    failing_web(test, names={"example.org": []})


def test_a_dead_host_is_tried_again_later() -> None:
    """After two minutes it gets another chance."""

    async def test(net: Net) -> None:
        for _ in range(2):
            with pytest.raises(Failed):
                await net.fetch("http://example.org/")
        net.clock.now += 121
        with pytest.raises(Failed):
            await net.fetch("http://example.org/")
        assert len(net.looked_up) == 2

    failing_web(test, names={"example.org": []}, robots=False)


def test_the_second_address_serves() -> None:
    """Where the first address of a host doesn't answer, the next is tried."""

    async def test(net: Net) -> None:
        assert (await net.fetch("http://example.org/")).body == LONG
        assert net.dialled[:2] == ["8.8.8.8:80", f"{PUBLIC}:80"]

    failing_web(test, names={"example.org": [f"8.8.8.8 {PUBLIC}"]}, ports={"8.8.8.8": unused_port()})


def test_a_faulty_page_doesnt_close_its_host() -> None:
    """Pages that fail one after the other say nothing of their neighbours."""

    async def handler(request: Request, wire: Wire) -> None:
        if request.target.startswith("/bad"):
            wire.reset()
        else:
            await wire.send(200, LONG)

    async def go() -> None:
        async with web(handler) as net:
            for number in range(4):
                with pytest.raises(Failed):
                    await net.fetch(f"http://example.org/bad{number}")
            assert (await net.fetch("http://example.org/good")).body == LONG

    checked(go)


@pytest.mark.parametrize("fault", [says_nothing, stalls, drips, never_ends, drips_headers, redirects_with_a_flood])
def test_nothing_is_left_of_a_cancelled_fetch(fault: Handler) -> None:
    """Whoever is cancelled leaves no task, no socket and no place taken."""

    async def go() -> None:
        async with web(fault, deadline=30.0, read_timeout=30.0, per_host=1) as net:
            for _ in range(2):
                net.server.page_asked.clear()
                task = asyncio.create_task(net.fetch("http://example.org/"))
                await net.server.page_asked.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    checked(go)


def test_an_error_keeps_nothing_in_memory() -> None:
    """Errors are kept for the report; what was read until they happened is not."""

    async def go() -> None:
        async with web(never_ends, max_wire_bytes=2_000_000) as net:
            with pytest.raises(Skipped) as caught:
                await net.fetch("http://example.org/")
            assert caught.value.__cause__ is None
            assert caught.value.__context__ is None

    checked(go)


@pytest.mark.slow
def test_many_at_once_stay_small() -> None:
    """Bombs and endless bodies together cost no more memory than a few large pages."""

    async def handler(request: Request, wire: Wire) -> None:
        await (explodes if request.host.startswith("a") else never_ends)(request, wire)

    async def go() -> None:
        async with web(handler, max_wire_bytes=10_000_000, deadline=30.0, read_timeout=10.0) as net:
            hosts = [f"{letter}{number}.example" for number in range(10) for letter in "ab"]
            results = await asyncio.gather(*(net.fetch(f"http://{host}/") for host in hosts), return_exceptions=True)
            assert all(isinstance(result, Skipped) for result in results)

    tracemalloc.start()
    try:
        checked(go)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 250_000_000


ANSWERS = (
    HEAD + b'Content-Length: 12\r\nETag: "a"\r\n\r\n<p>hello</p>',
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nc\r\n<p>hello</p>\r\n0\r\n\r\n",
    b"HTTP/1.1 302 X\r\nLocation: //example.com/a?b\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 429 X\r\nRetry-After: 3\r\nDate: Mon, 02 Nov 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
    HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(LONG),
    b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',
)
SPLINTERS = (b"\r\n", b"\0", b":", b"\xff\xfe", b"-1", b"9" * 20, b"gzip, br", b"chunked", b"//", b"Location: ", b"=")


def mangled(answer: bytes, rng: random.Random) -> bytes:
    """An answer with a few splinters in it, bytes lost and changed, or its end cut off."""
    data = bytearray(answer)
    for _ in range(rng.randint(0, 5)):
        place, what = rng.randrange(len(data) + 1), rng.random()
        if what < 0.3:
            data[place:place] = rng.choice(SPLINTERS)
        elif what < 0.6:
            del data[place : place + rng.randint(1, 8)]
        elif what < 0.8:
            data[place : place + 1] = bytes([rng.randrange(256)])
        else:
            del data[place:]
    return bytes(data)


@pytest.mark.slow
def test_mangled_answers() -> None:
    """Whatever bytes a server sends, robots.txt included: a page or a LinkError comes of it, and nothing is left."""
    rng = random.Random(20261123)

    async def handler(request: Request, wire: Wire) -> None:
        await wire.raw(mangled(rng.choice(ANSWERS), rng))
        if rng.random() < 0.7:
            wire.reset()

    async def go() -> None:
        async with web(handler, raw=True, read_timeout=0.2, deadline=0.6, attempts=2) as net:
            for start in range(0, 960, 32):
                urls = [f"http://host{number}.example/" for number in range(start, start + 32)]
                results = await asyncio.gather(*map(net.fetch, urls), return_exceptions=True)
                assert all(isinstance(result, Page | LinkError) for result in results)

    checked(go)
