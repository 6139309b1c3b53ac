"""Where lists stand, as a tree of topics with counts for people and as the JSON of the design's section 4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from flashgen.report import safe, table
from flashgen.types import Status, Topic

if TYPE_CHECKING:
    from flashgen.app.status import LinkRow, ListStatus
    from flashgen.coverage import Counts

_STATES = ("pending", "carded", "empty", "skipped", "refused", "failed", "gone")


def status_json(one: ListStatus) -> dict[str, Any]:
    """One list of `flashgen status --json`."""
    return {
        "name": one.name,
        "links": one.links,
        "notes": one.notes,
        "cards": one.cards,
        "spend": one.spend,
        "coverage": one.coverage,
        "ideas": one.ideas,
    }


def status(found: Sequence[ListStatus]) -> None:
    """Per topic: links by state and cards by status; then what failed, and the spend."""
    for one in found:
        click.secho(safe(one.name), bold=True)
        topics: dict[Topic, Counter[str]] = {}
        for row in (*one.links, *one.notes):
            count = topics.setdefault(row.topic, Counter())
            count[row.state] += 1
            count["cards"] += row.cards
            if row.coverage:
                count["touched"] += row.coverage.sentences_touched
                count["sentences"] += row.coverage.sentences
        states = [s for s in _STATES if any(count[s] for count in topics.values())]
        columns = [*states, "cards"]
        rows = [[name, *(count[c] or "" for c in columns), _share(count)] for name, count in _tree(topics)]
        table(rows, ["topic", *columns, "covered"])
        cards = ", ".join(f"{count} {name}" for name, count in one.cards.items() if count)
        click.echo(f"cards: {cards or 'none yet'}; spend so far: {_spend(one.spend)}")
        if one.coverage.sections:
            click.echo(f"covered: {_covered(one.coverage)}")
        if one.ideas.named:
            share = f"{one.ideas.covered / one.ideas.named:.0%}"
            click.echo(
                f"ideas: cards are about {one.ideas.covered} of the {one.ideas.named} that were selected ({share})"
            )
        _troubled(one.links)
        click.echo()


def _troubled(rows: Sequence[LinkRow]) -> None:
    """The links that a person could do something about, each with what."""
    for row in rows:
        lost = row.state in ("failed", "gone", "refused")
        if not lost and not row.suggestion:
            continue
        if not lost and not row.reason:
            click.echo(f"  moved   {safe(row.url)}: {safe(row.suggestion)}")
            continue
        click.echo(f"  {row.state:8}{safe(row.url)}: {safe(row.reason)}{_next_try(row)}")
        click.echo(f"          → {safe(row.suggestion)}")


def _tree(topics: Mapping[Topic, Counter[str]]) -> Iterator[tuple[str, Counter[str]]]:
    """The topics in their order, each heading once, on a line of its own below the one that it stands under."""
    above: Topic = ()
    for topic, count in topics.items():
        shared = next((n for n, (a, b) in enumerate(zip(topic, above, strict=False)) if a != b), len(above))
        for depth in range(shared, len(topic) - 1):
            yield "  " * depth + topic[depth], Counter()
        yield ("  " * (len(topic) - 1) + topic[-1] if topic else "(no heading)"), count
        above = topic


def _share(count: Counter[str]) -> str:
    """How many of a topic's sentences a card touches."""
    return f"{count['touched'] / count['sentences']:.0%}" if count["sentences"] else ""


def _covered(counts: Counts) -> str:
    return (
        f"a card touches {counts.sections_touched:,} of {counts.sections:,} sections "
        f"and {counts.sentences_touched:,} of {counts.sentences:,} sentences"
    )


def _spend(spend: Mapping[str, float | int | None]) -> str:
    usd = "cost unknown (no price set)" if spend["usd"] is None else f"${spend['usd']:.4f}"
    return f"{usd}, {spend['prompt_tokens']:,} tokens in, {spend['completion_tokens']:,} out"


def _next_try(row: LinkRow) -> str:
    return f"; asked again from {row.retry[:16].replace('T', ' ')} UTC" if row.retry else ""


def rejected(found: Sequence[ListStatus]) -> None:
    """The drafts that no deck has, with the gates' reasons."""
    if not any(one.rejected for one in found):
        click.echo("No draft was rejected.")
    for one in found:
        for card in one.rejected:
            click.echo(f"✗ {safe(card.question)}  —  {safe(card.answer)}")
            for finding in card.findings:
                click.echo(f"    {finding.gate}: {safe(finding.reason)}")
            if not card.findings:
                click.echo(f"    {Status.REJECTED} by hand")
