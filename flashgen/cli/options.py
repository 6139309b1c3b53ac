"""Options and arguments that several commands share, and the app that they are for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from flashgen.app import App

F = TypeVar("F", bound=Callable[..., Any])


def app(lists: Sequence[str] = (), **overrides: Any) -> App:
    """The app for the workspace that the person stands in (or the lists do), with the command's options over its
    settings."""
    from flashgen.app import App

    return App.at(Path.cwd(), lists, **overrides)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def lists_argument(command: F) -> F:
    return click.argument("lists", nargs=-1, metavar="[LIST]...")(command)


def model_options(command: F) -> F:
    for option in (
        click.option("--critique", is_flag=True, default=None, help="Have the drafts read a second time (costs more)."),
        click.option("--jobs", type=click.IntRange(1), help="Model calls at a time, at most."),
        click.option("--model", metavar="NAME", help="Model to ask; for local: a GGUF file or a Hugging Face name."),
        click.option("--llm", metavar="local|openai|URL", help="Who writes the cards."),
    ):
        command = option(command)
    return command


def fetch_options(command: F) -> F:
    private = click.option("--allow-private", is_flag=True, help="Also ask addresses that are not public (intranet).")
    offline = click.option("--offline", is_flag=True, help="Ask nothing of the web; use what is in the cache.")
    return private(offline(command))
