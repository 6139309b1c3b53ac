"""Commands that look and change nothing: lint, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, json_option


@main.command(short_help="The gates over the cards of any file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--fix", is_flag=True, help="Show better forms; in our own card files keep them as proposals.")
@json_option
def lint(file: Path, fix: bool, as_json: bool) -> None:
    """Run the gates over the cards of FILE: our YAML, JSONL, CSV or .apkg."""
    from flashgen import report
    from flashgen.show import checks as show_checks

    flashgen = app()
    rows = flashgen.lint(file)
    found, kept = flashgen.fix(file) if fix else ((), None)
    if as_json:
        report.as_json(show_checks.lint_json(rows, found))
    else:
        show_checks.lint(rows)
    if fix:
        show_checks.fixes(found, kept, quietly=as_json)


@main.command(short_help="What is installed, what answers, what to do.")
@json_option
def doctor(as_json: bool) -> None:
    """Say what is installed, which model answers, whether Anki is reachable, and what to do about each."""
    from flashgen import report
    from flashgen.show import checks as show_checks

    checks = app().doctor()
    if as_json:
        report.as_json(checks)
    else:
        show_checks.doctor(checks)
