"""A good neighbour: few requests at a time, robots.txt, pauses where a host wants them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest
from servers import Net, Request, Wire, checked, serving, web

from flashgen.errors import Failed, Skipped
from flashgen.fetch import Fetcher
from flashgen.settings import FetchSettings


async def slowly(request: Request, wire: Wire) -> None:
    await asyncio.sleep(0.01)
    await wire.send(200, b"text")


@pytest.mark.parametrize("per_host", [1, 2, 5])
def test_few_at_a_time_per_host(per_host: int) -> None:
    """However many links a host has, it is asked `per_host` at a time, and really that many."""

    async def go() -> None:
        async with web(slowly, per_host=per_host) as net:
            await asyncio.gather(*(net.fetch(f"http://example.org/{number}") for number in range(20)))
            assert net.server.most["example.org"] == per_host

    checked(go)


def test_few_at_a_time_in_all() -> None:
    """All hosts together are asked `total` at a time."""

    async def go() -> None:
        async with web(slowly, total=7) as net:
            await asyncio.gather(*(net.fetch(f"http://{number}.example.org/") for number in range(40)))
            assert max(net.server.most.values()) == 1
            assert 1 < net.server.busiest <= 7

    checked(go)


def test_redirects_stand_in_line() -> None:
    """Whoever is sent to a host by a redirect waits there like everybody else."""

    async def handler(request: Request, wire: Wire) -> None:
        if request.host == "example.com":
            await slowly(request, wire)
        else:
            await wire.send(302, b"", location="http://example.com/")

    async def go() -> None:
        async with web(handler) as net:
            await asyncio.gather(*(net.fetch(f"http://{number}.example.org/") for number in range(20)))
            assert net.server.most["example.com"] == 2

    checked(go)


def test_robots_txt_is_obeyed() -> None:
    """What robots.txt says no to is skipped, unasked; the file is asked for once."""
    rules = b"User-agent: *\nDisallow: /private\n\nUser-agent: flashgen\nDisallow: /private\nDisallow: /bots\n"

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(200, rules if request.target == "/robots.txt" else b"text", content_type="text/plain")

    async def go() -> None:
        async with serving(handler) as server, Fetcher(FetchSettings(allow_private=True), env={}) as fetch:
            base = f"http://127.0.0.1:{server.port}"
            pages = await asyncio.gather(*(fetch(f"{base}/{n}") for n in range(5)), return_exceptions=True)
            assert not any(isinstance(page, BaseException) for page in pages)
            for path in ("/private/x", "/bots", "/bots?a"):
                with pytest.raises(Skipped, match=r"robots.txt of 127.0.0.1:\d+ does not allow it"):
                    await fetch(base + path)
            assert len(server.asked("/robots.txt")) == 1
            assert len(server.asked()) == 5

    checked(go)


def robots_web(answers: dict[str, tuple[int, bytes, str]]) -> tuple[dict[str, object], Net]:
    """For each host the way its robots.txt is answered (status, body, location), and what its page comes to."""
    outcome: dict[str, object] = {}
    nets: list[Net] = []

    async def handler(request: Request, wire: Wire) -> None:
        if request.target.startswith("/robots"):
            status, body, location = answers[request.host] if request.target == "/robots.txt" else (200, DISALLOW, "")
            if status == 0:
                wire.reset()
            elif status == 1:
                await asyncio.sleep(30)
            else:
                await wire.send(status, body, location=location)
        else:
            await wire.send(200, b"text")

    async def go() -> None:
        async with web(handler, raw=True, read_timeout=0.2) as net:
            nets.append(net)
            for host in answers:
                for again in ("", " again"):
                    try:
                        outcome[host + again] = (await net.fetch(f"http://{host}/page")).body
                    except (Skipped, Failed) as error:
                        outcome[host + again] = error.reason

    checked(go)
    return outcome, nets[0]


DISALLOW = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_txt_allows_everything(status: int) -> None:
    """RFC 9309: what isn't there or isn't shown forbids nothing, and isn't asked for again."""
    outcome, net = robots_web({"a.example": (status, DISALLOW, "")})
    assert set(outcome.values()) == {b"text"}
    assert len(net.server.asked("/robots.txt")) == 1


@pytest.mark.parametrize("status", [0, 1, 429, 500, 502, 503])
def test_a_robots_txt_that_fails_counts_as_none(status: int) -> None:
    """A broken robots.txt keeps nobody from reading the page, and is asked for again later, not at once."""
    outcome, net = robots_web({"a.example": (status, DISALLOW, "")})
    assert set(outcome.values()) == {b"text"}
    assert len(net.server.asked("/robots.txt")) == 1


def test_a_robots_txt_that_failed_is_asked_for_again_later() -> None:
    """When it is back, it is obeyed."""
    status = 503

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(status if request.target == "/robots.txt" else 200, DISALLOW)

    async def go() -> None:
        nonlocal status
        async with web(handler, raw=True) as net:
            await net.fetch("http://example.org/")
            status = 200
            await net.fetch("http://example.org/")
            net.clock.now += 301
            with pytest.raises(Skipped):
                await net.fetch("http://example.org/")

    checked(go)


def test_a_robots_txt_may_ask_for_a_pause() -> None:
    """Retry-After holds for the host, whatever was asked for."""

    async def handler(request: Request, wire: Wire) -> None:
        robots = request.target == "/robots.txt"
        await wire.send(429 if robots else 200, b"text", retry_after="12")

    async def go() -> None:
        async with web(handler, raw=True) as net:
            await net.fetch("http://example.org/")
            assert net.clock.naps == [12.0]

    checked(go)


def test_robots_txt_may_be_moved() -> None:
    """Redirects of robots.txt are followed, five at most, and only to safe places."""
    outcome, _ = robots_web(
        {
            "moved.example": (301, b"", "http://other.example/robots2"),
            "round.example": (301, b"", "/robots.txt"),
            "inside.example": (301, b"", "http://127.0.0.1/robots2"),
        }
    )
    assert outcome["moved.example"] == "robots.txt of moved.example does not allow it"
    assert outcome["round.example"] == b"text"
    assert outcome["inside.example"] == b"text"


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00garbage", b"<html>not here</html>", b"Disallow: /", b"User-agent\nDisallow", b"*" * 100_000, b""],
)
def test_nonsense_forbids_nothing(content: bytes) -> None:
    """A robots.txt that isn't one allows everything."""
    assert robots_web({"a.example": (200, content, "")})[0]["a.example"] == b"text"


def test_a_robots_txt_without_end_is_read_in_part() -> None:
    """The first half megabyte counts."""
    endless = DISALLOW + b"# padding\n" * 200_000
    assert "does not allow" in str(robots_web({"a.example": (200, endless, "")})[0]["a.example"])


def test_redirect_targets_have_a_robots_txt_too() -> None:
    """A redirect is no way round it."""

    async def handler(request: Request, wire: Wire) -> None:
        if request.host == "example.org":
            await wire.send(404 if request.target == "/robots.txt" else 302, b"", location="http://example.com/page")
        else:
            await wire.send(200, DISALLOW if request.target == "/robots.txt" else b"text")

    async def go() -> None:
        async with web(handler, raw=True) as net:
            with pytest.raises(Skipped, match=r"robots.txt of example.com does"):
                await net.fetch("http://example.org/")
            assert "/page" not in net.server.asked()

    checked(go)


def test_a_sign_in_that_sends_back_is_passed_through() -> None:
    """An address that robots.txt forbids may hand us back to where we came from; a page there isn't read."""

    async def handler(request: Request, wire: Wire) -> None:
        where = (request.host, request.target)
        if where == ("id.example", "/robots.txt"):
            await wire.send(200, DISALLOW)
        elif where[1] == "/robots.txt" or where[1].endswith("known=1"):
            await wire.send(200, b"text")
        elif where[0] == "id.example":
            back = "http://blog.example/post?known=1"
            await wire.send(302 if "post" in where[1] else 200, b"sign in", location=back)
        else:
            await wire.send(302, b"", location=f"http://id.example/hello?back=http%3A%2F%2Fblog.example{where[1]}")

    async def go() -> None:
        async with web(handler, raw=True) as net:
            assert (await net.fetch("http://blog.example/post")).body == b"text"
            with pytest.raises(Skipped, match=r"robots.txt of id.example"):
                await net.fetch("http://blog.example/other")

    checked(go)


def test_robots_can_be_turned_off() -> None:
    """For one's own servers."""

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(200, DISALLOW if request.target == "/robots.txt" else b"text")

    async def go() -> None:
        async with web(handler, raw=True, robots=False) as net:
            assert (await net.fetch("http://example.org/")).body == b"text"
            assert net.server.asked("/robots.txt") == []

    checked(go)


def test_crawl_delay() -> None:
    """The pause that a host wishes for between two requests is kept, up to five seconds."""

    async def handler(request: Request, wire: Wire) -> None:
        delay = (
            b"User-agent: *\nCrawl-delay: 3\n" if request.host == "a.example" else b"User-agent: *\nCrawl-delay: 600\n"
        )
        await wire.send(200, delay if request.target == "/robots.txt" else b"text")

    async def go() -> None:
        async with web(handler, raw=True) as net:
            for _ in range(3):
                await net.fetch("http://a.example/")
            assert net.clock.naps == [3.0, 3.0]
            for _ in range(2):
                await net.fetch("http://b.example/")
            assert net.clock.naps == [3.0, 3.0, 5.0]

    checked(go)


def test_a_pause_holds_for_the_whole_host() -> None:
    """Who is told to slow down doesn't send the next link in."""
    asked = 0

    async def handler(request: Request, wire: Wire) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            await wire.send(429, b"", retry_after="20")
        else:
            await wire.send(200, b"text")

    async def go() -> None:
        async with web(handler, per_host=1) as net:
            await asyncio.gather(*(net.fetch(f"http://example.org/{number}") for number in range(3)))
            assert max(net.clock.naps) == 20
            assert net.clock.now == 1020

    checked(go)


def test_a_host_that_keeps_saying_no_is_left_in_peace() -> None:
    """After three times "slow down", and for two links, the others of the host fail at once, and know how long to
    wait."""

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(429, b"", retry_after="20")

    async def go() -> None:
        async with web(handler) as net:
            for number in range(10):
                with pytest.raises(Failed, match="slow down") as caught:
                    await net.fetch(f"http://example.org/{number}")
                assert caught.value.retry_after == 20
            assert len(net.server.asked()) == 4

    checked(go)


def test_one_page_with_a_long_wait_doesnt_close_its_host() -> None:
    """A limit on one page holds for that page; its neighbours are still read."""

    async def handler(request: Request, wire: Wire) -> None:
        if request.target == "/limited":
            await wire.send(429, b"", retry_after="3600")
        else:
            await wire.send(200, b"text")

    async def go() -> None:
        async with web(handler) as net:
            for _ in range(5):
                with pytest.raises(Failed):
                    await net.fetch("http://example.org/limited")
                assert (await net.fetch("http://example.org/page")).body == b"text"

    checked(go)


def test_one_page_that_always_says_slow_down_doesnt_close_its_host() -> None:
    """However often one address is refused, the others of its host are still asked."""

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(429 if request.target == "/limited" else 200, b"text")

    async def go() -> None:
        async with web(handler) as net:
            with pytest.raises(Failed, match="slow down"):
                await net.fetch("http://example.org/limited")
            assert len(net.server.asked()) == 3
            assert (await net.fetch("http://example.org/page")).body == b"text"

    checked(go)


def test_a_host_that_shuts_the_door_in_the_midst_is_asked_more_slowly() -> None:
    """Some hosts say "too fast" by 403: after a good answer it is worth another try, a second apart from then on."""
    starts: list[float] = []

    async def go() -> None:
        async with web(handler, per_host=1) as net:
            clocks.append(net.clock)
            pages = await asyncio.gather(*(net.fetch(f"http://example.org/{number}") for number in range(4)))
            assert [page.body for page in pages] == [b"text"] * 4
            assert all(later - earlier >= 0.99 for earlier, later in itertools.pairwise(starts[1:]))

    clocks: list[Callable[[], float]] = []

    async def handler(request: Request, wire: Wire) -> None:
        starts.append(clocks[0]())
        await wire.send(403 if len(starts) == 2 else 200, b"text")

    checked(go)


def test_a_host_that_never_let_us_in_is_believed() -> None:
    """403 from the first request on is final: asking again won't help."""

    async def handler(request: Request, wire: Wire) -> None:
        await wire.send(403, b"")

    async def go() -> None:
        async with web(handler) as net:
            with pytest.raises(Failed, match="403"):
                await net.fetch("http://example.org/")
            assert len(net.server.asked()) == 1

    checked(go)
