"""Commands on single sources: read, try."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, fetch_options, json_option, model_options

if TYPE_CHECKING:
    from flashgen.redrafting import Redraft


@main.command(short_help="Articles as Markdown, as the model will see them.")
@click.argument("targets", nargs=-1, required=True, metavar="URL|FILE...")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write one Markdown file per source here."
)
@fetch_options
@json_option
def read(targets: tuple[str, ...], out: Path | None, as_json: bool, offline: bool, allow_private: bool) -> None:
    """Print articles as Markdown, as the model will see them."""
    from flashgen import live, report
    from flashgen.show import articles as show_articles

    with live.progress() as emit:
        readings = app(allow_private=allow_private).read(targets, emit, offline=offline)
    if out:
        show_articles.write_articles(readings, out)
    if as_json:
        report.as_json([show_articles.reading_json(one) for one in readings])
    elif not out:
        show_articles.articles(readings)
    show_articles.exit_if_none_read(readings)


@main.command("try", short_help="The cards that one source would give; stores none.")
@click.argument("target", metavar="URL|FILE")
@click.option(
    "--compare",
    "sides",
    nargs=2,
    metavar="A B",
    help="Two prompts or models beside each other: workspace, default, a folder or .md file, MODEL, LLM or LLM#MODEL.",
)
@model_options
@fetch_options
@json_option
def try_(
    target: str, sides: tuple[str, str] | None, as_json: bool, offline: bool, allow_private: bool, **model: Any
) -> None:
    """Show the cards that one source would give, with quotes and verdicts. Stores no card.

    --compare A B lays the cards of two prompts or models side by side. A and B are each "workspace" (the prompts in
    use), "default" (those of the package), a folder with prompts, a .md file that stands in for the prompt of its name,
    or a model: LLM#MODEL (local, openai or an address before the #), such an LLM alone, or a name at the --llm in use.
    """
    from flashgen import live, report
    from flashgen.show import articles as show_articles
    from flashgen.show import compared as show_compared

    flashgen = app(allow_private=allow_private, **model)
    if sides:
        with live.progress() as emit:
            found = flashgen.comparison(target, sides, emit, offline=offline)
        show_compared.comparison(found, as_json=as_json)
        return
    with live.progress() as emit:
        trial = flashgen.trial(target, emit, offline=offline)
    if as_json:
        report.as_json(show_articles.trial_json(trial))
    else:
        show_articles.trial(trial)


@main.command(short_help="Draft again with today's prompt or model.")
@click.argument("target", metavar="URL|TOPIC")
@click.option("--replace", "replacing", is_flag=True, help="Retire cards that no new one takes the place of.")
@click.option("--yes", is_flag=True, help="Change the cards without being asked.")
@click.option("--dry-run", is_flag=True, help="Plan only: tokens and cost; no model call, nothing changed.")
@model_options
@fetch_options
@json_option
def redraft(
    target: str,
    replacing: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    offline: bool,
    allow_private: bool,
    **model: Any,
) -> None:
    """Draft the cards of a link, or of all links under a heading, again with today's prompt or model.

    Old and new are shown side by side, and nothing changes without a yes. A new card goes on under the id of the old
    one whose sentence it quotes; what you edited stays, and the new wording waits beside it as a proposal. Cards that
    no new one takes the place of stay, unless --replace says that they are to be retired.
    """
    from flashgen import live
    from flashgen.cli import given
    from flashgen.show import compared as show_compared

    with live.progress(quiet=as_json) as emit:

        def confirm(one: Redraft) -> bool:
            if not as_json:
                with live.aside(emit):
                    show_compared.redraft(one, replacing=replacing)
            return yes or (not as_json and given.confirmed(f"Change the cards of {one.title}", emit))

        flashgen = app(allow_private=allow_private, **model)
        wanted = {"replacing": replacing, "dry_run": dry_run, "offline": offline}
        result = flashgen.redraft(target, emit, confirm, **wanted)
    if as_json:
        show_compared.redrafted_json(result)
    else:
        show_compared.redrafted(result, dry_run=dry_run)
    sys.exit(result.exit_status)
