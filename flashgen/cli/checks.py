"""Commands that look and change nothing: lint, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, json_option


@main.command(short_help="The gates over the cards of any file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def lint(file: Path, as_json: bool) -> None:
    """Run the gates over the cards of FILE: our YAML, JSONL, CSV or .apkg."""
    from flashgen import report, show

    rows = app().lint(file)
    if as_json:
        report.as_json(show.lint_json(rows))
    else:
        show.lint(rows)


@main.command(short_help="What is installed, what answers, what to do.")
@json_option
def doctor(as_json: bool) -> None:
    """Say what is installed, which model answers, whether Anki is reachable, and what to do about each."""
    from flashgen import report, show

    checks = app().doctor()
    if as_json:
        report.as_json(checks)
    else:
        show.doctor(checks)
