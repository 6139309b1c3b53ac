"""What was read of a reading list, as a table for people and as the JSON of the design's section 4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from flashgen.report import safe
from flashgen.sections import word_count
from flashgen.types import Link, Note, ReadingList


def links_json(one: ReadingList) -> dict[str, Any]:
    """`flashgen links --json` for one list."""
    return {"list": one.name, "links": [_link_json(link) for link in one.links], "notes": list(one.notes)}


def _link_json(link: Link) -> dict[str, Any]:
    return {"topic": link.topic, "url": link.url, "line": link.line, "title": link.title, "kind": link.kind}


def links(found: Sequence[ReadingList]) -> None:
    """Each list as a tree: topics, under them links and notes."""
    for one in found:
        unique = len({link.url for link in one.links})
        click.secho(f"{safe(one.name)}: {len(one.links)} links ({unique} unique), {len(one.topics)} topics", bold=True)
        topic = None
        entries: list[Link | Note] = [*one.links, *one.notes]
        for entry in sorted(entries, key=lambda entry: entry.line):
            if entry.topic != topic:
                topic = entry.topic
                click.secho(f"\n  {safe(' › '.join(topic) or '(before the first heading)')}", bold=True)
            if isinstance(entry, Link):
                title = f"  {safe(entry.title)}" if entry.title else ""
                click.echo(f"  {entry.line:5}  {entry.kind:10} {safe(entry.url)}{title}")
            else:
                words = word_count(entry.text)
                click.echo(f"  {entry.line:5}  {'note':10} {words} words: {safe(entry.text)[:60]}…")
        click.echo()
