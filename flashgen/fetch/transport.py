"""Connections: one httpx transport with a pool for each origin.

A single pool for all hosts looks at every idle connection for every request; a pool for each origin doesn't, and is
closed when its host is done. Requests are handed to the transport itself, not to an httpx.AsyncClient: a client
keeps cookies from one fetch to the next, and fails on redirects to malformed addresses before we can judge them.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from flashgen.errors import SettingsError
from flashgen.fetch.dial import Connect, Dialler, Resolve
from flashgen.fetch.safety import DEFAULT_PORTS
from flashgen.fetch.trouble import translated

IDLE_SECONDS = 15.0
IDLE_POOLS = 100


def tls_context(env: Mapping[str, str]) -> ssl.SSLContext:
    """What certificates are judged by: SSL_CERT_FILE or SSL_CERT_DIR of `env`, else certifi's list.

    Raises SettingsError where they can't be read.
    """
    file, folder = env.get("SSL_CERT_FILE"), env.get("SSL_CERT_DIR")
    try:
        if file or folder:
            return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except OSError as error:  # also ssl.SSLError
        raise SettingsError(f"SSL_CERT_FILE or SSL_CERT_DIR can't be read: {error.strerror or error}") from None
    return httpx.create_ssl_context(trust_env=False)


@dataclass(slots=True, eq=False)
class _Pool:
    """The connections to one origin. `worn` pools take no new request and are closed after their last."""

    http: httpcore.AsyncConnectionPool
    active: int = 0
    idle_since: float = 0.0
    worn: bool = False


class Connections(httpx.AsyncBaseTransport):
    """All connections of a run. Raises Trouble, and SettingsError where the environment names unusable certificates.

    `proxy_for` names the proxy for a scheme, host and port ('' for none), `clock` counts seconds.
    """

    def __init__(
        self,
        *,
        resolve: Resolve,
        connect: Connect,
        proxy_for: Callable[[str, str, int], str],
        tls: Callable[[], ssl.SSLContext],
        checked: bool,
        clock: Callable[[], float],
    ) -> None:
        self._direct = Dialler(resolve, connect, checked=checked)
        self._through_proxy = Dialler(resolve, connect, checked=False, to_proxy=True)
        self._proxy_for = proxy_for
        self._tls = tls
        self._context: ssl.SSLContext | None = None
        self._clock = clock
        self._pools: dict[tuple[bytes, bytes, int | None], _Pool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and give back the answer with its body still to come. Raises Trouble."""
        url = request.url
        pool = self._pool(url)
        pool.active += 1
        try:
            answer = await pool.http.handle_async_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    extensions=request.extensions,
                )
            )
        except BaseException as error:
            await self._leave(pool, whole=False)
            if isinstance(error, Exception):
                raise translated(error, url.raw_host.decode()) from error
            raise
        body = _Body(self, pool, answer, url.raw_host.decode())
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    def _pool(self, url: httpx.URL) -> _Pool:
        key = (url.raw_scheme, url.raw_host, url.port)
        pool = self._pools.pop(key, None)
        if pool is None or pool.worn:
            pool = _Pool(self._new(url))
        self._pools[key] = pool  # at the end: the pools stand in the order of their last use
        return pool

    def _new(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        port = url.port or DEFAULT_PORTS[url.scheme]
        proxy = self._proxy_for(url.scheme, url.raw_host.decode(), port)
        if self._context is None and (url.scheme == "https" or proxy):
            self._context = self._tls()
        return httpcore.AsyncConnectionPool(
            ssl_context=self._context,
            proxy=_proxy(proxy) if proxy else None,
            max_connections=None,
            keepalive_expiry=IDLE_SECONDS,
            http2=True,
            network_backend=self._through_proxy if proxy else self._direct,
        )

    async def _leave(self, pool: _Pool, *, whole: bool) -> None:
        """One request on `pool` is over. Over HTTP/2 the rest of an answer that was not read to its end would go on
        coming in and fill the connection's window: no further request is put on it."""
        pool.active -= 1
        pool.idle_since = self._clock()
        pool.worn = pool.worn or not whole
        if pool.worn and not pool.active:
            self._forget(pool)
            await pool.http.aclose()
        await self._close_idle()

    def _forget(self, pool: _Pool) -> None:
        for key in [key for key, known in self._pools.items() if known is pool]:
            del self._pools[key]

    async def _close_idle(self) -> None:
        """Close the pools that nobody used for a while, and the oldest where there are too many."""
        now = self._clock()
        idle = [(key, pool) for key, pool in self._pools.items() if not pool.active]
        surplus = len(idle) - IDLE_POOLS
        done = [
            (key, pool) for n, (key, pool) in enumerate(idle) if n < surplus or now - pool.idle_since > IDLE_SECONDS
        ]
        for key, _ in done:
            del self._pools[key]
        for _, pool in done:
            await pool.http.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        while self._pools:
            await self._pools.popitem()[1].http.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an answer as it comes in. Raises Trouble."""

    def __init__(self, owner: Connections, pool: _Pool, answer: httpcore.Response, host: str) -> None:
        self._owner = owner
        self._pool = pool
        self._answer = answer
        self._host = host
        self._whole = answer.extensions.get("http_version") != b"HTTP/2"
        self._open = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            assert isinstance(self._answer.stream, AsyncIterable)
            async for chunk in self._answer.stream:
                yield chunk
        except Exception as error:
            raise translated(error, self._host, begun=True) from error
        self._whole = True

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            try:
                await self._answer.aclose()
            finally:
                await self._owner._leave(self._pool, whole=self._whole)


def _proxy(url: str) -> httpcore.Proxy:
    parts = urlsplit(url)
    if parts.scheme.startswith("socks") and find_spec("socksio") is None:
        raise SettingsError("the environment names a SOCKS proxy, which needs another package: pip install socksio")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 1080)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return httpcore.Proxy(f"{parts.scheme}://{host}:{port}", auth=auth)
