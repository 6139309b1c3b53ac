"""YouTube: the transcript of a video under its chapters, each stretch with the second at which it begins."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flashgen.errors import Failed, Skipped
from flashgen.sources.content import Content
from flashgen.sources.reading import article
from flashgen.sources.transcripts import Ask, NoTranscript, Said, ask_youtube, transcript
from flashgen.types import Article, Get, Page

KIND = "youtube"
WATCH = "https://www.youtube.com/watch?v="

_HOSTS = re.compile(r"(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com|youtu\.be")
_ID = re.compile(r"[\w-]{11}")
_STRETCH = 120.0
"""Seconds after which a new paragraph with its own time begins."""
_CHAPTER = re.compile(r"^\W{0,3}(?:(\d{1,2}):)?(\d{1,2}):(\d{2})\b[\s:.)\]–—-]*(\S.{1,98}?)\s*$", re.M)
_NOISE = re.compile(r"\[[^\]]{1,30}\]|\([A-Z][A-Z ]{2,25}\)|[♪♫]+|^>+\s*")


@dataclass(frozen=True, slots=True)
class Video:
    """What the page tells of a video. `chapters` are (second, title); `trouble` is why it can't be played."""

    title: str = ""
    author: str = ""
    date: str = ""
    chapters: tuple[tuple[float, str], ...] = field(default=())
    trouble: str = ""


def claims(link: str) -> bool:
    """Every page of YouTube, and its short links."""
    return bool(_HOSTS.fullmatch(urlsplit(link).hostname or ""))


async def read(link: str, get: Get, *, ask: Ask = ask_youtube) -> Article:
    """The transcript. `ask` makes the calls of the transcript library that are no page (see `transcripts`).

    Raises Skipped for channels, playlists and videos without a transcript, Failed where YouTube refuses to answer.
    """
    number = video_id(link)
    if not number:
        raise Skipped(link, _what_else(link))
    page = await get(link if urlsplit(link).path == "/watch" or "youtu.be" in link else WATCH + number)
    source = page.body.decode("utf-8", "replace")
    video = await asyncio.to_thread(look, source)
    try:
        found = await asyncio.to_thread(transcript, number, source, ask)
    except NoTranscript as error:
        if error.final and not error.dead and not video.trouble:
            raise Skipped(link, error.reason) from None
        raise Failed(link, video.trouble or error.reason, dead=error.dead) from None
    content = Content(
        markdown=written(video, found.said),
        title=video.title,
        author=video.author,
        date=video.date,
        language=found.language[:2],
    )
    return article(link, Page(link, WATCH + number, b""), KIND, content)


def video_id(link: str) -> str:
    """The eleven letters that name a video, '' for any other page."""
    url = urlsplit(link)
    parts = [part for part in url.path.split("/") if part]
    if url.hostname == "youtu.be":
        found = parts[0] if parts else ""
    elif parts[:1] == ["watch"] or url.path == "/":
        found = parse_qs(url.query).get("v", [""])[0]
    else:
        found = parts[1] if len(parts) > 1 and parts[0] in ("embed", "shorts", "live", "v", "e") else ""
    return found if _ID.fullmatch(found) else ""


def _what_else(link: str) -> str:
    path = urlsplit(link).path
    if path.startswith("/playlist"):
        return "a playlist: put the videos that you want in the list"
    if path.startswith(("/@", "/channel/", "/c/", "/user/")):
        return "a channel, not a video: put the videos that you want in the list"
    return "a page of YouTube that is no video"


def look(source: str) -> Video:
    """What the page of a video tells."""
    player = _json_after(source, "ytInitialPlayerResponse")
    details = player.get("videoDetails") or {}
    micro = (player.get("microformat") or {}).get("playerMicroformatRenderer") or {}
    about = str(details.get("shortDescription") or _meta(source, "description"))
    state = player.get("playabilityStatus") or {}
    return Video(
        title=str(details.get("title") or _meta(source, "title")),
        author=str(details.get("author") or ""),
        date=str(micro.get("publishDate") or "")[:10],
        chapters=tuple(_marked(source) or _listed(about)),
        trouble=_trouble(state),
    )


def _trouble(state: dict[str, Any]) -> str:
    """Why the page says that the video can't be played, '' where it can."""
    if state.get("status") in (None, "OK"):
        return ""
    said = str(state.get("reason") or " ".join(map(str, state.get("messages") or [])))
    if "bot" in said:
        return "YouTube wants a sign-in to see that we are no robot: try later, or from another network"
    if "age" in said or "inappropriate" in said:
        return "age-restricted: YouTube shows it only after a sign-in"
    return f"YouTube doesn't play it: {said or state.get('status')}"


def _meta(source: str, name: str) -> str:
    found = re.search(rf'<meta\s+(?:name|property)="(?:og:)?{name}"\s+content="([^"]*)"', source)
    return html.unescape(found.group(1)) if found else ""


def _json_after(source: str, name: str) -> dict[str, Any]:
    """The object that a script assigns to `name`; the decoder itself finds its end."""
    found = re.search(rf"{name}\s*=\s*(?=\{{)", source)
    if not found:
        return {}
    try:
        value, _ = json.JSONDecoder().raw_decode(source, found.end())
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _marked(source: str) -> list[tuple[float, str]]:
    """Chapters as the player has them."""
    found = re.findall(
        r'"chapterRenderer":\{"title":\{"simpleText":("(?:[^"\\]|\\.)*")\},"timeRangeStartMillis":(\d+)', source
    )
    return [(int(start) / 1000, str(json.loads(title))) for title, start in found]


def _listed(description: str) -> list[tuple[float, str]]:
    """Chapters as the description lists them, one a line, the first at 0:00."""
    found = [
        (int(hours or 0) * 3600.0 + int(minutes) * 60 + int(seconds), title)
        for hours, minutes, seconds, title in _CHAPTER.findall(description)
    ]
    return found if len(found) >= 2 and found[0][0] == 0 and found == sorted(found) else []


def written(video: Video, said: Sequence[Said]) -> str:
    """The transcript as Markdown: a heading a chapter, a paragraph every two minutes, each behind its second."""
    starts = [start for start, _ in video.chapters]
    parts = [f"# {video.title}"] if video.title else []
    for chapter, stretch in _stretches(said, starts):
        if chapter >= 0 and (not parts or parts[-1] != f"## {video.chapters[chapter][1]}"):
            heading = f"## {video.chapters[chapter][1]}"
            parts += [heading] if heading not in parts else []
        text = " ".join(_NOISE.sub(" ", " ".join(piece.text.split())) for piece in stretch)
        if text := " ".join(html.unescape(text).split()):
            parts.append(f"<!-- at: t={int(stretch[0].start)} -->\n{text}")
    return "\n\n".join(parts) + "\n"


def _stretches(said: Sequence[Said], starts: Sequence[float]) -> Iterator[tuple[int, list[Said]]]:
    """Pieces put together up to the next chapter, or to a sentence's end after two minutes; with their chapter."""
    stretch: list[Said] = []
    current = -1
    for piece in said:
        chapter = sum(1 for start in starts if start <= piece.start + 0.5) - 1
        long = stretch and piece.start - stretch[0].start >= _STRETCH
        ended = long and (
            stretch[-1].text.rstrip().endswith((".", "?", "!")) or piece.start - stretch[0].start > 1.5 * _STRETCH
        )
        if stretch and (chapter != current or ended):
            yield current, stretch
            stretch = []
        current = chapter
        stretch.append(piece)
    if stretch:
        yield current, stretch
