"""Safety on the wire: the address that is dialled is the one that was judged; proxies and certificates."""

from __future__ import annotations

import asyncio
import ssl
from importlib.util import find_spec
from pathlib import Path

import pytest
from certificates import authority_file, server_context
from servers import PUBLIC, Request, Wire, checked, open_to_all, serving, web

from flashgen.errors import Failed, LinkError, Refused, SettingsError
from flashgen.fetch import Fetcher
from flashgen.fetch.proxies import Proxies
from flashgen.settings import FetchSettings

TEXT = b"text"


async def answer(request: Request, wire: Wire) -> None:
    await wire.send(200, TEXT)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://2130706433/", "http://[::ffff:7f00:1]/", "file:///etc/passwd", "http://wiki/"]
)
def test_nothing_is_sent_to_an_unsafe_address(url: str) -> None:
    """Refused means: not looked up, not dialled."""

    async def go() -> None:
        async with web(answer) as net:
            with pytest.raises(Refused):
                await net.fetch(url)
            assert net.looked_up == net.dialled == []

    checked(go)


@pytest.mark.parametrize(
    "addresses",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:192.168.0.1", "64:ff9b::a00:1", "0.0.0.0",
     f"{PUBLIC} 127.0.0.1", f"127.0.0.1 {PUBLIC}", "fe80::1%eth0"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused(addresses: str) -> None:
    """A public name with a private address, be it one among several, isn't dialled."""

    async def go() -> None:
        async with web(answer, names={"evil.example": [addresses]}) as net:
            with pytest.raises(Refused, match=r"evil.example leads to"):
                await net.fetch("http://evil.example/")
            assert net.dialled == []

    checked(go)


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    """The address that was judged is the one dialled: looked up once for each connection, and judged each time."""

    async def hang_up(request: Request, wire: Wire) -> None:
        await wire.raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ntext")
        wire.reset()

    async def go() -> None:
        rebinding = {"evil.example": [PUBLIC, "127.0.0.1"]}
        async with web(hang_up, names=rebinding, robots=False) as net:
            assert (await net.fetch("http://evil.example/")).body == TEXT
            assert (net.looked_up, net.dialled) == (["evil.example"], [f"{PUBLIC}:80"])
            with pytest.raises(Refused):
                await net.fetch("http://evil.example/")
            assert net.dialled == [f"{PUBLIC}:80"]

    checked(go)


def test_a_redirect_to_a_name_that_leads_inside() -> None:
    """Names in redirects are judged like those in links."""

    async def redirect(request: Request, wire: Wire) -> None:
        await wire.send(302, b"", location="http://evil.example/")

    async def go() -> None:
        async with web(redirect, names={"evil.example": ["192.168.1.1"]}) as net:
            with pytest.raises(Refused):
                await net.fetch("http://example.org/")
            assert set(net.dialled) == {f"{PUBLIC}:80"}

    checked(go)


def test_private_addresses_on_request() -> None:
    """`allow_private` opens one's own network, with the system's own resolver and connections."""

    async def go() -> None:
        async with serving(open_to_all(answer)) as server:
            async with Fetcher(FetchSettings(allow_private=True), env={}) as fetch:
                assert (await fetch(f"http://127.0.0.1:{server.port}/")).body == TEXT
                assert (await fetch(f"http://localhost:{server.port}/")).body == TEXT
            async with Fetcher(FetchSettings(), env={}) as fetch:
                with pytest.raises(Refused):
                    await fetch(f"http://127.0.0.1:{server.port}/")

    checked(go)


def test_tls_speaks_of_the_name(tmp_path: Path) -> None:
    """The checked number is dialled, but certificate, SNI and Host header are the name's."""
    seen: list[str | None] = []
    context = server_context(tmp_path)

    def note(socket: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        seen.append(name)

    context.sni_callback = note

    async def go() -> None:
        env = {"SSL_CERT_FILE": str(authority_file(tmp_path))}
        async with web(answer, tls=context, env=env) as net:
            assert (await net.fetch("https://example.org/")).body == TEXT
            assert net.server.requests[-1].host == "example.org"
            assert net.dialled == [f"{PUBLIC}:443"]
        assert seen == ["example.org"]

    checked(go)


@pytest.mark.parametrize(
    ("host", "expired", "signed", "trusted", "reason"),
    [
        ("example.org", True, True, True, "it has expired"),
        ("example.org", False, False, True, "it is self-signed"),
        ("example.com", False, True, True, "it was made for another host"),
        ("example.org", False, True, False, "its issuer is unknown"),
    ],
)
def test_bad_certificates(tmp_path: Path, host: str, expired: bool, signed: bool, trusted: bool, reason: str) -> None:
    """A certificate that can't be trusted ends the fetch with the reason; nobody asks again."""
    context = server_context(tmp_path, host, expired=expired, signed=signed)

    async def go() -> None:
        env = {"SSL_CERT_FILE": str(authority_file(tmp_path))} if trusted else {}
        async with web(answer, tls=context, env=env, robots=False) as net:
            with pytest.raises(Failed) as caught:
                await net.fetch("https://example.org/")
            assert caught.value.reason.startswith("the certificate of example.org can't be trusted: " + reason)
            assert len(net.dialled) == 1
            assert net.server.requests == []

    checked(go)


def test_a_server_without_tls() -> None:
    """…is told from one that can't be reached."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Speak plainly\r\n\r\n")
        await reader.read()
        writer.close()

    async def go() -> None:
        listening = await asyncio.start_server(plain, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with web(answer, ports={PUBLIC: port}) as net:
            with pytest.raises(Failed, match=r"no secure connection to example.org comes about"):
                await net.fetch("https://example.org/")
        listening.close()
        await asyncio.sleep(0.05)

    checked(go)


def test_nothing_is_left_of_a_cancelled_handshake() -> None:
    """A server that never answers the TLS greeting costs no socket when we give up."""

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def go() -> None:
        listening = await asyncio.start_server(silence, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with web(answer, ports={PUBLIC: port}, robots=False, connect_timeout=0.2) as net:
            with pytest.raises(Failed, match="no connection in time"):
                await net.fetch("https://example.org/")
            task = asyncio.create_task(net.fetch("https://example.com/"))
            while len(net.dialled) < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        listening.close()
        await asyncio.sleep(0.05)

    checked(go)


def test_unusable_certificates_of_the_environment() -> None:
    """A mistake in SSL_CERT_FILE is the person's to mend, not the link's."""

    async def go() -> None:
        async with web(answer, env={"SSL_CERT_FILE": "/nowhere/ca.pem"}) as net:
            with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
                await net.fetch("https://example.org/")

    checked(go)


def proxy_env(port: int) -> dict[str, str]:
    return {"HTTP_PROXY": f"http://127.0.0.1:{port}", "https_proxy": f"127.0.0.1:{port}", "NO_PROXY": "direct.example"}


def test_through_a_proxy() -> None:
    """Names go to the proxy unresolved; what NO_PROXY names doesn't go there; numbers are judged all the same."""

    async def go() -> None:
        async with serving(open_to_all(answer)) as proxy, web(answer, env=proxy_env(proxy.port), robots=False) as net:
            # every connection leads to net.server: what matters is whom the fetcher believes to talk to
            await net.fetch("http://example.org/a?b")
            assert net.server.asked() == ["http://example.org/a?b"]
            assert net.dialled == [f"127.0.0.1:{proxy.port}"]
            assert net.looked_up == []
            await net.fetch("http://direct.example/")
            assert net.server.asked()[-1] == "/"
            assert net.dialled[-1] == f"{PUBLIC}:80"
            for url in ("http://127.0.0.1/", "http://169.254.169.254/", "http://localhost/", "https://[::1]/"):
                with pytest.raises(Refused):
                    await net.fetch(url)
            assert len(net.dialled) == 2

    checked(go)


def test_a_tunnel_through_a_proxy(tmp_path: Path) -> None:
    """https goes through the proxy in a tunnel, checked to its end."""
    context = server_context(tmp_path)

    async def go() -> None:
        async with serving(open_to_all(answer), context) as inner:

            async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", inner.port)
                await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

            listening = await asyncio.start_server(tunnel, "127.0.0.1", 0)
            port = listening.sockets[0].getsockname()[1]
            env = {"ALL_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(authority_file(tmp_path))}
            async with Fetcher(FetchSettings(), env=env) as fetch:
                assert (await fetch("https://example.org/")).body == TEXT
                with pytest.raises(Failed, match="made for another host"):
                    await fetch("https://example.com/")
            listening.close()
            await asyncio.sleep(0.1)

    checked(go)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("status", "reason", "asked"),
    [
        (502, "the proxy can't reach example.org (502): the host may be gone", 3),
        (503, "the proxy can't reach example.org (503): the host may be gone", 3),
        (403, "the proxy doesn't let us reach example.org (403)", 1),
        (407, "the proxy wants a user name and a password (407)", 1),
    ],
)
def test_a_proxy_that_declines(status: int, reason: str, asked: int) -> None:
    """A tunnel that doesn't come about has the proxy's reason."""

    async def decline(request: Request, wire: Wire) -> None:
        await wire.send(status, b"no")

    async def go() -> None:
        async with serving(decline) as proxy:
            env = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
            async with Fetcher(FetchSettings(robots=False), env=env, rng=lambda: 0.0) as fetch:
                with pytest.raises(Failed) as caught:
                    await fetch("https://example.org/")
            assert caught.value.reason == reason
            assert len(proxy.requests) == asked

    checked(go)


def test_a_proxy_that_is_down() -> None:
    """The reason names the proxy, not the link's host, and nobody goes to look for an archived copy."""

    async def go() -> None:
        async with Fetcher(FetchSettings(), env={"ALL_PROXY": "http://127.0.0.1:9"}, rng=lambda: 0.0) as fetch:
            with pytest.raises(Failed, match=r"the proxy 127.0.0.1 refuses connections") as caught:
                await fetch("http://example.org/")
            assert not caught.value.dead

    checked(go)


@pytest.mark.parametrize(
    ("entry", "host", "port", "covered"),
    [
        ("example.org", "example.org", 80, True),
        ("example.org", "www.example.org", 80, True),
        (".example.org", "www.example.org", 80, True),
        ("*.example.org", "www.example.org", 80, True),
        ("example.org", "myexample.org", 80, False),
        ("example.org:8080", "example.org", 8080, True),
        ("example.org:8080", "example.org", 80, False),
        ("EXAMPLE.org , example.com", "example.com", 443, True),
        ("*", "example.org", 80, True),
        ("10.0.0.0/8", "10.1.2.3", 80, True),
        ("10.0.0.0/8", "11.1.2.3", 80, False),
        ("10.0.0.0/8", "example.org", 80, False),
        ("::1", "::1", 80, True),
        ("[::1]:80", "::1", 80, True),
        ("", "example.org", 80, False),
    ],
)
def test_no_proxy(entry: str, host: str, port: int, covered: bool) -> None:
    """NO_PROXY names hosts with their subdomains, with or without port, networks, or everything."""
    proxies = Proxies.from_environment({"HTTP_PROXY": "http://proxy.example:3128", "NO_PROXY": entry})
    assert proxies.lead("http", host, port) == ("" if covered else "http://proxy.example:3128")


def test_a_socks_proxy_needs_a_package() -> None:
    """Where it is missing, that is said, not that the link were at fault."""
    if find_spec("socksio"):
        pytest.skip("socksio is installed")

    async def go() -> None:
        async with web(answer, env={"ALL_PROXY": "socks5://proxy.example:1080"}) as net:
            with pytest.raises(SettingsError, match="socksio"):
                await net.fetch("http://example.org/")

    checked(go)


def test_which_proxy() -> None:
    """Each scheme has its own, lower case wins, ALL_PROXY stands in, and CGI programs trust no HTTP_PROXY."""
    both = Proxies.from_environment({"http_proxy": "a:1", "HTTP_PROXY": "b:2", "ALL_PROXY": "socks5://c:3"})
    assert (both.http, both.https) == ("http://a:1", "socks5://c:3")
    assert Proxies.from_environment({"HTTP_PROXY": "b:2", "REQUEST_METHOD": "GET"}).http == ""


@pytest.mark.parametrize("value", ["http://", "ftp://proxy:21", "http://proxy:port", "http://[::1", "http://:80"])
def test_a_proxy_that_cant_be_meant(value: str) -> None:
    """It is told before anything is asked, without showing a password."""
    with pytest.raises(SettingsError, match="HTTP_PROXY"):
        Fetcher(FetchSettings(), env={"HTTP_PROXY": value})


def test_refusals_are_link_errors() -> None:
    """A refused link is a value for the run like any other."""
    assert issubclass(Refused, LinkError)
