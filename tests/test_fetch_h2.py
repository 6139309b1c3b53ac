"""HTTP/2: two requests share a connection, and an answer that nobody reads doesn't choke those that follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import pytest
from certificates import authority_file, server_context
from servers import PUBLIC, Net, Request, Wire, checked, web

from flashgen.errors import Failed, Skipped

MEGABYTE = 1_000_000


class Speaker(asyncio.Protocol):
    """One connection of a server that answers by path: /text, /image (large), /gone, /reset, /never."""

    connections = 0

    def __init__(self) -> None:
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.waiting: dict[int, bytes] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        type(self).connections += 1
        self.transport = transport
        self.h2.initiate_connection()
        self.flush()

    def data_received(self, data: bytes) -> None:
        try:
            events = self.h2.receive_data(data)
        except h2.exceptions.ProtocolError:  # after we called the connection off
            return
        for event in events:
            if isinstance(event, h2.events.RequestReceived):
                self.answer(event.stream_id, dict(event.headers)[b":path"])
        for stream in list(self.waiting):
            self.pour(stream)
        self.flush()

    def answer(self, stream: int, path: bytes) -> None:
        if path == b"/reset":
            self.h2.reset_stream(stream)
        elif path == b"/goaway":
            self.h2.close_connection()
        elif path != b"/never":
            status = "404" if path == b"/gone" else "200"
            kind = "image/png" if path == b"/image" else "text/html"
            size = 10 * MEGABYTE if path == b"/image" else 3 * MEGABYTE if path == b"/large" else 4
            self.h2.send_headers(stream, [(":status", status), ("content-type", kind)])
            self.waiting[stream] = b"x" * size

    def pour(self, stream: int) -> None:
        rest = self.waiting[stream]
        while rest and (room := min(self.h2.local_flow_control_window(stream), 16_384)):
            self.h2.send_data(stream, rest[:room])
            rest = rest[room:]
        self.waiting[stream] = rest
        if not rest:
            self.h2.end_stream(stream)
            del self.waiting[stream]

    def flush(self) -> None:
        self.transport.write(self.h2.data_to_send())


async def unused(request: Request, wire: Wire) -> None:
    raise AssertionError("every address leads to the HTTP/2 server")


@asynccontextmanager
async def speaking(folder: Path, **settings: Any) -> AsyncIterator[Net]:
    """A web whose only server speaks HTTP/2."""
    Speaker.connections = 0
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Speaker, "127.0.0.1", 0, ssl=server_context(folder, protocol="h2"))
    port = server.sockets[0].getsockname()[1]
    env = {"SSL_CERT_FILE": str(authority_file(folder))}
    try:
        async with web(unused, env=env, ports={PUBLIC: port}, robots=False, **settings) as net:
            yield net
    finally:
        server.close()
        await asyncio.sleep(0.05)


def test_one_connection_for_two_requests(tmp_path: Path) -> None:
    """Requests to one host share a connection."""

    async def go() -> None:
        async with speaking(tmp_path) as net:
            pages = await asyncio.gather(
                *(net.fetch(f"https://example.org/{path}") for path in ("text", "large", "text"))
            )
            assert [len(page.body) for page in pages] == [4, 3 * MEGABYTE, 4]
            assert Speaker.connections == 1

    checked(go)


def test_unread_answers_dont_choke_the_connection(tmp_path: Path) -> None:
    """Pictures are skipped unread, on a connection that nobody else uses afterwards."""

    async def go() -> None:
        async with speaking(tmp_path) as net:
            for _ in range(4):
                with pytest.raises(Skipped):
                    await net.fetch("https://example.org/image")
                assert (await net.fetch("https://example.org/text")).body == b"xxxx"
            assert net.clock.naps == []  # nothing had to be asked again

    checked(go)


def test_others_finish_on_a_connection_that_is_worn(tmp_path: Path) -> None:
    """A page that is coming in isn't lost when its neighbour is abandoned."""

    async def go() -> None:
        async with speaking(tmp_path) as net:
            urls = ["https://example.org/large", "https://example.org/image"] * 4
            results = await asyncio.gather(*(net.fetch(url) for url in urls), return_exceptions=True)
            assert sum(isinstance(result, Skipped) for result in results) == 4
            assert sum(not isinstance(result, BaseException) for result in results) == 4

    checked(go)


@pytest.mark.parametrize(
    ("path", "reason"), [("gone", "not found"), ("reset", ""), ("goaway", ""), ("never", "doesn't answer")]
)
def test_failures(tmp_path: Path, path: str, reason: str) -> None:
    """Errors, resets, a connection that is called off, silence: each ends in a reason."""

    async def go() -> None:
        async with speaking(tmp_path, read_timeout=0.5) as net:
            with pytest.raises(Failed) as caught:
                await net.fetch(f"https://example.org/{path}")
            assert reason in caught.value.reason
            assert (await net.fetch("https://example.org/text")).body == b"xxxx"

    checked(go)
