"""A small web that misbehaves on demand, for the tests of fetching: asyncio on loopback, nothing else.

A handler gets a Request and a Wire and may do to the wire what it likes. `web` serves it under every name and port:
names resolve to a public address, which leads here, so that all that guards the real way guards this one too.
`checked` runs a test under asyncio's debug mode and lets nothing leak.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import sys
import warnings
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore

from flashgen.fetch import Fetcher
from flashgen.settings import FetchSettings

PUBLIC = "93.184.215.14"
ROBOTS = b"User-agent: *\nDisallow:\n"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. `host` is the Host header."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def host(self) -> str:
        return self.headers.get("host", "")


class Wire:
    """The server's end of a connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def send(self, status: int = 200, content: bytes = b"", length: int | None = None, **headers: str) -> None:
        """A whole answer; `length` may lie. Header names are written with `_` for `-`."""
        head = {"content_type": "text/html; charset=utf-8", **headers}
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content) if length is None else length}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
        await self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + content)

    async def raw(self, data: bytes) -> None:
        """Just these bytes."""
        self._writer.write(data)
        await self._writer.drain()

    def reset(self) -> None:
        """End the connection without a word."""
        self._writer.transport.abort()


Handler = Callable[[Request, Wire], Awaitable[None]]


@dataclass(slots=True)
class Server:
    """A running server: its port, and what was seen."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    busy: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    connections: int = 0
    busiest: int = 0
    page_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def asked(self, path: str = "") -> list[str]:
        """The targets of all requests but those for robots.txt; with `path`, of those for it."""
        targets = [request.target for request in self.requests]
        return [target for target in targets if (target == path if path else target != "/robots.txt")]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """A server on loopback."""
    server = Server()
    tasks: set[asyncio.Task[Any]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        server.connections += 1
        try:
            while request := await _request(reader):
                server.requests.append(request)
                if request.target != "/robots.txt":
                    server.page_asked.set()
                server.busy[request.host] += 1
                server.most[request.host] = max(server.most[request.host], server.busy[request.host])
                server.busiest = max(server.busiest, sum(server.busy.values()))
                try:
                    await handler(request, Wire(writer))
                finally:
                    server.busy[request.host] -= 1
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.transport.abort()

    listening = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


async def _request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(method, target, headers)


def open_to_all(handler: Handler) -> Handler:
    """`handler`, with a robots.txt in front of it that allows everything."""

    async def with_robots(request: Request, wire: Wire) -> None:
        if request.target == "/robots.txt":
            await wire.send(200, ROBOTS, content_type="text/plain")
        else:
            await handler(request, wire)

    return with_robots


class Clock:
    """Time that passes only while somebody sleeps; what was slept is noted."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@dataclass(slots=True)
class Net:
    """A fetcher, the server behind every public address, and what was looked up and dialled."""

    fetch: Fetcher
    server: Server
    clock: Clock
    looked_up: list[str]
    dialled: list[str]


@asynccontextmanager
async def web(
    handler: Handler,
    *,
    names: Mapping[str, Sequence[str]] | None = None,
    ports: dict[str, int] | None = None,
    raw: bool = False,
    tls: ssl.SSLContext | None = None,
    env: dict[str, str] | None = None,
    **settings: Any,
) -> AsyncIterator[Net]:
    """A web where all names lead to `handler`.

    `names` have other addresses, one text for each time one is asked; `ports` are where other addresses lead to.
    Every robots.txt allows everything, unless `raw`, when `handler` answers it.
    """
    looked_up: list[str] = []
    dialled: list[str] = []
    clock = Clock()

    async def resolve(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        known = (names or {}).get(host, [PUBLIC])
        if not known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known[min(looked_up.count(host), len(known)) - 1].split()

    async def connect(address: str, port: int, within: float | None) -> httpcore.AsyncNetworkStream:
        dialled.append(f"{address}:{port}")
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", (ports or {}).get(address, server.port), within)

    quick: dict[str, Any] = {"read_timeout": 5.0, "connect_timeout": 5.0, "deadline": 10.0, **settings}
    async with serving(handler if raw else open_to_all(handler), tls) as server:
        fetcher = Fetcher(
            FetchSettings(**quick),
            resolve=resolve,
            connect=connect,
            env=env or {},
            clock=clock,
            sleep=clock.sleep,
            rng=lambda: 0.5,
        )
        async with fetcher as fetch:
            yield Net(fetch, server, clock, looked_up, dialled)


def checked(test: Callable[[], Awaitable[None]]) -> None:
    """Run `test` in asyncio's debug mode; a task or a socket that it leaves behind is a failure."""
    complaints: list[str] = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda event: complaints.append(str(event.exc_value))

    def note(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "incoming connection" not in context["message"]:  # a handshake that the tests' server didn't like
            complaints.append(str(context))

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(note)
        await test()
        for _ in range(5):
            await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left: {left}"

    gc.freeze()  # what earlier tests left is not looked at, and costs no time
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            asyncio.run(run(), debug=True)
            gc.collect()
    finally:
        gc.unfreeze()
        sys.unraisablehook = hook
    assert not complaints, complaints
