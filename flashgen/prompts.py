"""The prompt templates: Jinja files that a person may replace, one file at a time.

A template begins with a comment that says what it is for and which variables it gets. Lines of the form
`=== system ===` and `=== user ===` begin its messages. The defaults ship with the package; a file of the same name in
the workspace's `prompts/` wins. A name that begins with `_` is a part that others include.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from flashgen.errors import FileError
from flashgen.types import Message

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

DEFAULTS = Path(str(files("flashgen"))) / "templates"
"""Where the templates stand that ship with the package."""

_MARKER = re.compile(r"^===[ \t]*(system|user)[ \t]*===[ \t]*$", re.M)
_HEADER = re.compile(r"\s*\{#(.*?)#\}", re.S)


@dataclass(frozen=True, slots=True)
class _Part:
    """One message of a template, ready to be filled in."""

    role: str
    template: Template


class Prompts:
    """The templates of a workspace. `folder` is its `prompts/`, which may be missing; None means the defaults alone.
    `instead` are files that stand in for templates, by their names. Raises FileError where there is none to stand
    for."""

    def __init__(self, folder: Path | None = None, *, instead: Mapping[str, Path] | None = None) -> None:
        self._folders = [place for place in (folder, DEFAULTS) if place is not None]
        self._instead: dict[str, Path] = {}
        for name, path in (instead or {}).items():
            if name not in self.names(parts=True):
                known = ", ".join(self.names(parts=True))
                raise FileError(path, f"stands for no prompt: give it one of the names {known}")
            self._instead[name] = path
        self._compiled: dict[str, list[_Part]] = {}

    def names(self, *, parts: bool = False) -> list[str]:
        """The names of all templates, without ending, in order of the alphabet; with `parts`, also of those that only
        stand in others."""
        found = {path.stem for folder in self._folders if folder.is_dir() for path in folder.glob("*.md")}
        return sorted(name for name in found if parts or not name.startswith("_"))

    def path(self, name: str) -> Path:
        """The file that is used for a template. Raises FileError where there is none."""
        if name in self._instead:
            return self._instead[name]
        for folder in self._folders:
            if Path(name).name == name and (folder / f"{name}.md").is_file():
                return folder / f"{name}.md"
        raise FileError(self._folders[0] / f"{name}.md", f"no such prompt; there are {', '.join(self.names())}")

    def about(self, name: str) -> str:
        """The comment at the head of a template: what it is for, and its variables."""
        header = _HEADER.match(_read(self.path(name)))
        return " ".join(header.group(1).split()) if header else ""

    def is_own(self, name: str) -> bool:
        """Whether the workspace's file is used, and not the one of the package."""
        return self.path(name).parent != DEFAULTS

    def copy(self, name: str, folder: Path) -> Path:
        """A copy of the package's template, or of a part that templates include, in `folder`, to be edited.

        Raises FileError where there is no such template, or one in the folder already.
        """
        source, target = Prompts().path(name), folder / f"{name}.md"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8") as file:
                file.write(_read(source))
        except FileExistsError:
            raise FileError(
                target, "is there already and is yours: edit it, or move it away to get a new copy"
            ) from None
        except OSError as error:
            raise FileError(target, f"can't be made: {error.strerror}") from None
        return target

    def render(self, name: str, /, **variables: Any) -> tuple[Message, ...]:
        """The messages of a template, filled in. Values are put in as they are and never read as template text.

        Raises FileError with the file, and the line where known, if the template is broken.
        """
        path = self.path(name)
        with _naming(path):
            if name not in self._compiled:
                self._compiled[name] = list(_parts(_read(path), path, self._environment))
            texts = [(part.role, part.template.render(variables)) for part in self._compiled[name]]
        return tuple(Message(role, re.sub(r"\n{3,}", "\n\n", text).strip()) for role, text in texts)

    @cached_property
    def _environment(self) -> SandboxedEnvironment:
        """A Jinja that can read the template folders and nothing else, and that complains of unknown variables."""
        from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        return ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(
                [
                    FunctionLoader(self._stand_in),
                    FileSystemLoader(self._folders, followlinks=False),
                ]
            ),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def _stand_in(self, name: str) -> tuple[str, str, None] | None:
        path = self._instead.get(name.removesuffix(".md"))
        return (_read(path), str(path), None) if path else None


def _parts(source: str, path: Path, environment: SandboxedEnvironment) -> Iterator[_Part]:
    """The messages of a template. Empty lines before each keep Jinja's line numbers those of the file."""
    marks = list(_MARKER.finditer(source))
    if [mark.group(1) for mark in marks][-1:] != ["user"]:
        raise FileError(path, "a prompt needs a line '=== user ===' and its text below, after '=== system ==='")
    for n, mark in enumerate(marks):
        end = marks[n + 1].start() if n + 1 < len(marks) else len(source)
        above = "\n" * source.count("\n", 0, mark.end())
        yield _Part(mark.group(1), environment.from_string(above + source[mark.end() : end]))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn Jinja's errors into a FileError with the file, that of an included part where the error is there."""
    from jinja2 import TemplateError

    try:
        yield
    except TemplateError as error:
        named, line = getattr(error, "filename", None), getattr(error, "lineno", None)
        where, number = (named, line) if line else _last_in_template(error)
        raise FileError(Path(where or path), str(error.message or error), line=number) from None


def _last_in_template(error: BaseException) -> tuple[str | None, int | None]:
    """File and line of a template in which `error` came up, as Jinja writes them into the traceback; no file where it
    is the template that was asked for."""
    places = [
        (frame.f_code.co_filename, line)
        for frame, line in walk_tb(error.__traceback__)
        if "__jinja_template__" in frame.f_globals or frame.f_code.co_name.startswith("top-level template")
    ]
    file, line = places[-1] if places else (None, None)
    return (None if file == "<template>" else file), line


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(path, "not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror}") from None


# --- text of others in a prompt -----------------------------------------------------------------

_LONGEST_LINE = 500
_UNSEEN = re.compile(
    "\x1b\\[[0-9;:?]*[ -/]*[@-~]"  # terminal commands: colours, cursor
    "|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)"  # terminal commands: titles, links
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]"
    "|[\u200b\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_TAG = re.compile(r"<(?=\s*/?\s*(?:passage|cards?|problems)\b)", re.I)


def neutralise(text: str) -> str:
    """`text` that can't leave its place in a prompt.

    Control codes, marks that turn the direction of writing and letters that nobody sees are gone. A tag that would
    close or open a place of ours gets an invisible space after its `<`, which `text.normalise` takes away again: a
    quote with such a tag in it still matches its source.
    """
    return _TAG.sub("<\u200b", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def line(text: str) -> str:
    """`text` neutralised and on one line, cut where it is too long for one: a title, a heading."""
    return " ".join(neutralise(text).split())[:_LONGEST_LINE]


def as_json(value: Any, *, indent: int | None = 1) -> str:
    """`value` as JSON in which no tag can stand: `<` is written as its escape."""
    return json.dumps(value, ensure_ascii=False, indent=indent).replace("<", "\\u003c")
