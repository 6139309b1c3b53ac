"""The body of an answer, decompressed piece by piece within bounds: a bomb is noticed while it goes off."""

from __future__ import annotations

import asyncio
import math
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast

import anyio
import httpx

from flashgen.errors import Skipped
from flashgen.fetch.trouble import Trouble

PIECE = 1 << 20
"""The most that one step of decompression gives, in bytes."""

LARGE = 4 << 20
"""From this size on, a body waits until few others are as large, in bytes."""

_GZIP_OR_ZLIB, _RAW = 47, -15
_BOMB_SIZE, _BOMB_RATIO = 8 << 20, 150
_NEVER_ASKED_FOR = ("br", "zstd", "compress", "x-compress", "dcb", "dcz")


class BadEncoding(Trouble):
    """The body isn't compressed the way that the header says; asking for it uncompressed may help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, passing=True)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is taken of one answer, in bytes: as sent, and decompressed."""

    wire: int
    unpacked: int


class Unpacker:
    """Undoes one Content-Encoding. What a server calls by a name of its own invention is taken as it is, as
    browsers do; encodings that we never ask for are BadEncoding."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding.strip().lower()
        if any(name.strip() in _NEVER_ASKED_FOR for name in self.encoding.split(",")):
            raise BadEncoding(f"the server sends the page compressed in a way that we didn't ask for ({self.encoding})")
        self._packed = self.encoding in ("gzip", "x-gzip", "deflate")
        self._zip = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The text in `data`, in pieces of at most PIECE bytes. Raises BadEncoding."""
        if not self._packed:
            if data:
                yield data
            return
        full = False
        while data or full:
            piece = self._inflate(data)
            data, full = self._zip.unconsumed_tail, len(piece) == PIECE
            if piece:
                yield piece
            if self._zip.eof:
                data = self._next_member(self._zip.unused_data)

    def finish(self) -> None:
        """The last byte has come. Raises BadEncoding where the compressed text isn't complete."""
        if self._packed and self._begun and not self._zip.eof:
            raise BadEncoding("the server cut its compressed answer off")

    def _inflate(self, data: bytes) -> bytes:
        if self._zip.eof:
            return b""  # whatever follows the last member is padding
        first, self._begun = not self._begun, True
        try:
            return self._zip.decompress(data, PIECE)
        except zlib.error:
            if first and self.encoding == "deflate":  # some servers send it without its envelope
                self._zip = zlib.decompressobj(_RAW)
                return self._inflate(data)
            raise BadEncoding("the server says that the page is compressed, but it can't be unpacked") from None

    def _next_member(self, rest: bytes) -> bytes:
        """A gzip file may be several, one after the other."""
        if rest.startswith(b"\x1f\x8b"):
            self._zip = zlib.decompressobj(_GZIP_OR_ZLIB)
            return rest
        return b""


async def pieces(response: httpx.Response, bounds: Bounds) -> AsyncGenerator[bytes, None]:
    """The body of `response`, unpacked. Raises Trouble where it passes `bounds` or isn't what its headers say."""
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:18]) > bounds.wire:
        raise _too_large(bounds.wire)
    unpacker = Unpacker(response.headers.get("content-encoding", ""))
    sent = unpacked = 0
    async with aclosing(_raw(response)) as chunks:
        async for chunk in chunks:
            sent += len(chunk)
            if sent > bounds.wire:
                raise _too_large(bounds.wire)
            for piece in unpacker.feed(chunk):
                unpacked += len(piece)
                if unpacked > bounds.unpacked:
                    raise _too_large(bounds.unpacked, "max_bytes")
                if unpacked > _BOMB_SIZE and unpacked > sent * _BOMB_RATIO:
                    raise Trouble(f"unpacks to more than {_BOMB_RATIO} times its size: not an article", kind=Skipped)
                yield piece
                if len(piece) == PIECE:
                    await asyncio.sleep(0)
    unpacker.finish()


async def read(
    response: httpx.Response,
    bounds: Bounds,
    *,
    look: Callable[[bytes], str] = lambda head: "",
    large: asyncio.Semaphore,
    limit: anyio.CancelScope,
) -> bytes:
    """The whole body. `look` says of the first bytes why the rest isn't wanted, or ''.

    A body past LARGE waits for `large`; that wait puts `limit` off. Raises Trouble.
    """
    parts: list[bytes] = []
    size, looked = 0, False
    async with AsyncExitStack() as stack, aclosing(pieces(response, bounds)) as arriving:
        async for piece in arriving:
            parts.append(piece)
            if not looked:
                looked = True
                if reason := look(piece[:1024]):
                    raise Trouble(reason, kind=Skipped)
            if size <= LARGE < size + len(piece):
                await stack.enter_async_context(_patiently(large, limit))
            size += len(piece)
    return b"".join(parts)


@asynccontextmanager
async def _patiently(semaphore: asyncio.Semaphore, limit: anyio.CancelScope) -> AsyncIterator[None]:
    """Holds `semaphore`; the time until it was free doesn't count against `limit`."""
    end, began = limit.deadline, anyio.current_time()
    if semaphore.locked():
        limit.deadline = math.inf
    async with semaphore:
        limit.deadline = end + anyio.current_time() - began
        yield


async def drain(response: httpx.Response, most: int = 16_384, seconds: float = 1.0) -> None:
    """Take the body of an answer that isn't read, if it is small, so that its connection can serve again."""
    announced = response.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced[:18]) > most:
        return
    with suppress(Trouble, TimeoutError):
        with anyio.fail_after(seconds):
            async with aclosing(_raw(response)) as chunks:
                async for chunk in chunks:
                    most -= len(chunk)
                    if most < 0:
                        return


def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body as sent: a generator, which is to be closed when it isn't read to its end."""
    return cast(AsyncGenerator[bytes, None], response.aiter_raw())


def _too_large(allowed: int, setting: str = "max_wire_bytes") -> Trouble:
    return Trouble(f"is larger than {allowed / 1e6:g} MB (the setting fetch.{setting} allows more)", kind=Skipped)
