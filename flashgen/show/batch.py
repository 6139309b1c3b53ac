"""Batch jobs on the terminal and as JSON."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from flashgen import report

if TYPE_CHECKING:
    from flashgen.app.post import JobStatus
    from flashgen.llm.batches import Collected


def jobs(found: Sequence[JobStatus]) -> None:
    """A row a job."""
    if not found:
        click.echo("No batch job is under way. `flashgen build --batch` sends one.")
        return
    rows = [
        (
            f"{one.batch or '(not sent)'} ({one.model})",
            f"{one.answered}/{one.questions}",
            one.state,
            time.strftime("%Y-%m-%d %H:%M", time.localtime(one.created)),
        )
        for one in found
    ]
    report.table(rows, ("job", "answered", "state", "sent"))


def collected(found: Sequence[Collected]) -> None:
    """A sentence a job, and what to do next."""
    from flashgen.app.post import told

    for one in found:
        click.echo(report.safe(told(one)))
    if not found:
        click.echo("No batch job is under way.")
    elif any(one.answers for one in found):
        click.echo("Next: flashgen build")


def collected_json(found: Sequence[Collected]) -> list[dict[str, Any]]:
    """The JSON of `flashgen batch collect`."""
    return [
        {
            "batch": one.progress.batch,
            "state": one.progress.state,
            "answers": one.answers,
            "failed": one.failed,
            "problem": one.problem,
        }
        for one in found
    ]
