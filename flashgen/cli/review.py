"""Commands for looking: review, stats."""

from __future__ import annotations

from pathlib import Path

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, json_option, lists_argument


@main.command(short_help="Judge cards beside their sources, in the browser.")
@lists_argument
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on this machine; 0 is any that is free.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def review(lists: tuple[str, ...], port: int, no_browser: bool) -> None:
    """Open a page on this machine to judge cards at: each beside its source passage, by key, saved at once.

    The address carries a token; only the browser that opens it can see the page. Ctrl-C ends it.
    """
    from flashgen.web import serve

    def say(address: str) -> None:
        click.echo(address)
        click.echo("Judge cards in the browser; Ctrl-C ends it.", err=True)

    serve(app(lists), lists, port=port, show=not no_browser, say=say)


@main.command(short_help="Where lists stand in numbers, with a page of plots.")
@lists_argument
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the page goes [build/stats.html].")
@json_option
def stats(lists: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Count cards, coverage, links, growth, spend, rejections and the daily load of the next 90 days.

    Where Anki can be read, also how well the cards are recalled. The same stands with plots on a page of its own.
    """
    from flashgen import report
    from flashgen.show import stats as show_stats

    found, page = app(lists).stats(lists, out)
    if as_json:
        report.as_json({**show_stats.stats_json(found), "page": str(page)})
    else:
        show_stats.stats(found, page)
