"""Commands on lists as they are: init, links, status."""

from __future__ import annotations

from pathlib import Path

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, json_option, lists_argument


@main.command(short_help="A workspace with a small list, the prompts and settings.")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a workspace in FOLDER: a small list, the prompts, a commented flashgen.toml. Overwrites nothing."""
    from flashgen.workspace import create

    for path in create(folder):
        click.echo(f"made {path}")
    click.echo(f"Next: put links into {folder / 'decks/first/reading-list.md'} and run: flashgen build")


@main.command(short_help="What was read of the lists.")
@lists_argument
@json_option
def links(lists: tuple[str, ...], as_json: bool) -> None:
    """Show what was read of the list: topics, links, titles, kinds, and your notes."""
    from flashgen import report
    from flashgen.show import lists as show_lists

    found = app(lists).reading_lists(lists)
    if as_json:
        told = [show_lists.links_json(one) for one in found]
        report.as_json(told[0] if len(told) == 1 else told)
    else:
        show_lists.links(found)


@main.command(short_help="Where lists stand: links, cards, spend.")
@lists_argument
@click.option("--rejected", is_flag=True, help="Show the rejected drafts and why.")
@json_option
def status(lists: tuple[str, ...], rejected: bool, as_json: bool) -> None:
    """Show where each list stands: links by state, cards by status, spend so far."""
    from flashgen import report
    from flashgen.show import status as show_status

    found = app(lists).status(lists)
    if as_json:
        report.as_json([show_status.status_json(one) for one in found])
    elif rejected:
        show_status.rejected(found)
    else:
        show_status.status(found)
