"""Commands that make decks: build, refresh, retry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from flashgen.cli.group import main
from flashgen.cli.options import F, app, fetch_options, json_option, lists_argument, model_options


def _run_options(command: F) -> F:
    """What every command takes that makes decks."""
    for option in (
        json_option,
        click.option("--quiet", is_flag=True, help="Print only what needs a person, and nothing if nothing does."),
        fetch_options,
        model_options,
        click.option("--yes", is_flag=True, help="Answer the run's questions with yes."),
        click.option("--strict", is_flag=True, help="Exit with status 3 if a link failed."),
        click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the decks [build/]."),
        click.option("--split", is_flag=True, help="One file per topic."),
        click.option(
            "--format",
            "output",
            default="apkg",
            metavar="NAME",
            help="apkg, csv, tsv, markdown, jsonl, html or crowdanki.",
        ),
        click.option("--dry-run", is_flag=True, help="Plan only: sections, tokens, cost; no model call, nothing kept."),
        click.option(
            "--max-cost", type=click.FloatRange(0), metavar="USD", help="Stop before a call that could pass it."
        ),
        click.option("--batch", is_flag=True, default=None, help="Ask by a batch job: half the price, within a day."),
        click.option(
            "--dask", metavar="SCHEDULER", help="Fetch, read, draft and gate on the workers of a Dask cluster."
        ),
        click.option("--limit", type=click.IntRange(0), help="At most this many links."),
        click.option("--new-per-day", type=click.IntRange(0), metavar="N", help="Ship so many new cards a day [all]."),
        click.option("--topic", default="", help="Only links under this heading (path parts separated by /)."),
        lists_argument,
    ):
        command = option(command)
    return command


def _make(
    lists: tuple[str, ...], as_json: bool, quiet: bool, strict: bool, options: dict[str, Any], **request: Any
) -> None:
    """Run and report; the exit status tells how it ended."""
    from flashgen import live, report
    from flashgen.cli import given
    from flashgen.show import changes as show_changes

    with live.progress(quiet=as_json, urgent=quiet) as emit:
        flashgen = app(lists, **given.overrides(options))
        result = flashgen.build(lists, emit, given.output(options), **given.run_options(options, emit), **request)
    if as_json:
        report.run_json(result)
    elif quiet:
        report.urgent(result)
    else:
        report.run(result, show_changes.changes)
    sys.exit(result.exit_status or (3 if strict and any(one.links.failed for one in result.lists) else 0))


@main.command(short_help="Make the decks of lists.")
@_run_options
def build(lists: tuple[str, ...], as_json: bool, quiet: bool, strict: bool, **options: Any) -> None:
    """Make the decks of LISTs up to date with their reading lists.

    New links and sections become cards; known links are not asked again, except failed ones whose time has come.
    """
    _make(lists, as_json, quiet, strict, options)


@main.command(short_help="As build, and ask known links what changed.")
@_run_options
def refresh(lists: tuple[str, ...], as_json: bool, quiet: bool, strict: bool, **options: Any) -> None:
    """As build, and ask every known link whether it changed.

    Only text that changed costs model calls. Cards whose sentence still stands are left alone; the others are revised
    under their ids, and retired where their passage is gone.
    """
    _make(lists, as_json, quiet, strict, options, refresh=True)


@main.command(short_help="Ask failed links again, now.")
@_run_options
def retry(lists: tuple[str, ...], as_json: bool, quiet: bool, strict: bool, **options: Any) -> None:
    """Ask the failed links of LISTs again, whatever their next date."""
    _make(lists, as_json, quiet, strict, options, retry=True)
