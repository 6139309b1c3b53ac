"""Commands on batch jobs: batch, batch collect, batch cancel."""

from __future__ import annotations

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, json_option


@main.group(invoke_without_command=True, short_help="Batch jobs: show, collect, cancel.")
@json_option
@click.pass_context
def batch(ctx: click.Context, as_json: bool) -> None:
    """Show the batch jobs that answers are to come from.

    `flashgen build --batch` sends what there is to ask as a batch job: half the price, answered within a day. The next
    build, with or without --batch, collects what is done and makes the cards.
    """
    from flashgen import report
    from flashgen.show import batch as show_batch

    if ctx.invoked_subcommand:
        return
    found = app().batch_jobs()
    if as_json:
        report.as_json(found)
    else:
        show_batch.jobs(found)


@batch.command()
@json_option
def collect(as_json: bool) -> None:
    """Fetch what is answered into the cache of replies; the next build makes cards of it."""
    from flashgen import report
    from flashgen.show import batch as show_batch

    found = app().collect_batches()
    if as_json:
        report.as_json(show_batch.collected_json(found))
    else:
        show_batch.collected(found)


@batch.command()
@click.argument("jobs", nargs=-1, metavar="[JOB]...")
def cancel(jobs: tuple[str, ...]) -> None:
    """Stop JOBs (all without one). What was answered by then is paid for and can still be collected."""
    for job in app().cancel_batches(jobs):
        click.echo(f"asked {job.server} to stop {job.batch}; collect what it has answered: flashgen batch collect")
