"""The command that brings back what happened in review: feedback."""

from __future__ import annotations

import sys
from typing import Any

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, json_option, lists_argument, model_options


@main.command(short_help="What reviews say of the cards, and better ones for the bad.")
@lists_argument
@click.option("--accept", multiple=True, metavar="ID|all", help="Say yes to the proposal for a card; may be repeated.")
@click.option("--reject", multiple=True, metavar="ID|all", help="Say no to the proposal for a card.")
@click.option("--dry-run", is_flag=True, help="Only show what was noticed; nothing is written.")
@click.option("--limit", type=click.IntRange(0), help="At most this many proposals.")
@click.option("--max-cost", type=click.FloatRange(0), metavar="USD", help="Stop before a call that could pass it.")
@click.option("--collection", metavar="FILE|PROFILE", help="Read this collection instead of a running Anki.")
@click.option("--sync-server", metavar="URL", help="Sync with this server (or ankiweb) first, and read what it has.")
@click.option("--user", default="", metavar="NAME", help="Your name there; the password: FLASHGEN_SYNC_PASSWORD.")
@click.option("--yes", is_flag=True, help="Answer the run's questions with yes.")
@model_options
@json_option
def feedback(
    lists: tuple[str, ...],
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    dry_run: bool,
    limit: int | None,
    sync_server: str | None,
    user: str,
    yes: bool,
    as_json: bool,
    **overrides: Any,
) -> None:
    """Read reviews from Anki, take your edits over, and propose better cards for those that don't work.

    Leeches, lapses, slow and far too easy answers, suspended and flagged cards each get a proposal, drafted from the
    card's own passage: new words, a split in two, or retirement. It waits for your yes: --accept, or the review page.
    """
    from flashgen import live
    from flashgen.cli import given
    from flashgen.show import feedback as show_feedback

    if accept or reject:
        answers = app(lists).answer(lists, *(_ids(given) for given in (accept, reject)))
        (show_feedback.answers_json if as_json else show_feedback.answers)(answers)
        return
    with live.progress(quiet=as_json) as emit:
        flashgen = app(lists, **overrides)
        result = flashgen.feedback(
            lists,
            emit,
            limit=limit,
            look_only=dry_run,
            sync_server=sync_server,
            user=user,
            confirm=given.confirming(emit, yes=yes),
        )
    (show_feedback.feedback_json if as_json else show_feedback.feedback)(result)
    sys.exit(result.exit_status)


def _ids(given: tuple[str, ...]) -> tuple[str, ...]:
    """Ids, also several parted by commas."""
    return tuple(filter(None, (id_.strip() for one in given for id_ in one.split(","))))
