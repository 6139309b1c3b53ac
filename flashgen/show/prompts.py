"""What `flashgen prompts` prints."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flashgen.errors import UsageError
from flashgen.report import as_json as print_json
from flashgen.report import safe

if TYPE_CHECKING:
    from flashgen.app.prompting import Rendered, Template


def templates(found: Sequence[Template], *, as_json: bool) -> None:
    """Each template with what it is for and where it comes from; parts that others include come last."""
    if as_json:
        print_json([{"name": t.name, "about": t.about, "from": _origin(t), "path": str(t.path)} for t in found])
        return
    ordered = sorted(found, key=lambda template: (template.name.startswith("_"), template.name))
    width = max(len(template.name) for template in ordered)
    room = max(30, shutil.get_terminal_size().columns - width - 13)
    for template in ordered:
        lines = textwrap.wrap(safe(_purpose(template.about)), room) or [""]
        click.echo(f"{safe(template.name):{width}}  {_origin(template):9}  {lines[0]}")
        for line in lines[1:]:
            click.echo(f"{'':{width + 13}}{line}")


def _origin(template: Template) -> str:
    return "workspace" if template.own else "package"


def _purpose(about: str) -> str:
    """What a template is for: all before its variables."""
    return re.split(r"\s*(?:Variables:|It has no variables)", about)[0].strip()


def source(found: Sequence[Template], name: str, *, as_json: bool) -> None:
    """The text of one template. Raises UsageError where there is none of this name."""
    template = next((template for template in found if template.name == name.removesuffix(".md")), None)
    if template is None:
        raise UsageError(f"there is no prompt {name!r}; there are {', '.join(template.name for template in found)}")
    text = template.path.read_text(encoding="utf-8-sig")
    if as_json:
        print_json({"name": template.name, "from": _origin(template), "path": str(template.path), "text": text})
    else:
        click.echo(f"{template.path} ({_origin(template)})", err=True)
        click.echo(_shown(text))


def rendered(one: Rendered, *, as_json: bool) -> None:
    """The messages of a prompt. What they hold goes to stdout and nothing else."""
    if as_json:
        print_json(one)
        return
    click.echo(f"{safe(one.name)}, section {one.section} of {one.sections}. {one.remark}".rstrip(), err=True)
    for message in one.messages:
        click.echo(click.style(f"=== {message.role} ===", bold=True))
        click.echo(_shown(message.content) + "\n")


def copied(paths: Sequence[Path], *, as_json: bool) -> None:
    """The files that were made."""
    if as_json:
        print_json([str(path) for path in paths])
    for path in paths if not as_json else ():
        click.echo(f"made {path}: edit it, and compare: flashgen try --compare default workspace URL")


def _shown(text: str) -> str:
    """`text` line by line without what could steer a terminal."""
    return "\n".join(safe(line) for line in text.splitlines())
