"""Commands that go into Anki: push."""

from __future__ import annotations

from typing import Any

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, json_option, lists_argument


@main.command(short_help="Into Anki: adds, updates, suspends; keeps what is yours.")
@lists_argument
@click.option("--sync", is_flag=True, help="Have the running Anki sync afterwards.")
@click.option("--new-per-day", type=click.IntRange(0), metavar="N", help="Add so many new notes a day [all].")
@click.option("--collection", metavar="FILE|PROFILE", help="A closed collection, through Anki's own package.")
@click.option("--sync-server", metavar="URL", help="A sync server of your own, or ankiweb.")
@click.option("--user", default="", metavar="NAME", help="Your name there; the password: FLASHGEN_SYNC_PASSWORD.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done; nothing is written, here or in Anki.")
@click.option("--yes", is_flag=True, help="Answer the push's questions with yes.")
@json_option
def push(lists: tuple[str, ...], as_json: bool, new_per_day: int | None, **options: Any) -> None:
    """Bring the notes of LISTs up to date in Anki: the one that is running, through the add-on AnkiConnect.

    What you did there is taken over first. Then notes are added and updated as by an import, retired cards suspended,
    returned ones taken back. Your fields, tags, moved cards and edits stay.
    """
    from flashgen import live, report
    from flashgen.cli import given
    from flashgen.show import push as show_push

    yes = options.pop("yes")
    with live.progress(quiet=as_json) as emit:
        confirm = lambda question: yes or given.confirmed(question, emit)  # noqa: E731
        results = app(lists, new_per_day=new_per_day).push(lists, confirm=confirm, **options)
    if as_json:
        report.as_json({"lists": results})
    else:
        show_push.push(results)
