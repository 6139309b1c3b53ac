"""Commands on single sources: read, try."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, fetch_options, json_option, model_options


@main.command(short_help="Articles as Markdown, as the model will see them.")
@click.argument("targets", nargs=-1, required=True, metavar="URL|FILE...")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write one Markdown file per source here."
)
@fetch_options
@json_option
def read(targets: tuple[str, ...], out: Path | None, as_json: bool, offline: bool, allow_private: bool) -> None:
    """Print articles as Markdown, as the model will see them."""
    from flashgen import report, show

    with report.progress() as emit:
        readings = app(allow_private=allow_private).read(targets, emit, offline=offline)
    if out:
        show.write_articles(readings, out)
    if as_json:
        report.as_json([show.reading_json(one) for one in readings])
    elif not out:
        show.articles(readings)
    show.exit_if_none_read(readings)


@main.command("try", short_help="The cards that one source would give; stores none.")
@click.argument("target", metavar="URL|FILE")
@model_options
@fetch_options
@json_option
def try_(target: str, as_json: bool, offline: bool, allow_private: bool, **model: Any) -> None:
    """Show the cards that one source would give, with quotes and verdicts. Stores no card."""
    from flashgen import report, show

    with report.progress() as emit:
        trial = app(allow_private=allow_private, **model).trial(target, emit, offline=offline)
    if as_json:
        report.as_json(show.trial_json(trial))
    else:
        show.trial(trial)
