"""A reading list as it was last parsed, kept as JSON under a digest of its text: Markdown takes ten times as long.

It is a cache: whatever is wrong with it is no error, and deleting it loses seconds.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from flashgen import __version__
from flashgen.errors import FlashgenError
from flashgen.identity import digest
from flashgen.store import atomic
from flashgen.types import Link, LinkOptions, Note, ReadingList

LONG = 4_000
"""Characters from which a list is kept: a shorter one, of fifty links, is parsed in hundredths of a second."""

Parse = Callable[[str, str], ReadingList]


def remembering(parse: Parse, folder: Path, *, by: Sequence[str] = ()) -> Parse:
    """`parse` (of a text and a list's name), with what it gave for a long text remembered in `folder`; `by` names what
    else its answer depends on."""

    def parsed(text: str, name: str) -> ReadingList:
        if len(text) < LONG:
            return parse(text, name)
        place, form = folder / f"{digest([name])}.json", digest([__version__, *by, text])
        try:
            kept = json.loads(place.read_bytes())
            if kept["form"] == form:
                return _list(name, kept)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            pass
        found = parse(text, name)
        with suppress(FlashgenError):
            atomic.write_text(place, json.dumps({"form": form, **_data(found)}, ensure_ascii=False))
        return found

    return parsed


def _data(found: ReadingList) -> dict[str, Any]:
    topics = {topic: n for n, topic in enumerate(dict.fromkeys((*found.topics, *_used(found))))}
    return {
        "topics": list(topics),
        "headings": len(found.topics),
        "links": [
            [link.url, topics[link.topic], link.line, link.title, link.kind, dataclasses.asdict(link.options)]
            for link in found.links
        ],
        "notes": [[topics[note.topic], note.line, note.text] for note in found.notes],
        "problems": found.problems,
    }


def _used(found: ReadingList) -> list[tuple[str, ...]]:
    return [*(link.topic for link in found.links), *(note.topic for note in found.notes)]


def _list(name: str, kept: dict[str, Any]) -> ReadingList:
    topics = [tuple(topic) for topic in kept["topics"]]
    return ReadingList(
        name,
        tuple(topics[: kept["headings"]]),
        tuple(
            Link(url, topics[topic], line, title, kind, LinkOptions(**options))
            for url, topic, line, title, kind, options in kept["links"]
        ),
        tuple(Note(topics[topic], line, text) for topic, line, text in kept["notes"]),
        tuple(kept["problems"]),
    )
