"""One request and its answer: headers out, and back a page, an address to go on to, or Trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

import anyio
import httpx

from flashgen.errors import Skipped
from flashgen.fetch import answers, body, media
from flashgen.fetch.proxies import Proxies
from flashgen.fetch.safety import Target
from flashgen.fetch.transport import Connections
from flashgen.fetch.trouble import Trouble
from flashgen.settings import FetchSettings
from flashgen.types import Page, Validators

LARGE_AT_A_TIME = 4


@dataclass(slots=True)
class Trip:
    """One fetch on its way, and what it carries from hop to hop.

    `left` is its time on the network in seconds, `trouble` what it met last, `unread` why a page must not be read
    ('' where it may); the cookies are this trip's own.
    """

    url: str
    accept: str
    validators: Validators
    left: float
    failures: int = 0
    trouble: str = ""
    encoding: str = "gzip, deflate"
    unread: str = ""
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def cookie_header(self, target: Target) -> str:
        """The cookies that `target` is sent."""
        if not self.cookies:
            return ""
        request = _request(target)
        self.cookies.set_cookie_header(request)
        return str(request.headers.get("cookie", ""))

    def keep_cookies(self, response: httpx.Response) -> None:
        """Keep what `response` sets, but for what couldn't be sent back."""
        self.cookies.extract_cookies(response)
        for cookie in list(self.cookies.jar):
            if not _sendable(f"{cookie.name}={cookie.value}"):
                self.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)


class Exchange:
    """Asks over `connections`, as `agent`, within the bounds of `settings`."""

    def __init__(self, settings: FetchSettings, connections: Connections, proxies: Proxies, agent: str) -> None:
        self._connections = connections
        self._proxies = proxies
        self._headers = {"User-Agent": agent}
        self._bounds = body.Bounds(settings.max_wire_bytes, settings.max_bytes)
        self._large = asyncio.Semaphore(LARGE_AT_A_TIME)
        timeout = httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout, pool=None)
        self._timeout = {"timeout": timeout.as_dict()}

    async def page(self, target: Target, trip: Trip, limit: anyio.CancelScope) -> Page | str:
        """Ask once: the page, or the Location that `target` redirects to. Raises Trouble.

        `limit` is put off while a large body waits for others.
        """
        request = _request(target, {**self._headers, "Accept": trip.accept, "Accept-Encoding": trip.encoding})
        request.extensions.update(self._timeout)
        request.headers.update(dict(_conditions(trip.validators)))
        if cookie := trip.cookie_header(target):
            request.headers["Cookie"] = cookie
        response = await self._connections.handle_async_request(request)
        try:
            if "set-cookie" in response.headers:
                response.request = request
                trip.keep_cookies(response)
            return await self._judge(response, target, trip, limit)
        finally:
            await response.aclose()

    async def head(self, target: Target, most: int) -> tuple[int, bytes, str]:
        """Ask once: status, up to `most` bytes of a page, and the Location of a redirect.

        Raises Trouble, also for an answer that may be another one later.
        """
        wanted = {"Accept": "text/plain,*/*;q=0.5", "Accept-Encoding": "gzip, deflate"}
        request = _request(target, {**self._headers, **wanted})
        request.extensions.update(self._timeout)
        response = await self._connections.handle_async_request(request)
        content = bytearray()
        try:
            status = response.status_code
            if status != 200:
                await body.drain(response)
                if status == 429 or status >= 500:
                    raise answers.trouble(status, response.headers)
                return status, b"", _location(response)
            async with aclosing(body.pieces(response, self._bounds)) as arriving:
                async for piece in arriving:
                    content += piece
                    if len(content) >= most:
                        break
            return 200, bytes(content[:most]), ""
        finally:
            await response.aclose()

    async def _judge(
        self, response: httpx.Response, target: Target, trip: Trip, limit: anyio.CancelScope
    ) -> Page | str:
        status = response.status_code
        if status in (200, 203):
            if trip.unread:
                raise Trouble(trip.unread, kind=Skipped)
            return await self._read(response, target, trip, limit)
        await body.drain(response)
        if location := _location(response):
            return location
        if status == 304 and trip.validators:
            now, before = _validators(response), trip.validators
            known = Validators(now.etag or before.etag, now.last_modified or before.last_modified)
            return Page(trip.url, target.url, b"", "", known, unchanged=True)
        by_proxy = target.scheme == "http" and bool(self._proxies.lead(target.scheme, target.host, target.port))
        raise answers.trouble(status, response.headers, by_proxy=by_proxy)

    async def _read(self, response: httpx.Response, target: Target, trip: Trip, limit: anyio.CancelScope) -> Page:
        content_type = response.headers.get("content-type", "")
        verdict = media.Verdict.READ if trip.accept.startswith("image/") else media.judge(content_type)
        if isinstance(verdict, str):
            raise Trouble(verdict, kind=Skipped)

        def look(head: bytes) -> str:
            return media.sniff(head, content_type) if verdict is media.Verdict.SNIFF else ""

        content = await body.read(response, self._bounds, look=look, large=self._large, limit=limit)
        return Page(trip.url, target.url, content, content_type, _validators(response))


def _request(target: Target, headers: Mapping[str, str] | None = None) -> httpx.Request:
    """A request with its own Host header: httpx would decode the name for it, and fails on names with emoji."""
    return httpx.Request("GET", target.url, headers={"Host": target.netloc, **(headers or {})})


def _location(response: httpx.Response) -> str:
    redirects = response.status_code in answers.REDIRECTS
    return str(response.headers.get("location", "")) if redirects else ""


def _conditions(validators: Validators) -> Iterator[tuple[str, str]]:
    """The headers that ask whether a page has changed."""
    if _sendable(validators.etag):
        yield "If-None-Match", validators.etag
    if _sendable(validators.last_modified):
        yield "If-Modified-Since", validators.last_modified


def _validators(response: httpx.Response) -> Validators:
    etag, modified = (str(response.headers.get(name, "")) for name in ("etag", "last-modified"))
    return Validators(etag if _sendable(etag) else "", modified if _sendable(modified) else "")


def _sendable(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable()
