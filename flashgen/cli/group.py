"""`main`, the command group: what every command has in common, and errors turned into sentences once."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import Any, NoReturn

import click

from flashgen import __version__
from flashgen.errors import FlashgenError, Interrupted

_AS_JSON = "flashgen.as_json"


SECTIONS = {
    "Make decks": ("init", "links", "build", "refresh", "retry", "redraft", "batch"),
    "Look and judge": ("read", "try", "status", "stats", "review", "lint"),
    "Anki": ("push", "feedback"),
    "Set up": ("doctor", "prompts"),
}
"""The commands as `--help` lists them."""


class _Group(click.Group):
    """Turns our own errors into one sentence and an exit status, in the one place. With --json, they are JSON too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_AS_JSON] = "--json" in args  # before anything is parsed: what can't be parsed is told in JSON too
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by what they are for; one that is not in `SECTIONS` comes last."""
        named = {name for names in SECTIONS.values() for name in names}
        rest = tuple(name for name in self.list_commands(ctx) if name not in named)
        width = max(map(len, self.commands))
        for title, names in (*SECTIONS.items(), ("More", rest)):
            rows = [(name.ljust(width), self.commands[name].get_short_help_str(80)) for name in names]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

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
            from flashgen.store.atomic import of_system

            self._tell(ctx, of_system(error))

    def _tell(self, ctx: click.Context, error: FlashgenError) -> NoReturn:
        from flashgen.report import as_json, safe

        click.echo(f"Error: {safe(str(error))}", err=True)
        if ctx.meta[_AS_JSON]:
            as_json({"error": str(error)})
        ctx.exit(error.exit_status)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="flashgen")
def main() -> None:
    """Turn a reading list into Anki decks, and keep them true.

    LIST is a reading-list file, its folder, or its name under decks/; without one, all lists are meant.
    Progress goes to stderr, results to stdout.
    """
    # The process ends without a last search for cycles among all that was imported, which takes 0.3 s.
    atexit.register(gc.freeze)
