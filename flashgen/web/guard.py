"""Who may ask: the browser that was given the address with the token, on this machine, from our own pages.

Everybody else gets an empty 404. A page of another site can neither read nor write here: its requests carry no cookie
(SameSite=Strict), its Origin is another, and what it is named by (DNS rebinding) is not our Host.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from secrets import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets requests through to `inner` that come to `host` (with its port) and carry the token."""

    def __init__(self, inner: ASGIApp, host: str, token: str) -> None:
        self._inner = inner
        self._hosts = {host, host.replace("127.0.0.1", "localhost")}
        self._token = token
        self._cookie = f"flashgen-{host.rpartition(':')[2]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        response = self._answer(scope)
        await (response or self._inner)(scope, receive, _hardened(send))

    def _answer(self, scope: Scope) -> Response | None:
        """What a request gets instead of a page; None for one that may pass."""
        headers = Headers(scope=scope)
        if scope["type"] != "http" or headers.get("host") not in self._hosts:
            return Response(status_code=404)
        path = scope["path"]
        if scope["method"] == "GET" and path.startswith("/open/"):
            return self._opened(path.removeprefix("/open/"))
        if not self._knows(headers):
            return Response(status_code=404)
        if scope["method"] not in ("GET", "HEAD") and not self._is_ours(headers):
            return Response(status_code=403)
        return None

    def _opened(self, token: str) -> Response:
        if not _same(token, self._token):
            return Response(status_code=404)
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return response

    def _knows(self, headers: Headers) -> bool:
        try:
            given = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return given is not None and _same(given.value, self._token)

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a write comes from one of our pages: their origin, and JSON, which no form can send."""
        origin = headers.get("origin", "")
        json = headers.get("content-type", "").partition(";")[0].strip() == "application/json"
        return json and origin.removeprefix("http://") == headers.get("host") and origin.startswith("http://")


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())


def _hardened(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return with_headers
