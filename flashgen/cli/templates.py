"""The prompt templates: flashgen prompts."""

from __future__ import annotations

import click

from flashgen.cli.group import main
from flashgen.cli.options import app, fetch_options, json_option


@main.command(short_help="The prompt templates: listed, filled in, copied.")
@click.argument("target", required=False, metavar="[URL|FILE]")
@click.option("--show", "name", default="", metavar="NAME", help="This template: its text, or filled in for a source.")
@click.option("--section", type=click.IntRange(1), default=1, metavar="N", help="Fill it in for this section [1].")
@click.option("--copy", "copies", multiple=True, metavar="NAME", help="Copy it into prompts/ to be edited.")
@fetch_options
@json_option
def prompts(
    target: str | None,
    name: str,
    section: int,
    copies: tuple[str, ...],
    as_json: bool,
    offline: bool,
    allow_private: bool,
) -> None:
    """List the prompt templates, show one as the model gets it for a source, or copy one to be edited.

    With a source and no NAME, the template is the one that a build would choose. A file in prompts/ wins over the
    package's of the same name; nothing is overwritten.
    """
    from flashgen import live
    from flashgen.show import prompts as show_prompts

    flashgen = app(allow_private=allow_private)
    if copies:
        show_prompts.copied(flashgen.copy_prompts(copies), as_json=as_json)
    elif target:
        with live.progress() as emit:
            filled = flashgen.rendered_prompt(name, target, section, emit, offline=offline)
        show_prompts.rendered(filled, as_json=as_json)
    elif name:
        show_prompts.source(flashgen.prompts(), name, as_json=as_json)
    else:
        show_prompts.templates(flashgen.prompts(), as_json=as_json)
