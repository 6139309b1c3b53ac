"""Which addresses may be asked: decided on the address alone, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.fetch.exchange import _request
from flashgen.fetch.safety import Unsafe, check, not_public

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "addresses.yaml").read_text(encoding="utf-8"))
REFUSED = [(url, reason) for reason, urls in CASES["refused"].items() for url in urls]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_refused(url: str, reason: str) -> None:
    """What is not http(s), not well-formed or not public is refused, with the reason."""
    with pytest.raises(Unsafe, match=reason):
        check(url)


@pytest.mark.parametrize(("url", "asked"), CASES["allowed"].items())
def test_allowed(url: str, asked: str) -> None:
    """Public addresses pass, in the spelling of browsers and without their fragment."""
    assert check(url).url == asked


def test_there_are_enough_cases() -> None:
    """The table is large, and says nothing twice."""
    assert len(REFUSED) >= 150
    assert len(CASES["allowed"]) >= 40
    assert len({url for url, _ in REFUSED}) == len(REFUSED)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://localhost/x", "http://[::1]/", "http://wiki/"])
def test_private_addresses_can_be_allowed(url: str) -> None:
    """`allow_private` lifts the judgement of the host…"""
    assert check(url, allow_private=True).url == url


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://u@127.0.0.1/", "//localhost/", "http://localhost:25/"])
def test_and_only_of_the_host(url: str) -> None:
    """…and nothing else."""
    with pytest.raises(Unsafe):
        check(url, allow_private=True)


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/b?c", "https://example.org/b?c"),
        ("d", "https://example.org/a/d"),
        ("../d", "https://example.org/d"),
        ("//example.com/x", "https://example.com/x"),
        ("http://example.com", "http://example.com/"),
        ("?page=2", "https://example.org/a/b?page=2"),
        ("\\e", "https://example.org/e"),
        ("#top", "https://example.org/a/b"),
    ],
)
def test_redirects_are_relative_to_where_they_stand(location: str, asked: str) -> None:
    """The Location of a redirect is read as browsers read it."""
    assert check(location, base="https://example.org/a/b").url == asked


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/", "//169.254.169.254/", "\\\\10.0.0.1\\x", "file:///etc/passwd", "javascript:alert(1)",
        "data:text/html,x", "http://user:pw@example.org/", "//localhost/", "http://[::ffff:7f00:1]/", "http://0/",
        "http://example.org:22/", "http://a b/", "https://2130706433/", "/\\127.0.0.1/", "///127.0.0.1/",
    ],
)  # fmt: skip
def test_redirects_are_judged_like_links(location: str) -> None:
    """A redirect leads nowhere that a link couldn't."""
    with pytest.raises(Unsafe):
        check(location, base="https://example.org/a/b")


def test_a_target_knows_its_host() -> None:
    """http and https of a name are one host to be polite to, an unusual port is another."""
    sites = [check(url).site for url in ("http://example.org/", "https://example.org/", "http://example.org:8080/")]
    assert sites == ["example.org", "example.org", "example.org:8080"]
    assert check("http://[2606:4700::1]/").origin == "http://[2606:4700::1]:80"


@pytest.mark.parametrize("address", ["fe80::1%eth0", "127.0.0.1", "::ffff:10.0.0.1", "example.org", "", "1.2.3"])
def test_what_a_resolver_says_is_judged_too(address: str) -> None:
    """Only a public IP address passes."""
    assert not_public(address)


def test_an_endless_address_is_refused() -> None:
    """No server reads it."""
    with pytest.raises(Unsafe, match="longer than"):
        check("http://example.org/" + "a" * 10_000)


pieces = st.sampled_from(
    ["a", "Z", "9", ".", "-", "_", "~", ":", "/", "?", "#", "@", "!", "%", "%2e", "%00", "[", "]", "::1", "127", "0x7f",
     "xn--", "\\", " ", "\t", "é", "日", "。", "\u200d", "\u00ad", "😀", "ß", "localhost", ".local", "１"]
)  # fmt: skip


@given(st.sampled_from(["http://", "https://", "", "//", "http://a.example/"]), st.lists(pieces, max_size=12))
def test_what_is_judged_is_what_is_asked(start: str, rest: list[str]) -> None:
    """Whatever an address looks like: it is refused, or the request goes to the very host that was found public."""
    for base in ("", "https://example.org/a"):
        try:
            target = check(start + "".join(rest), base=base)
        except Unsafe:
            continue
        asked = _request(target)
        assert asked.url.raw_host.decode() == target.host
        assert asked.url.port in (target.port, None)
        assert asked.url.scheme == target.scheme
        assert not_public(target.host) in ("", "no address")
