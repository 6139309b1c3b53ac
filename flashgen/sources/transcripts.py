"""What was said in a video, through `youtube-transcript-api`.

The library asks for the video's page, then its player (a POST), then the transcript. The page is handed in; `ask`
makes the other two calls, to www.youtube.com and nowhere else, one at a time.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flashgen.errors import FlashgenError

Ask = Callable[[str, "dict[str, Any] | None"], tuple[int, str]]
"""One call: an address and, for a POST, the JSON to send; gives status and text. Raises OSError."""

_HOST = "www.youtube.com"
_MOST_BYTES = 20_000_000
_SECONDS = 20.0
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Said:
    """A few words and the second at which they are said."""

    start: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """All that is said in a video. `language` is a code such as "en" or "pt-BR"."""

    said: tuple[Said, ...]
    language: str
    automatic: bool


class NoTranscript(FlashgenError):
    """There is none, or it can't be had. `final`: asking again won't help; `dead`: the video is gone."""

    def __init__(self, reason: str, *, final: bool = False, dead: bool = False) -> None:
        self.reason = reason
        self.final = final
        self.dead = dead
        super().__init__(reason)


def transcript(video: str, page: str, ask: Ask) -> Transcript:
    """The transcript of `video`, in the language that is spoken in it. Blocks. Raises NoTranscript."""
    try:
        from youtube_transcript_api import YouTubeTranscriptApi
    except ImportError:
        raise NoTranscript("needs the package youtube-transcript-api: pip install youtube-transcript-api") from None
    session: Any = _Session(page, ask)
    try:
        found = best(list(YouTubeTranscriptApi(http_client=session).list(video)))
        if found is None:
            raise NoTranscript("the video has no transcript", final=True)
        pieces = tuple(Said(piece.start, piece.text) for piece in found.fetch())
    except NoTranscript:
        raise
    except Exception as error:  # the library raises its own, and XML and JSON errors over answers that it doesn't know
        raise _translated(error) from None
    if not pieces:
        raise NoTranscript("the video's transcript is empty", final=True)
    return Transcript(pieces, str(found.language_code), bool(found.is_generated))


def best(tracks: Sequence[Any]) -> Any | None:
    """The track to read: written by a person before made by a machine, in the language that is spoken.

    The language of the machine's track is the spoken one. A person's translation comes only before nothing at all.
    """
    spoken = next((track.language_code[:2] for track in tracks if track.is_generated), "")

    def rank(track: Any) -> tuple[bool, bool, bool]:
        foreign = bool(spoken) and track.language_code[:2] != spoken
        return foreign, track.is_generated, not track.language_code.startswith("en")

    return min(tracks, key=rank, default=None)


_REASONS = {
    "TranscriptsDisabled": ("the video has no transcript", True, False),
    "NoTranscriptFound": ("the video has no transcript", True, False),
    "VideoUnavailable": ("the video is no longer available", True, True),
    "InvalidVideoId": ("there is no such video", True, True),
    "AgeRestricted": ("age-restricted: YouTube shows it only after a sign-in", True, False),
    "IpBlocked": (
        "YouTube gives this network no transcripts at the moment: try later, or from another one",
        False,
        False,
    ),
    "RequestBlocked": (
        "YouTube gives this network no transcripts at the moment: try later, or from another one",
        False,
        False,
    ),
    "PoTokenRequired": ("YouTube gives this video's transcript to browsers only", False, False),
    "FailedToCreateConsentCookie": ("YouTube's consent page stands before the video", False, False),
    "YouTubeDataUnparsable": (
        "YouTube's answer can't be understood: update youtube-transcript-api, or try later",
        False,
        False,
    ),
}


def _translated(error: Exception) -> NoTranscript:
    name = type(error).__name__
    if name in _REASONS:
        reason, final, dead = _REASONS[name]
        return NoTranscript(reason, final=final, dead=dead)
    if name == "VideoUnplayable":
        return NoTranscript(
            f"YouTube doesn't play it: {getattr(error, 'reason', None) or 'no reason given'}", final=True
        )
    if name == "YouTubeRequestFailed":
        return NoTranscript("YouTube doesn't give the transcript: try later")
    return NoTranscript(f"YouTube's transcript can't be had ({name})")


def ask_youtube(url: str, data: dict[str, Any] | None) -> tuple[int, str]:
    """One call to www.youtube.com over HTTPS, without redirects, bounded in time and size."""
    import requests

    address = urlsplit(url)
    if address.scheme != "https" or address.hostname != _HOST:
        raise OSError(f"{address.hostname} isn't YouTube")
    trusted = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True
    method = "GET" if data is None else "POST"
    with (
        _one_at_a_time,
        requests.request(
            method, url, json=data, timeout=_SECONDS, allow_redirects=False, stream=True, verify=trusted
        ) as answer,
    ):
        body = answer.raw.read(_MOST_BYTES, decode_content=True)
        return answer.status_code, body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Answer:
    """As much of a `requests` response as the library looks at."""

    status_code: int
    text: str

    def json(self) -> Any:
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        if self.status_code >= 300:
            from requests import HTTPError

            raise HTTPError(f"status {self.status_code}")


class _Cookies:
    def set(self, *_: object, **__: object) -> None:
        """No cookie is kept."""


class _Session:
    """As much of a `requests` session as the library uses."""

    def __init__(self, page: str, ask: Ask) -> None:
        self.headers: dict[str, str] = {}
        self.cookies = _Cookies()
        self._page = page
        self._ask = ask

    def get(self, url: str) -> _Answer:
        """The page that is at hand, or a call."""
        return _Answer(200, self._page) if urlsplit(url).path == "/watch" else _Answer(*self._ask(url, None))

    def post(self, url: str, json: dict[str, Any]) -> _Answer:
        """A call that sends JSON."""
        return _Answer(*self._ask(url, json))
