"""The command line: each command parses, calls the app, prints. Nothing heavy is imported before it is used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from flashgen import __version__
from flashgen.errors import FileError, FlashgenError, Interrupted

if TYPE_CHECKING:
    from flashgen.app import App

F = TypeVar("F", bound=Callable[..., Any])

_AS_JSON = "flashgen.as_json"


class _Group(click.Group):
    """Turns our own errors into one sentence and an exit status, in the one place. With --json, they are JSON too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_AS_JSON] = "--json" in args  # before anything is parsed: what can't be parsed is told in JSON too
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FlashgenError as error:
            self._tell(ctx, error)
        except KeyboardInterrupt:
            self._tell(ctx, Interrupted())
        except click.ClickException as error:
            if ctx.meta[_AS_JSON]:
                from flashgen.report import as_json

                as_json({"error": error.format_message()})
            raise
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(1)
        except OSError as error:
            if error.errno is None:
                raise
            self._tell(ctx, _from_system(error))

    def _tell(self, ctx: click.Context, error: FlashgenError) -> NoReturn:
        from flashgen.report import as_json, safe

        click.echo(f"Error: {safe(str(error))}", err=True)
        if ctx.meta[_AS_JSON]:
            as_json({"error": str(error)})
        ctx.exit(error.exit_status)


def _from_system(error: OSError) -> FlashgenError:
    """What the system refused where nobody expected it: a disk that is full to the last byte, a file without rights."""
    from flashgen.store.atomic import reason

    if isinstance(error.filename, str):
        return FileError(Path(error.filename), f"can't be read or written: {reason(error)}")
    return FlashgenError(f"a file can't be read or written: {reason(error)}")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="flashgen")
def main() -> None:
    """Turn a reading list into Anki decks, and keep them true.

    LIST is a reading-list file, its folder, or its name under decks/; without one, all lists are meant.
    Progress goes to stderr, results to stdout.
    """


def _app(lists: Sequence[str] = (), **overrides: Any) -> App:
    """The app for the workspace that the person stands in (or the lists do), with the command's options over its
    settings."""
    from flashgen.app import App

    return App.at(Path.cwd(), lists, **overrides)


def _json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def _lists_argument(command: F) -> F:
    return click.argument("lists", nargs=-1, metavar="[LIST]...")(command)


def _model_options(command: F) -> F:
    for option in (
        click.option("--jobs", type=click.IntRange(1), help="Model calls at a time, at most."),
        click.option("--model", metavar="NAME", help="Model to ask; for local: a GGUF file or a Hugging Face name."),
        click.option("--llm", metavar="local|openai|URL", help="Who writes the cards."),
    ):
        command = option(command)
    return command


def _fetch_options(command: F) -> F:
    private = click.option("--allow-private", is_flag=True, help="Also ask addresses that are not public (intranet).")
    offline = click.option("--offline", is_flag=True, help="Ask nothing of the web; use what is in the cache.")
    return private(offline(command))


@main.command(short_help="A workspace with a small list, the prompts and settings.")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a workspace in FOLDER: a small list, the prompts, a commented flashgen.toml. Overwrites nothing."""
    from flashgen.workspace import create

    for path in create(folder):
        click.echo(f"made {path}")
    click.echo(f"Next: put links into {folder / 'decks/first/reading-list.md'} and run: flashgen build")


@main.command(short_help="What was read of the lists.")
@_lists_argument
@_json_option
def links(lists: tuple[str, ...], as_json: bool) -> None:
    """Show what was read of the list: topics, links, titles, kinds, and your notes."""
    from flashgen import report, show

    found = _app(lists).reading_lists(lists)
    if as_json:
        report.as_json([show.links_json(one) for one in found] if len(found) != 1 else show.links_json(found[0]))
    else:
        show.links(found)


@main.command(short_help="Articles as Markdown, as the model will see them.")
@click.argument("targets", nargs=-1, required=True, metavar="URL|FILE...")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write one Markdown file per source here."
)
@_fetch_options
@_json_option
def read(targets: tuple[str, ...], out: Path | None, as_json: bool, offline: bool, allow_private: bool) -> None:
    """Print articles as Markdown, as the model will see them."""
    from flashgen import report, show

    with report.progress() as emit:
        readings = _app(allow_private=allow_private).read(targets, emit, offline=offline)
    if out:
        show.write_articles(readings, out)
    if as_json:
        report.as_json([show.reading_json(one) for one in readings])
    elif not out:
        show.articles(readings)
    show.exit_if_none_read(readings)


@main.command("try", short_help="The cards that one source would give; stores none.")
@click.argument("target", metavar="URL|FILE")
@_model_options
@_fetch_options
@_json_option
def try_(target: str, as_json: bool, offline: bool, allow_private: bool, **model: Any) -> None:
    """Show the cards that one source would give, with quotes and verdicts. Stores no card."""
    from flashgen import report, show

    with report.progress() as emit:
        trial = _app(allow_private=allow_private, **model).trial(target, emit, offline=offline)
    if as_json:
        report.as_json(show.trial_json(trial))
    else:
        show.trial(trial)


def _run_options(command: F) -> F:
    """What every command takes that makes decks."""
    for option in (
        _json_option,
        _fetch_options,
        _model_options,
        click.option("--yes", is_flag=True, help="Answer the run's questions with yes."),
        click.option("--strict", is_flag=True, help="Exit with status 3 if a link failed."),
        click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the decks [build/]."),
        click.option("--split", is_flag=True, help="One file per topic."),
        click.option("--format", "output", default="apkg", metavar="NAME", help="apkg, csv, markdown, jsonl or html."),
        click.option("--dry-run", is_flag=True, help="Plan only: sections, tokens, cost; no model call, nothing kept."),
        click.option(
            "--max-cost", type=click.FloatRange(0), metavar="USD", help="Stop before a call that could pass it."
        ),
        click.option("--limit", type=click.IntRange(0), help="At most this many links."),
        click.option("--topic", default="", help="Only links under this heading (path parts separated by /)."),
        _lists_argument,
    ):
        command = option(command)
    return command


def _make(lists: tuple[str, ...], as_json: bool, strict: bool, options: dict[str, Any], **request: Any) -> None:
    """Run and report; the exit status tells how it ended."""
    from flashgen import report, show

    with report.progress(quiet=as_json) as emit:
        app = _app(lists, **show.overrides(options))
        result = app.build(lists, emit, show.output(options), **show.run_options(options, emit), **request)
    (report.run_json if as_json else report.run)(result)
    sys.exit(result.exit_status or (3 if strict and any(one.links.failed for one in result.lists) else 0))


@main.command(short_help="Make the decks of lists.")
@_run_options
def build(lists: tuple[str, ...], as_json: bool, strict: bool, **options: Any) -> None:
    """Make the decks of LISTs up to date with their reading lists.

    New links and sections become cards; known links are not asked again, except failed ones whose time has come.
    """
    _make(lists, as_json, strict, options)


@main.command(short_help="As build, and ask known links what changed.")
@_run_options
def refresh(lists: tuple[str, ...], as_json: bool, strict: bool, **options: Any) -> None:
    """As build, and ask every known link whether it changed.

    Only text that changed costs model calls. Cards whose sentence still stands are left alone; the others are revised
    under their ids, and retired where their passage is gone.
    """
    _make(lists, as_json, strict, options, refresh=True)


@main.command(short_help="Ask failed links again, now.")
@_run_options
def retry(lists: tuple[str, ...], as_json: bool, strict: bool, **options: Any) -> None:
    """Ask the failed links of LISTs again, whatever their next date."""
    _make(lists, as_json, strict, options, retry=True)


@main.command(short_help="Where lists stand: links, cards, spend.")
@_lists_argument
@click.option("--rejected", is_flag=True, help="Show the rejected drafts and why.")
@_json_option
def status(lists: tuple[str, ...], rejected: bool, as_json: bool) -> None:
    """Show where each list stands: links by state, cards by status, spend so far."""
    from flashgen import report, show_status

    found = _app(lists).status(lists)
    if as_json:
        report.as_json([show_status.status_json(one) for one in found])
    elif rejected:
        show_status.rejected(found)
    else:
        show_status.status(found)


@main.command(short_help="The gates over the cards of any file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_json_option
def lint(file: Path, as_json: bool) -> None:
    """Run the gates over the cards of FILE: our YAML, JSONL, CSV or .apkg."""
    from flashgen import report, show

    rows = _app().lint(file)
    if as_json:
        report.as_json(show.lint_json(rows))
    else:
        show.lint(rows)


@main.command(short_help="What is installed, what answers, what to do.")
@_json_option
def doctor(as_json: bool) -> None:
    """Say what is installed, which model answers, whether Anki is reachable, and what to do about each."""
    from flashgen import report, show

    checks = _app().doctor()
    if as_json:
        report.as_json(checks)
    else:
        show.doctor(checks)
