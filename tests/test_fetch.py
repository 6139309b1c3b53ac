"""What comes of one address: a page, an honest reason, and what was sent for it."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from email.utils import formatdate

import pytest
from servers import Handler, Net, Request, Wire, checked, web

from flashgen.errors import Failed, Gone, LinkError, SettingsError, Skipped
from flashgen.fetch import Fetcher
from flashgen.settings import FetchSettings
from flashgen.types import Page, Validators

TEXT = b"<p>Some text</p>"


def fetched(handler: Handler, url: str = "http://example.org/page", **settings: object) -> tuple[Page, Net]:
    """The page at `url`, and the net after it."""
    result: list[tuple[Page, Net]] = []

    async def go() -> None:
        async with web(handler, **settings) as net:  # type: ignore[arg-type]
            result.append((await net.fetch(url), net))

    checked(go)
    return result[0]


def failure(handler: Handler, url: str = "http://example.org/page", **settings: object) -> tuple[LinkError, Net]:
    """Why there is no page at `url`, and the net after it."""
    result: list[tuple[LinkError, Net]] = []

    async def go() -> None:
        async with web(handler, **settings) as net:  # type: ignore[arg-type]
            with pytest.raises(LinkError) as caught:
                await net.fetch(url)
            result.append((caught.value, net))

    checked(go)
    return result[0]


def answering(status: int = 200, content: bytes = TEXT, length: int | None = None, **headers: str) -> Handler:
    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(status, content, length, **headers)

    return handler


def in_turn(*handlers: Handler) -> Handler:
    """One handler for each request, the last for all that follow."""
    count = 0

    async def handler(request: Request, wire: Wire) -> None:
        nonlocal count
        count += 1
        await handlers[min(count, len(handlers)) - 1](request, wire)

    return handler


def test_a_page() -> None:
    """Body, type, validators and address of a page come as the server gave them."""
    page, _ = fetched(answering(etag='"a"', last_modified="Mon, 02 Nov 2026 10:00:00 GMT"), "http://Example.org/a b#c")
    assert page == Page(
        "http://Example.org/a b#c",
        "http://example.org/a%20b",
        TEXT,
        "text/html; charset=utf-8",
        Validators('"a"', "Mon, 02 Nov 2026 10:00:00 GMT"),
    )


def test_who_asks() -> None:
    """We say who we are and how to reach us, and ask only for encodings whose unpacking can be bounded."""
    _, net = fetched(answering(), contact="https://example.com/me")
    headers = net.server.requests[-1].headers
    assert headers["user-agent"].startswith("flashgen/")
    assert "(+https://example.com/me)" in headers["user-agent"]
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["host"] == "example.org"
    assert "cookie" not in headers


def test_accept_is_the_callers() -> None:
    """What kind of answer is wanted may be said."""

    async def go() -> None:
        async with web(answering()) as net:
            await net.fetch("http://example.org/", accept="application/json")
            assert net.server.requests[-1].headers["accept"] == "application/json"

    checked(go)


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(TEXT * 1000)),
        ("x-gzip", gzip.compress(TEXT * 1000)),
        ("GZIP", gzip.compress(TEXT * 1000)),
        ("gzip", gzip.compress(TEXT * 400) + gzip.compress(TEXT * 600)),
        ("gzip", gzip.compress(TEXT * 1000) + bytes(32)),
        ("deflate", zlib.compress(TEXT * 1000)),
        ("deflate", zlib.compress(TEXT * 1000)[2:-4]),
        ("identity", TEXT * 1000),
        ("utf-8", TEXT * 1000),
    ],
    ids=[
        "gzip",
        "x-gzip",
        "upper case",
        "two members",
        "zeros after it",
        "zlib",
        "raw deflate",
        "identity",
        "no coding",
    ],
)
def test_encodings(encoding: str, content: bytes) -> None:
    """Compressed bodies are unpacked: gzip in one or several members, deflate with and without its envelope."""
    page, _ = fetched(answering(content=content, content_encoding=encoding))
    assert page.body == TEXT * 1000


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (400, Failed, "malformed"),
        (401, Failed, "sign-in"),
        (402, Failed, "paid"),
        (403, Failed, "doesn't let us in"),
        (404, Failed, "not found (404)"),
        (410, Gone, "gone for good"),
        (418, Failed, "418"),
        (451, Failed, "legal"),
        (204, Failed, "no page"),
        (301, Failed, "without saying where"),
        (304, Failed, "wasn't asked"),
        (501, Failed, "501"),
    ],
)
def test_what_wont_pass_is_not_asked_again(status: int, kind: type[LinkError], reason: str) -> None:
    """Every status has its own words, and only those that may pass are asked for again."""
    error, net = failure(answering(status, b""))
    assert type(error) is kind
    assert reason in error.reason
    assert str(error) == f"http://example.org/page: {error.reason}"
    assert len(net.server.asked()) == (3 if status == 304 else 1)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520, 524])
def test_what_may_pass_is_asked_again(status: int) -> None:
    """Two bad answers are no reason to give a page up."""
    page, net = fetched(in_turn(answering(status), answering(status), answering()))
    assert page.body == TEXT
    assert len(net.clock.naps) == 2


def test_enough_is_enough() -> None:
    """After `attempts` answers the reason of the last is told."""
    error, net = failure(answering(503), attempts=4)
    assert "overloaded" in error.reason
    assert len(net.server.asked()) == 4


def test_the_pauses_grow() -> None:
    """With full jitter: each pause is random up to twice the last bound."""
    _, net = failure(answering(500), attempts=4)
    assert net.clock.naps == [0.5, 1.0, 2.0]


def test_dead_pages_are_told_from_closed_ones() -> None:
    """What isn't there any more is worth looking for in an archive; what is closed isn't."""
    assert failure(answering(404))[0].dead  # type: ignore[attr-defined]
    assert not failure(answering(403))[0].dead  # type: ignore[attr-defined]


def test_retry_after_in_seconds() -> None:
    """A server that says how long to wait is obeyed."""
    _, net = fetched(in_turn(answering(429, retry_after="7"), answering()))
    assert net.clock.naps == [7.0]


def test_retry_after_as_a_date() -> None:
    """The date is read by the server's own clock."""
    now = 1_793_000_000
    slow = answering(503, date=formatdate(now, usegmt=True), retry_after=formatdate(now + 9, usegmt=True))
    _, net = fetched(in_turn(slow, answering()))
    assert net.clock.naps == [9.0]


def test_retry_after_has_a_bound() -> None:
    """Nobody waits an hour within a run: the link is put off, and it is known until when."""
    error, net = failure(answering(429, retry_after="3600"))
    assert isinstance(error, Failed)
    assert error.retry_after == 3600
    assert net.clock.naps == []


@pytest.mark.parametrize("nonsense", ["soon", "-5", "٣", "Mon, 99 Foo 2026", ""])
def test_retry_after_may_be_nonsense(nonsense: str) -> None:
    """Then we wait as long as we would have anyway."""

    async def slow(request: Request, wire: Wire) -> None:
        await wire.raw(f"HTTP/1.1 503 X\r\nRetry-After: {nonsense}\r\nContent-Length: 0\r\n\r\n".encode())

    _, net = fetched(in_turn(slow, answering()))
    assert len(net.clock.naps) == 1


def test_a_robot_check_is_called_that() -> None:
    """A challenge isn't the page's own no."""
    error, _ = failure(answering(403, cf_mitigated="challenge"))
    assert "check for robots" in error.reason


@pytest.mark.parametrize(
    "kind",
    [
        "text/html", "text/plain", "text/markdown", "application/xhtml+xml", "application/xml", "application/json",
        "application/ld+json", "application/atom+xml", "application/pdf", "application/epub+zip", "",
        "application/octet-stream", "application/x-unheard-of", "TEXT/HTML; charset=x",
    ],
)  # fmt: skip
def test_kinds_that_are_read(kind: str) -> None:
    """Text in all its forms, PDF and EPUB; and what calls itself nothing in particular, if it looks like text."""
    assert fetched(answering(content_type=kind))[0].body == TEXT


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("image/png", "an image"), ("image/svg+xml", "an image"), ("video/mp4", "a video"), ("audio/mpeg", "sound"),
        ("font/woff2", "a font"), ("application/zip", "an archive"), ("application/x-msdownload", "a program"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "save it as PDF"),
    ],
)  # fmt: skip
def test_kinds_that_are_skipped_unread(kind: str, word: str) -> None:
    """Pictures, films, archives: the type says it, and nothing is downloaded (the body here never comes)."""
    error, net = failure(answering(content=b"", length=100_000, content_type=kind))
    assert isinstance(error, Skipped)
    assert word in error.reason
    assert len(net.server.asked()) == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "an image"), (b"PK\x03\x04" + bytes(99), "an archive"),
        (b"\0\0\0\x18ftypmp42", "a video"), (b"RIFF\0\0\0\0WAVE", "sound"), (b"\x7fELF" + bytes(9), "a program"),
        (b"abc\0def", "a binary file"),
    ],
)  # fmt: skip
def test_without_a_type_the_first_bytes_tell(content: bytes, word: str) -> None:
    """A file that says nothing of itself is looked at."""
    error, _ = failure(answering(content=content, content_type="application/octet-stream"))
    assert isinstance(error, Skipped)
    assert word in error.reason


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 \0\0", b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip", b"\xff\xfea\0"]
)
def test_pdf_epub_and_wide_text_are_known_by_their_bytes(content: bytes) -> None:
    """…and kept."""
    assert fetched(answering(content=content, content_type="application/octet-stream"))[0].body == content


def test_unchanged() -> None:
    """With validators the server is asked whether the page changed; 304 says no."""

    async def conditional(request: Request, wire: Wire) -> None:
        known = request.headers.get("if-none-match") == '"a"' and request.headers.get("if-modified-since") == "Mon"
        await wire.send(304 if known else 200, b"" if known else TEXT, etag='"a"')

    async def go() -> None:
        async with web(conditional) as net:
            page = await net.fetch("http://example.org/", validators=Validators('"a"', "Mon"))
            assert page.unchanged
            assert page.body == b""
            assert page.validators == Validators('"a"', "Mon")
            await net.fetch("http://example.org/", validators=Validators('"a"', "Mon"))
            assert net.server.connections == 1

    checked(go)


def test_validators_that_cant_be_sent_are_not() -> None:
    """A header that a ledger was edited into doesn't split the request, and odd ones aren't kept."""

    async def handler(request: Request, wire: Wire) -> None:
        await wire.raw(b"HTTP/1.1 200 OK\r\nETag: \xff\xfe\r\nContent-Length: 0\r\n\r\n")

    async def go() -> None:
        async with web(handler) as net:
            page = await net.fetch("http://example.org/", validators=Validators('"a"\r\nX: y', "Montag ü"))
            assert page.validators == Validators()
            assert not {"x", "if-none-match", "if-modified-since"} & net.server.requests[-1].headers.keys()

    checked(go)


def test_redirects() -> None:
    """Redirects are followed, and the page knows where it was found."""

    async def chain(request: Request, wire: Wire) -> None:
        steps = {"/page": "//example.com/b", "/b": "c?d", "/c?d": "https://example.net:80/e".replace("https", "http")}
        if request.target in steps:
            await wire.send(302, b"", location=steps[request.target])
        else:
            await wire.send(200, TEXT)

    page, net = fetched(chain)
    assert page.url == "http://example.org/page"
    assert page.final_url == "http://example.net/e"
    assert net.server.asked() == ["/page", "/b", "/c?d", "/e"]


def test_redirects_in_a_circle() -> None:
    """A circle is noticed when it closes, not when patience ends."""

    async def circle(request: Request, wire: Wire) -> None:
        await wire.send(301, b"", location="/other" if request.target == "/page" else "/page")

    error, net = failure(circle)
    assert error.reason == "redirects in a circle"
    assert len(net.server.asked()) == 2


def test_redirects_without_end() -> None:
    """Patience ends, too."""

    async def onwards(request: Request, wire: Wire) -> None:
        await wire.send(302, b"", location=request.target + "x")

    error, net = failure(onwards, max_redirects=5)
    assert error.reason == "redirects more than 5 times"
    assert len(net.server.asked()) == 6


def test_a_cookie_wall_is_passed() -> None:
    """A redirect to the same address that sets a cookie is no circle."""

    async def wall(request: Request, wire: Wire) -> None:
        if request.headers.get("cookie") == "seen=1":
            await wire.send(200, TEXT)
        else:
            await wire.send(302, b"", location=request.target, set_cookie="seen=1; Path=/")

    assert fetched(wall)[0].body == TEXT


def test_a_cookie_that_cant_be_sent_back() -> None:
    """It is dropped; its neighbours are sent."""

    async def wall(request: Request, wire: Wire) -> None:
        cookies = b"Set-Cookie: a=\xc3\xa9\r\nSet-Cookie: b=1\r\n"
        if "cookie" in request.headers:
            await wire.send(200, request.headers["cookie"].encode())
        else:
            await wire.raw(b"HTTP/1.1 302 X\r\nLocation: /page\r\nContent-Length: 0\r\n" + cookies + b"\r\n")

    assert fetched(wall)[0].body == b"b=1"


def test_cookies_are_not_kept() -> None:
    """What one fetch was given, no other sends, nor another host."""

    async def sticky(request: Request, wire: Wire) -> None:
        if request.target == "/away":
            await wire.send(302, b"", location="http://example.com/there", set_cookie="who=me; Path=/")
        else:
            await wire.send(200, TEXT, set_cookie="who=me; Path=/")

    async def go() -> None:
        async with web(sticky) as net:
            for path in ("a", "b", "away"):
                await net.fetch(f"http://example.org/{path}")
            assert not any("cookie" in request.headers for request in net.server.requests)

    checked(go)


def test_connections_are_kept() -> None:
    """Pages, redirects, errors and 304s of one host go over one connection."""

    async def handler(request: Request, wire: Wire) -> None:
        if request.target == "/moved":
            await wire.send(301, b"moved", location="/page")
        else:
            await wire.send(404 if request.target == "/none" else 200, TEXT)

    async def go() -> None:
        async with web(handler) as net:
            for path in ("page", "moved", "none", "page"):
                try:
                    await net.fetch(f"http://example.org/{path}")
                except Failed:
                    assert path == "none"
            assert net.server.connections == 1

    checked(go)


def test_a_user_agent_must_be_sendable() -> None:
    """A setting that would break every request is told at once."""
    with pytest.raises(SettingsError, match="user_agent"):
        Fetcher(FetchSettings(contact="line\nbreak"))


@pytest.mark.parametrize("host", ["xn--i-7iq.ws", "i❤.ws", "xn--a.example.org", "a_b.example.org", "-a-.example.org"])
def test_odd_names(host: str) -> None:
    """Names that browsers accept are asked, emoji and all."""

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(302 if request.target == "/" else 200, TEXT, location="/2", set_cookie="a=b")

    page, net = fetched(handler, f"http://{host}/")
    assert page.body == TEXT
    assert net.server.requests[-1].headers["cookie"] == "a=b"
    assert net.server.requests[-1].host.isascii()


def test_slow_and_fast_ones_together() -> None:
    """Fetches don't wait for each other's hosts."""

    async def handler(request: Request, wire: Wire) -> None:
        if request.host == "slow.example":
            await asyncio.sleep(0.2)
        await wire.send(200, TEXT)

    async def go() -> None:
        async with web(handler) as net:
            slow = asyncio.create_task(net.fetch("http://slow.example/"))
            await net.fetch("http://fast.example/")
            assert not slow.done()
            await slow

    checked(go)
