"""Commands for looking at cards in the browser: review."""

from __future__ import annotations

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, lists_argument


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
