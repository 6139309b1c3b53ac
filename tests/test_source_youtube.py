"""YouTube: transcripts under chapters, each stretch with its second; everything else with its reason."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from fake_web import FakeWeb

from flashgen.errors import Failed, LinkError, Skipped
from flashgen.sources.transcripts import Ask, Said, ask_youtube
from flashgen.sources.youtube import Video, claims, look, read, video_id, written
from flashgen.types import Article

ID = "aaaaaaaaaaa"
WATCH = f"https://www.youtube.com/watch?v={ID}"
PLAYER = "https://www.youtube.com/youtubei/v1/player?key=KEY"
WORDS = "a queue smooths bursts but does not add capacity so the wait grows when work comes faster than it is done"


def page(*, description: str = "", state: dict[str, Any] | None = None, chapters: str = "", key: str = "KEY") -> str:
    player = {
        "videoDetails": {"title": "Queues explained", "author": "A Channel", "shortDescription": description},
        "microformat": {"playerMicroformatRenderer": {"publishDate": "2023-04-05T00:00:00-07:00"}},
        "playabilityStatus": state or {"status": "OK"},
    }
    return (
        f'<html><head><meta name="title" content="Queues &amp; more"><script>ytcfg.set({{"INNERTUBE_API_KEY": '
        f'"{key}"}});</script>'
        f"</head><body><script>var ytInitialPlayerResponse = {json.dumps(player)};var x = 1;</script>"
        f"<script>var ytInitialData = {{}};{chapters}</script></body></html>"
    )


def track(language: str, *, automatic: bool = False) -> dict[str, Any]:
    return {
        "baseUrl": f"https://www.youtube.com/api/timedtext?lang={language}&auto={automatic}",
        "name": {"runs": [{"text": language}]},
        "languageCode": language,
        **({"kind": "asr"} if automatic else {}),
    }


def youtube(*tracks: dict[str, Any], state: dict[str, Any] | None = None, said: str = "") -> Ask:
    """What www.youtube.com answers to the library's own calls."""

    def ask(url: str, data: dict[str, Any] | None) -> tuple[int, str]:
        if url.startswith(PLAYER.partition("?")[0]):
            assert data is not None
            assert data["videoId"] == ID
            captions = {"playerCaptionsTracklistRenderer": {"captionTracks": list(tracks)}} if tracks else {}
            return 200, json.dumps({"playabilityStatus": state or {"status": "OK"}, "captions": captions})
        language = re.search(r"lang=([\w-]+)&auto=(\w+)", url)
        assert language
        words = said or "".join(
            f'<text start="{second}" dur="5">{language[1]} {language[2]} {second}: {WORDS}.</text>'
            for second in range(0, 600, 30)
        )
        return 200, f"<transcript>{words}</transcript>"

    return ask


def article(link: str = WATCH, *, ask: Ask | None = None, source: str | None = None) -> Article:
    web = FakeWeb({link: source or page(), WATCH: source or page()})
    return asyncio.run(read(link, web, ask=ask or youtube(track("en"))))


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        (WATCH, ID),
        (f"https://youtu.be/{ID}?t=9", ID),
        (f"https://www.youtube.com/watch?list=PL1&v={ID}&t=8s", ID),
        (f"https://m.youtube.com/watch?v={ID}#x", ID),
        (f"https://www.youtube.com/shorts/{ID}", ID),
        (f"https://www.youtube.com/embed/{ID}?start=3", ID),
        (f"https://www.youtube.com/live/{ID}", ID),
        ("https://www.youtube.com/@somebody", ""),
        ("https://www.youtube.com/watch?v=short", ""),
        ("https://www.youtube.com/watch", ""),
        ("https://youtu.be/", ""),
    ],
)
def test_a_video_is_named_by_eleven_letters(link: str, wanted: str) -> None:
    """Wherever in the address they stand."""
    assert claims(link)
    assert video_id(link) == wanted


def test_a_transcript_is_paragraphs_with_their_seconds() -> None:
    """Without chapters, a paragraph every two minutes, each behind the second at which it begins."""
    found = article()
    assert (found.kind, found.title, found.author, found.date, found.language) == (
        "youtube", "Queues explained", "A Channel", "2023-04-05", "en",
    )  # fmt: skip
    seconds = [int(second) for second in re.findall(r"<!-- at: t=(\d+) -->\nen False", found.markdown)]
    assert seconds == [0, 120, 240, 360, 480]


def test_chapters_are_headings() -> None:
    """From the player's own list, or from the description."""
    marked = "".join(
        f'"chapterRenderer":{{"title":{{"simpleText":"{name}"}},"timeRangeStartMillis":{start}000,'
        for name, start in (("Why", 0), ("How", 300))
    )
    listed = "Read more!\n0:00 Why\n05:00 - How\nhttps://x.example 9:99"
    for source in (page(chapters=marked), page(description=listed)):
        found = article(source=source)
        assert re.findall(r"^## .*$", found.markdown, re.M) == ["## Why", "## How"]
        assert "## How\n\n<!-- at: t=300 -->\n" in found.markdown


def test_times_in_a_description_are_not_always_chapters() -> None:
    """A list that doesn't begin at 0:00 is none."""
    assert look(page(description="Today at 12:30 we talk\n13:00 lunch")).chapters == ()


@pytest.mark.parametrize(
    ("tracks", "wanted"),
    [
        ((track("en", automatic=True), track("en")), "en False"),
        ((track("de"), track("en", automatic=True), track("en")), "en False"),
        ((track("de"), track("en", automatic=True)), "en True"),
        ((track("ru", automatic=True),), "ru True"),
        ((track("ja"),), "ja False"),
        ((track("ja"), track("en-GB")), "en-GB False"),
    ],
)
def test_a_persons_transcript_comes_before_a_machines(tracks: tuple[dict[str, Any], ...], wanted: str) -> None:
    """In the language that is spoken; a translation only where there is nothing else."""
    assert f"\n{wanted} 0: a queue" in article(ask=youtube(*tracks)).markdown


def test_noises_and_entities_are_cleaned() -> None:
    """[Music] is not said, and an ampersand is one letter."""
    said = "".join(f'<text start="{n}">&gt;&gt; [Music] Q&amp;amp;A ♪ {WORDS}</text>' for n in range(3))
    text = article(ask=youtube(track("en"), said=said)).markdown
    assert "Music" not in text
    assert "♪" not in text
    assert "Q&A a queue" in text


def test_a_stretch_ends_at_a_sentence_if_there_is_one() -> None:
    """After two minutes, at the next full stop; after three, anywhere."""
    said = [Said(float(n), "words without an end" if n != 150 else "and here it ends.") for n in range(0, 400, 10)]
    assert re.findall(r"t=(\d+)", written(Video(title="T"), said)) == ["0", "160", "350"]


BOT = {"status": "LOGIN_REQUIRED", "reason": "Sign in to confirm you’re not a bot"}


@pytest.mark.parametrize(
    ("ask", "source", "error", "reason"),
    [
        (youtube(), None, Skipped, "no transcript"),
        (youtube(state=BOT), None, Failed, "no transcripts at the moment"),
        (youtube(), page(state=BOT, key=""), Failed, "no robot"),
        (
            youtube(state={"status": "ERROR", "reason": "This video is unavailable"}),
            None,
            Failed,
            "no longer available",
        ),
        (
            youtube(state={"status": "LOGIN_REQUIRED", "reason": "This video may be inappropriate for some users."}),
            None,
            Skipped,
            "age",
        ),
        (youtube(state={"status": "UNPLAYABLE", "reason": "Join this channel"}), None, Skipped, "Join this channel"),
        (youtube(), "<html></html>", Failed, "can't be understood"),
        (lambda url, data: (429, ""), None, Failed, "no transcripts at the moment"),
        (lambda url, data: (500, ""), None, Failed, "try later"),
        (lambda url, data: (200, "not json"), None, Failed, "can't be had"),
        (youtube(track("en"), said="<text start='0'></text>"), None, LinkError, "next to no|empty"),
    ],
)
def test_no_transcript_has_a_reason(ask: Ask, source: str | None, error: type[LinkError], reason: str) -> None:
    """Switched off is for good; blocked, sooner or later, is not."""
    with pytest.raises(error, match=reason):
        article(ask=ask, source=source)


def test_a_video_that_is_gone_is_dead() -> None:
    """Its link is worth looking up elsewhere."""
    with pytest.raises(Failed) as error:
        article(ask=youtube(state={"status": "ERROR", "reason": "This video is unavailable"}))
    assert error.value.dead


def test_a_call_that_breaks_off_is_one_links_fault() -> None:
    """A dropped connection is no traceback."""

    def ask(url: str, data: dict[str, Any] | None) -> tuple[int, str]:
        raise OSError("connection reset")

    with pytest.raises(Failed):
        article(ask=ask)


@pytest.mark.parametrize(
    ("path", "reason"),
    [("@somebody", "channel"), ("channel/UC1", "channel"), ("user/me/videos", "channel"), ("c/me", "channel"),
     ("playlist?list=PL1", "playlist"), ("", "no video"), ("feed/trending", "no video"), ("results?q=x", "no video")],
)  # fmt: skip
def test_channels_and_playlists_are_skipped_unasked(path: str, reason: str) -> None:
    """They are told by their address."""
    web = FakeWeb({})
    with pytest.raises(Skipped, match=reason):
        asyncio.run(read(f"https://www.youtube.com/{path}", web))
    assert not web.asked


@pytest.mark.parametrize(
    "url",
    [
        "http://www.youtube.com/a",
        "https://evil.example/a",
        "https://www.youtube.com@evil.example/a",
        "file:///etc/passwd",
    ],
)
def test_the_library_can_only_ask_youtube(url: str) -> None:
    """An address in YouTube's answer leads nowhere else."""
    with pytest.raises(OSError, match="isn't YouTube"):
        ask_youtube(url, None)
