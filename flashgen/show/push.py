"""What a push did, for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from flashgen.report import anki_lines, safe
from flashgen.types import NamedNote, PushResult

_MOST = 10


def push(results: Sequence[PushResult]) -> None:
    """Each list: counts, and by name what a person may want to look at."""
    for one in results:
        for line in _lines(one):
            click.echo(line)
    if any(one.dry_run for one in results):
        click.echo("Nothing was written: this was a dry run.")


def _lines(one: PushResult) -> Iterator[str]:
    counts = {
        "added": len(one.added),
        "updated": len(one.updated),
        "unchanged": one.unchanged,
        "suspended": len(one.suspended),
        "taken back": len(one.unsuspended),
        "moved": len(one.moved),
    }
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to do"
    yield f"{safe(one.name)}: into {safe(one.where)}"
    yield f"  notes   {told}"
    yield from (f"  Anki    {line}" for line in anki_lines(one.anki))
    if one.backup:
        yield f"  backup  {safe(one.backup)}"
    if one.load:
        yield f"  load    {safe(one.load)}"
    yield from _named("suspended", one.suspended)
    yield from _named("moved", one.moved)
    yield from _named("of another note type, left alone", one.refused)
    yield from _named("a proposal waits", one.proposals)


def _named(what: str, notes: Sequence[NamedNote]) -> Iterator[str]:
    for note in notes[:_MOST]:
        yield f"  {what}: “{safe(note.question)}”"
    if len(notes) > _MOST:
        yield f"  {what}: {len(notes) - _MOST} more"
