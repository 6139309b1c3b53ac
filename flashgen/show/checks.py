"""What the gates say of a deck, and what is installed, for people and as the JSON of the design's section 4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from flashgen.gates import unheard
from flashgen.report import safe

if TYPE_CHECKING:
    from flashgen.doctor import Check
    from flashgen.lint import LintRow
    from flashgen.lint.fix import Fix

_SIDES = ("question", "answer", "quote")
_TICK = {"ok": "✓", "warn": "!", "fail": "✗"}


def lint_json(rows: Sequence[LintRow], found: Sequence[Fix] = ()) -> list[dict[str, Any]]:
    """`flashgen lint --json`; with `--fix` a card that could be better has that as `fix`."""
    better = {fix.line: {name: getattr(fix.after, name) for name in _SIDES} for fix in found}
    return [
        {"line": row.line, "verdict": row.verdict, "findings": list(row.findings)}
        | ({"fix": better[row.line]} if row.line in better else {})
        for row in rows
    ]


def lint(rows: Sequence[LintRow]) -> None:
    """Every card with a finding, and the count of each verdict."""
    for row in rows:
        for finding in row.findings:
            click.echo(f"line {row.line}: {finding.verdict}: {finding.gate}: {safe(finding.reason)}")
    counts = Counter(str(row.verdict) for row in rows)
    click.echo(f"{len(rows)} cards: " + ", ".join(f"{counts[name]} {name}" for name in ("pass", "warn", "reject")))
    if unknown := sum(not row.heard for row in rows):
        click.echo(f"{unknown} of the cards seem to be in another language: {unheard()}", err=True)


def fixes(found: Sequence[Fix], kept: int | None, *, quietly: bool) -> None:
    """Each better form as a diff, unless `quietly`, and what became of them."""
    for fix in () if quietly else found:
        click.echo(f"\nline {fix.line}:")
        for name in _SIDES:
            before, after = getattr(fix.before, name), getattr(fix.after, name)
            if before != after:
                click.secho(f"- {name}: {safe(before)}", fg="red")
                click.secho(f"+ {name}: {safe(after)}", fg="green")
        for finding in fix.left:
            click.echo(f"  still {finding.verdict}: {finding.gate}: {safe(finding.reason)}")
    if kept is None:
        click.echo(f"{len(found)} cards could be better in form; the file stays as it is", err=True)
    else:
        click.echo(f"{len(found)} cards could be better in form; {kept} new proposals wait for your yes", err=True)


def doctor(checks: Sequence[Check]) -> None:
    """One line a check, and what to do where something is missing."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        click.echo(f"{_TICK[check.state]} {check.name:{width}}  {safe(check.detail)}")
        if check.advice:
            click.echo(f"  {'':{width}}  {safe(check.advice)}")
