"""Where lists stand in numbers, as tables for people and as one JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flashgen.report import safe, table
from flashgen.stats import Stats
from flashgen.types import Status


def stats_json(found: Stats) -> dict[str, Any]:
    """`flashgen stats --json`."""
    return {
        "lists": found.lists,
        "cards": found.cards,
        "topics": [
            {
                "list": row.list_name,
                "topic": row.topic,
                "cards": row.cards,
                "coverage": row.coverage,
                "ideas": {"named": row.ideas.named, "covered": row.ideas.covered},
                "retention": {"reviews": row.retention.reviews, "rate": row.retention.rate},
            }
            for row in found.topics
        ],
        "links": found.links,
        "coverage": found.coverage,
        "ideas": {"named": found.ideas.named, "covered": found.ideas.covered},
        "growth": found.growth,
        "spend": found.spend,
        "rejected": found.rejected,
        "load": {
            "new": found.load.new,
            "new_per_day": found.load.new_per_day,
            "per_day": [round(reviews, 2) for reviews in found.load.per_day],
        },
        "anki": {
            "read": found.read,
            "retention": {"reviews": found.retention.reviews, "rate": found.retention.rate},
            "worst": found.worst,
        },
    }


def stats(found: Stats, page: Path) -> None:
    """One table of the topics, then a line for each of the rest."""
    head = ["topic", *map(str, Status), "touched", "recalled"]
    rows = []
    for row in found.topics:
        counts = row.coverage
        touched = f"{counts.sentences_touched / counts.sentences:.0%}" if counts.sentences else ""
        recalled = "" if row.retention.rate is None else f"{row.retention.rate:.0%}"
        name = " / ".join(row.topic) or "(no heading)"
        shown = f"{row.list_name}: {name}" if len(found.lists) > 1 else name
        rows.append([shown, *(row.cards[status] or "" for status in Status), touched, recalled])
    table(rows, head)
    links = ", ".join(f"{count} {state}" for state, count in found.links.items() if count)
    click.echo(f"links     {links or 'none'}")
    if found.ideas.named:
        share = f"{found.ideas.covered / found.ideas.named:.0%}"
        click.echo(
            f"ideas     {found.ideas.covered} of the {found.ideas.named} that selection named have a card ({share})"
        )
    if found.rejected:
        click.echo("rejected  " + ", ".join(f"{count} {safe(gate)}" for gate, count in found.rejected.items()))
    for money in found.spend:
        usd = "cost not known" if money.usd is None else f"${money.usd:.4f}"
        click.echo(f"{money.month}   {safe(money.model)}: {usd}, {money.prompt_tokens:,} tokens in")
    click.echo(f"load      {found.load}")
    if found.read:
        rate = found.retention.rate
        recalled = "no reviews yet" if rate is None else f"{rate:.0%} of {found.retention.reviews:,} reviews recalled"
        click.echo(f"Anki      {recalled} ({safe(found.read)})")
    for one in found.worst[:5]:
        click.echo(f"  forgotten {one.lapses} times: {safe(one.question)}")
    click.echo(f"page      {page}")
