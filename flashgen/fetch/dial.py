"""Opening connections: a name is looked up once, judged, and only what was judged is dialled."""

from __future__ import annotations

import asyncio
import selectors
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import anyio
import httpcore

from flashgen.errors import Refused
from flashgen.fetch.safety import not_public
from flashgen.fetch.trouble import Trouble, lost_host, translated

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host name. Raises OSError; none at all means that the name is not known."""

Connect = Callable[[str, int, float | None], Awaitable[httpcore.AsyncNetworkStream]]
"""Open a connection to an IP address and port within a time in seconds. Raises httpcore.ConnectError."""

_ADDRESSES_TRIED = 4
_NEXT_ADDRESS_AFTER = 2.0


class SystemResolver:
    """What the system's resolver says, in its order of preference; slow answers hold nobody else up."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(32, "resolver")

    async def __call__(self, host: str, port: int) -> list[str]:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def close(self) -> None:
        """Look nothing up any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


async def system_connect(address: str, port: int, within: float | None) -> httpcore.AsyncNetworkStream:
    """A TCP connection."""
    return await httpcore.AnyIOBackend().connect_tcp(address, port, within)


# The `timeout` of the methods below is httpcore's interface (ASYNC109).


class Dialler(httpcore.AsyncNetworkBackend):
    """Dials the addresses of a name only after all of them were found public, and just those that were looked at.

    A name that resolves differently the next time gains nothing: the name isn't looked up again, and TLS and the
    Host header still speak of the name. A proxy may well be on this machine: towards it, nothing is checked.
    """

    def __init__(self, resolve: Resolve, connect: Connect, *, checked: bool, to_proxy: bool = False) -> None:
        self._resolve = resolve
        self._connect = connect
        self._checked = checked
        self._to_proxy = to_proxy

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host`; `local_address` and `socket_options` are not used by us.

        Raises Trouble.
        """
        try:
            with anyio.fail_after(timeout):
                return _Stream(await self._dial(await self._addresses(host, port), port))
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError) as error:
            cause = httpcore.ConnectTimeout() if isinstance(error, TimeoutError) else error
            trouble = translated(cause, f"the proxy {host}" if self._to_proxy else host)
            trouble.dead = trouble.dead and not self._to_proxy
            raise trouble from error

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        addresses = [host] if _is_literal(host) else await self._resolve(host, port)
        if not addresses:
            raise lost_host(host)
        fault = next(filter(None, map(not_public, addresses)), "") if self._checked else ""
        if fault:
            raise Trouble(f"is not public: {host} leads to {fault}", kind=Refused)
        return addresses[:_ADDRESSES_TRIED]

    async def _dial(self, addresses: Sequence[str], port: int) -> httpcore.AsyncNetworkStream:
        for address in addresses[:-1]:
            try:
                return await self._connect(address, port, _NEXT_ADDRESS_AFTER)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._connect(addresses[-1], port, None)


def _is_literal(host: str) -> bool:
    return not_public(host) != "no address"


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is closed also where its TLS handshake is cancelled; httpcore alone would leave it open."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._socket = inner.get_extra_info("socket")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._socket is not None:
            # Asked before each request, to see whether the server has closed; anyio would look up the addresses too.
            return _is_readable(self._socket)
        return self._inner.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            await self._inner.aclose()
            raise


def _is_readable(connection: socket.socket) -> bool:
    """Whether something has come in, or the connection is gone."""
    if connection.fileno() < 0:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))
